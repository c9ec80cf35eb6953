"""The timers that are set now, so that one which is not is neither cancelled nor believed."""

from __future__ import annotations

from enum import StrEnum

from cablecheck.client.fetches import Act
from cablecheck.client.signals import CancelTimer, SetTimer


class Timer(StrEnum):
    """What a timer is for; each fetch has one of its own besides."""

    RECONNECT = "reconnect"
    WELCOME = "welcome"
    WATCHDOG = "watchdog"
    SUBSCRIBE = "subscribe"
    READ = "read"


class Timers:
    """All timers of one client, by name."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._set: set[str] = set()

    def set(self, name: str, milliseconds: int, *, watch: bool = False) -> None:
        """Wake the client after so long; a timer of the same name is replaced. Nobody waits for a `watch`."""
        self._set.add(name)
        self._act(SetTimer(name, milliseconds, watch))

    def cancel(self, name: str) -> None:
        """Forget a timer, if it is set."""
        if name in self._set:
            self._set.remove(name)
            self._act(CancelTimer(name))

    def rang(self, name: str) -> bool:
        """Whether a timer that ran out was set."""
        if name not in self._set:
            return False
        self._set.remove(name)
        return True
