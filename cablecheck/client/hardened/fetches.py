"""What the client asks over HTTP. Every fetch has a deadline: one that is over it is given up, and counts as failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from cablecheck.client.fetches import Act, Answer
from cablecheck.client.hardened.timers import Timers
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import Abort, Fetch, FetchFailed


class Fetches:
    """Numbers the fetches, and brings each answer, or the lack of one, to whoever waits for it."""

    def __init__(self, profile: Profile, timers: Timers, act: Act) -> None:
        self._profile = profile
        self._timers = timers
        self._act = act
        self._count = 0
        self._waiting: dict[int, Callable[[Answer], None]] = {}

    def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        then: Callable[[Answer], None],
        *,
        within_milliseconds: int,
        body: str | None = None,
        catch_up: bool = False,
    ) -> None:
        """Send a fetch; `then` is called with its answer."""
        self._count += 1
        self._waiting[self._count] = then
        self._act(Fetch(self._count, method, path, body, catch_up))
        if Rule.FETCH_DEADLINE in self._profile:
            self._timers.set(_timer(self._count), within_milliseconds, watch=True)

    def answered(self, answer: Answer) -> None:
        """Pass an answer on; one that nobody waits for is ignored."""
        then = self._waiting.pop(answer.fetch, None)
        if then is not None:
            self._timers.cancel(_timer(answer.fetch))
            then(answer)

    def overdue(self, timer: str) -> None:
        """The deadline of a fetch has come."""
        fetch = next(fetch for fetch in self._waiting if _timer(fetch) == timer)
        self._act(Abort(fetch))
        self._waiting.pop(fetch)(FetchFailed(fetch))


def _timer(fetch: int) -> str:
    return f"fetch-{fetch}"
