"""Where a scenario is played: the clock that starts at zero, and the record that the director reads along.

The director reads in a task of its own, so whoever records something has finished what it was doing before the story goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from cablecheck.history import Event


class Stage:
    """Keeps the time and the record. `write` journals an event at once; `react` is told by `run` what was recorded since, in order."""

    def __init__(self, write: Callable[[Event], None], react: Callable[[Sequence[Event]], None]) -> None:
        self._began = trio.current_time()
        self._write = write
        self._react = react
        self._pending: list[Event] = []
        self._news = trio.Event()

    def now(self) -> float:
        """Seconds since the run began."""
        return round(trio.current_time() - self._began, 6)

    def record(self, event: Event) -> None:
        """Write the event down at once; the director hears of it when this task lets go."""
        self._write(event)
        self._pending.append(event)
        self._news.set()

    async def run(self) -> None:
        """Tell of every event, until cancelled."""
        while True:
            await self._news.wait()
            self._news = trio.Event()
            self.catch_up()

    def catch_up(self) -> None:
        """Tell of everything that is not told yet. Not to be called from a reaction."""
        while self._pending:
            news = tuple(self._pending)
            self._pending.clear()
            self._react(news)
