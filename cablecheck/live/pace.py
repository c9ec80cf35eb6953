"""How often one command may ask a target for something that it has to keep: a message, a conversation."""

from __future__ import annotations

import math

import trio


class Pace:
    """Gives turns, at most `per_second` of them, to whoever asks, in the order of asking; nothing is saved up while nobody does.

    `sharers`: how many stories at most ask at once. A turn that is given up while it is waited for costs the others nothing.
    """

    def __init__(self, per_second: float = math.inf, sharers: int = 1) -> None:
        self._spacing_seconds = 1 / per_second
        self._sharers = sharers
        self._next = -math.inf
        self._queue = trio.Lock()  # which Trio gives to who has waited longest

    async def turn(self) -> None:
        """Wait for the next turn. Every request that makes a target keep something takes one, just before it goes out."""
        if not self._spacing_seconds:
            return
        async with self._queue:
            if trio.current_time() < self._next:
                await trio.sleep_until(self._next)
            self._next = trio.current_time() + self._spacing_seconds

    def longest_seconds(self, turns: int) -> float:
        """How long so many turns of one story may be waited for, when all others want as many."""
        return turns * self._sharers * self._spacing_seconds
