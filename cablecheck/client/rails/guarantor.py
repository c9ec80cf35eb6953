"""The subscription guarantor: a subscribe that was sent is sent again until it is answered."""

from __future__ import annotations

from collections.abc import Callable

from cablecheck.client.fetches import Act
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.rails.constants import RETRY_MILLISECONDS
from cablecheck.client.signals import SetTimer

GUARANTOR_TIMER = "guarantor"


class Guarantor:
    """One timer, set anew by every subscribe that goes out; it rings once more after the answer, for nothing.

    On a socket that is not open nothing goes out, and so the chain ends: the next welcome begins it again. `subscribe` is called for
    each repetition.
    """

    def __init__(self, profile: Profile, act: Act, subscribe: Callable[[], None]) -> None:
        self._profile = profile
        self._act = act
        self._subscribe = subscribe
        self._pending = False

    def guarantee(self) -> None:
        """A subscribe went out."""
        if Rule.GUARANTEE in self._profile:
            self._pending = True
            self._act(SetTimer(GUARANTOR_TIMER, RETRY_MILLISECONDS, watch=True))

    def forget(self) -> None:
        """It was answered, or is not wanted any more."""
        self._pending = False

    def timer_fired(self) -> None:
        """Subscribe again, if that was not answered."""
        if self._pending:
            self._subscribe()
