"""What the director wants done. A world performs each order and records what came of it; the director reads the record."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from cablecheck.history import Event
from cablecheck.scenario import model
from cablecheck.scenario.model import Step


class Note(Struct, frozen=True):
    """Record this event: a step's begin or end, the beginning of the closing protocol."""

    event: Event


class OpenPage(Struct, frozen=True):
    """Load the page for this client (its initial timeline is what the target holds now) and start it."""

    client: str


class Publish(Struct, frozen=True):
    """The agent posts a message in a room. `created_at`: None, `same` as the message before there, or shifted from it (`-3s`)."""

    label: str
    created_at: str | None = None
    probe: bool = False
    length: int = 0
    room: int = 1

    def body(self, mark: str) -> str:
        """What the message says: its label, the mark by which it is known, and dots up to its length."""
        return f"{self.label} {mark}".ljust(self.length, ".")


class Visit(Struct, frozen=True):
    """The visitor does something in the page of this client; a send carries its label."""

    client: str
    act: Literal["send", "type", "subscribe", "unsubscribe"]
    label: str | None = None


class OpenConversation(Struct, frozen=True):
    """Let the target open a new conversation for every visitor."""


class Arm(Struct, frozen=True):
    """Hand this fault to the nemesis. `number` is the step's."""

    step: Step
    fault: str
    verb: str
    number: int
    closing: bool = False


class Heal(Struct, frozen=True):
    """End this fault, or all of them."""

    fault: str | None
    as_: Literal["in-order", "reset"]


class Release(Struct, frozen=True):
    """Give what holds on `what`, or the hold of this id, keep."""

    what: str | None
    fault: str | None
    as_: Literal["in-order", "reset"]


class Deploy(Struct, frozen=True):
    """Run this command of the user's own, whose fault has this id. `number` is the step's."""

    step: model.Deploy
    fault: str
    number: int


class Alarm(Struct, frozen=True):
    """Wake the director at this time (seconds since the run began). Only the last alarm counts."""

    at: float


class ReadTimelines(Struct, frozen=True):
    """Ask every client what it shows, now."""


class Finish(Struct, frozen=True):
    """The scenario is over; read the truth and end the run."""


Order: TypeAlias = (
    Note
    | OpenPage
    | Publish
    | Visit
    | OpenConversation
    | Arm
    | Deploy
    | Heal
    | Release
    | Alarm
    | ReadTimelines
    | Finish
)
