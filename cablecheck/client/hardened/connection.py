"""The connection: one socket at a time, greeted, watched, given up when it is silent, and replaced when it ends."""

from __future__ import annotations

import random
from enum import Enum, auto

from cablecheck.client.fetches import Act
from cablecheck.client.hardened.timers import Timer, Timers
from cablecheck.client.hardened.waits import (
    WELCOME_MILLISECONDS,
    WELCOME_MOST_MILLISECONDS,
    BackOff,
    doubled,
)
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import Close, Connect, Send


class Stage(Enum):
    """How far the socket has come."""

    AWAY = auto()  # there is none; a timer will open one
    CONNECTING = auto()
    OPEN = auto()  # upgraded, and not yet welcomed
    WELCOMED = auto()
    CLOSING = (
        auto()
    )  # a Close frame came: nothing more is said or heard (a browser shows it as its readyState)


class Connection:
    """The socket that counts. What happens to any other is ignored: it has been given up, or has ended already.

    `_tries` counts the sockets since the last that was any good: only a confirmed subscription proves that one is.
    """

    def __init__(
        self,
        profile: Profile,
        rng: random.Random,
        jitter: float,
        timers: Timers,
        act: Act,
        stale_seconds: float,
    ) -> None:
        self._profile = profile
        self._back_off = BackOff(rng, jitter)
        self._timers = timers
        self._stale_seconds = stale_seconds
        self._act = act
        self._socket = 0
        self._stage = Stage.AWAY
        self._tries = 0
        self._heard_at = 0.0

    def open(self) -> None:
        """Open a socket."""
        self._socket += 1
        self._tries += 1
        self._stage = Stage.CONNECTING
        self._act(Connect(self._socket))
        if Rule.WELCOME_DEADLINE in self._profile:
            within = doubled(WELCOME_MILLISECONDS, self._tries - 1, WELCOME_MOST_MILLISECONDS)
            self._timers.set(Timer.WELCOME, within)

    @property
    def ready(self) -> bool:
        """Whether the server takes commands. What is said before its welcome may be lost without a trace."""
        return self._stage is Stage.WELCOMED or (
            self._stage is Stage.OPEN and Rule.AWAIT_WELCOME not in self._profile
        )

    def opened(self, socket: int) -> bool:
        """The upgrade succeeded; whether that makes it ready."""
        if socket != self._socket or self._stage is not Stage.CONNECTING:
            return False
        self._stage = Stage.OPEN
        return self.ready

    def welcomed(self) -> bool:
        """The server's welcome came; whether that makes it ready, which it was not before."""
        if self._stage is not Stage.OPEN:
            return False
        ready = self.ready
        self._stage = Stage.WELCOMED
        self._timers.cancel(Timer.WELCOME)
        if Rule.WATCHDOG in self._profile:
            self._timers.set(Timer.WATCHDOG, round(self._stale_seconds * 1000), watch=True)
        return not ready

    def hears(self, socket: int, now: float) -> bool:
        """Whether a frame came on the socket that counts; then it is not silent."""
        if socket != self._socket or self._stage not in (Stage.OPEN, Stage.WELCOMED):
            return False
        self._heard_at = now
        return True

    def is_silent(self, now: float) -> bool:
        """The watchdog looks when something was last heard; if that is not too long ago it will look again."""
        left = self._stale_seconds - (now - self._heard_at)
        if left <= 0:
            return True
        self._timers.set(Timer.WATCHDOG, max(1, round(left * 1000)), watch=True)
        return False

    def send(self, text: str) -> None:
        """Say something, if the server takes commands now."""
        if self.ready:
            self._act(Send(self._socket, text))

    def proved(self) -> None:
        """The subscription is confirmed."""
        self._tries = 0

    def closing(self, socket: int) -> None:
        """A Close frame came. The end follows, or the watchdog bites."""
        if socket == self._socket and self._stage is not Stage.AWAY:
            self._stage = Stage.CLOSING

    def ended(self, socket: int) -> bool:
        """A socket failed or ended; whether it was the one that counts. An error and the close that follows count once."""
        if socket != self._socket or self._stage is Stage.AWAY:
            return False
        self._replace()
        return True

    def give_up(self) -> None:
        """End the socket without waiting for anybody, and try again."""
        self._act(Close(self._socket))
        self._replace()

    def _replace(self) -> None:
        self._stage = Stage.AWAY
        self._timers.cancel(Timer.WELCOME)
        self._timers.cancel(Timer.WATCHDOG)
        if Rule.RECONNECT in self._profile:
            self._timers.set(Timer.RECONNECT, self._back_off.milliseconds(self._tries))
