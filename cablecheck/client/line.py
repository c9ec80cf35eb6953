"""How a page hears and speaks: one subscription on one cable, as a library gives it to the page on top."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol, TypeAlias

from cablecheck.cable.json_values import JsonValue
from cablecheck.client import signals
from cablecheck.client.fetches import Act
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.reception import Reception

LineEvent: TypeAlias = (
    signals.Opened
    | signals.Frame
    | signals.Closing
    | signals.Errored
    | signals.Closed
    | signals.TimerFired
    | signals.Typed
    | signals.Unsubscribed
    | signals.Subscribed
)


class Line(Protocol):
    """The cable and the subscription on it.

    `on_drop` is called when the library tells the page that the connection is gone, `on_return` when it tells that the subscription
    is back and it is time to catch up.
    """

    on_drop: list[Callable[[], None]]
    on_return: list[Callable[[], None]]

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        ...

    def begin(self, now: float) -> None:
        """Connect and subscribe."""
        ...

    def switch(self, conversation: str) -> None:
        """Move the subscription to another conversation."""
        ...

    def handle(self, event: LineEvent, now: float) -> None:
        """Take in what happened to a socket or a timer, or what the visitor did."""
        ...


LineOf: TypeAlias = Callable[[Page, Profile, random.Random, float, Reception, Act], Line]


def broadcast(reception: Reception, kind: JsonValue, message: JsonValue, socket: int) -> None:
    """What the page does about a broadcast of this kind; typing is only drawn. Raises ThrownError where the SDK would."""
    match kind:
        case "message":
            reception.receive_live(message, socket)
        case "reaction.create" | "reaction.destroy":
            reception.react(message)
        case _:
            pass
