"""The connection monitor: a poll that asks, every few seconds, whether anything was heard of late, and reopens what is stale."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from cablecheck.client.fetches import Act
from cablecheck.client.javascript import round_half_up
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.rails.constants import (
    BACK_OFF_RATE,
    BACK_OFF_STEPS,
    FIRST_JITTER,
    OLD_POLL_LONGEST_SECONDS,
    OLD_POLL_MULTIPLIER,
    OLD_POLL_SHORTEST_SECONDS,
)
from cablecheck.client.signals import CancelTimer, SetTimer

POLL_TIMER = "poll"


class Monitor:
    """Nothing but its poll ever reopens a socket: a close alone is only noted.

    So a connection that is lost stays lost until a poll finds it stale, and that poll is skipped where the loss is younger than the
    threshold: 6 to 18 s after a loss the first attempt is made, by the formula of 7.0 and later. `reopen` is called for it. Times are
    whole milliseconds, as JavaScript has them.
    """

    def __init__(
        self,
        profile: Profile,
        rng: random.Random,
        jitter: float,
        act: Act,
        reopen: Callable[[float], None],
        stale_milliseconds: int,
    ) -> None:
        self._profile = profile
        self._stale_milliseconds = stale_milliseconds
        self._rng = rng
        self._jitter = jitter
        self._act = act
        self._reopen = reopen
        self.attempts = 0
        self.running = False
        self._started_at = 0
        self._heard_at: int | None = None
        self._disconnected_at: int | None = None
        self._rings_at = 0
        self._watch = False

    # What the connection tells it ------------------------------------------------------------------------------------------------

    def start(self, now: float) -> None:
        """Begin to poll, unless that was done."""
        if not self.running:
            self.running = True
            self._started_at = _milliseconds(now)
            self._poll(now)

    def stop(self) -> None:
        """Poll no more: from here on nothing reopens the connection."""
        assert self.running, "as long as there is a socket it is watched"
        self.running = False
        self._act(CancelTimer(POLL_TIMER))

    def heard(self, now: float) -> None:
        """A frame came that shows that the connection lives."""
        self._heard_at = _milliseconds(now)

    def connected(self) -> None:
        """The server welcomed the client."""
        self.attempts = 0
        self._disconnected_at = None

    def disconnected(self, now: float) -> None:
        """A connection that was open is lost."""
        self._disconnected_at = _milliseconds(now)

    # The poll --------------------------------------------------------------------------------------------------------------------

    def timer_fired(self, now: float) -> None:
        """Look whether the connection is stale, and poll again."""
        if self.running:
            self._reopen_if_stale(now)
            self._poll(now)

    def attend(self, now: float, *, well: bool) -> None:
        """While all is `well` the poll only watches; once it is not, the client waits for it. Its time stays what it was."""
        if self.running and self._watch is not well:
            self._set(self._rings_at - _milliseconds(now), well)

    def _reopen_if_stale(self, now: float) -> None:
        heard_at = self._started_at if self._heard_at is None else self._heard_at
        if (
            _milliseconds(now) - heard_at <= self._stale_milliseconds
            or Rule.REOPEN_STALE not in self._profile
        ):
            return
        self.attempts += 1
        if not self._lost_lately(now):
            self._reopen(now)

    def _lost_lately(self, now: float) -> bool:
        if self._disconnected_at is None or Rule.SPARE_FRESH_LOSS not in self._profile:
            return False
        return _milliseconds(now) - self._disconnected_at < self._stale_milliseconds

    def _poll(self, now: float) -> None:
        milliseconds = self._interval_milliseconds()
        self._rings_at = _milliseconds(now) + milliseconds
        self._set(milliseconds, self._watch)

    def _set(self, milliseconds: int, watch: bool) -> None:
        self._watch = watch
        self._act(SetTimer(POLL_TIMER, max(0, milliseconds), watch=watch))

    def _interval_milliseconds(self) -> int:
        if Rule.EXPONENTIAL_POLL not in self._profile:
            seconds = OLD_POLL_MULTIPLIER * math.log(self.attempts + 1)
            return round_half_up(
                min(max(seconds, OLD_POLL_SHORTEST_SECONDS), OLD_POLL_LONGEST_SECONDS) * 1000
            )
        most = BACK_OFF_RATE if self.attempts else FIRST_JITTER
        chance = self._rng.random() * self._jitter if Rule.JITTER in self._profile else 0.0
        back_off = (1 + BACK_OFF_RATE) ** min(self.attempts, BACK_OFF_STEPS)
        return int(self._stale_milliseconds * back_off * (1 + most * chance))


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
