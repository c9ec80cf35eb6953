"""What the director wants done. A world performs each order and records what came of it; the director reads the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cablecheck.history import Event
from cablecheck.scenario.model import Step


@dataclass(frozen=True, slots=True)
class Note:
    """Record this event: a step's begin or end, the beginning of the closing protocol."""

    event: Event


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Load the page for this client (its initial timeline is what the target holds now) and start it."""

    client: str


@dataclass(frozen=True, slots=True)
class Publish:
    """The agent posts a message. `created_at`: None, `same` as the message before, or shifted from it (`-3s`)."""

    label: str
    created_at: str | None = None
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """The visitor does something in the page of this client; a send carries its label."""

    client: str
    act: Literal["send", "type", "unsubscribe"]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """Let the target open a new conversation for the visitor."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Hand this fault to the nemesis. `number` is the step's."""

    step: Step
    fault: str
    verb: str
    number: int
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Heal:
    """End this fault, or all of them."""

    fault: str | None
    as_: Literal["in-order", "reset"]


@dataclass(frozen=True, slots=True)
class Release:
    """Give what holds on `what`, or the hold of this id, keep."""

    what: str | None
    fault: str | None
    as_: Literal["in-order", "reset"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Wake the director at this time (seconds since the run began). Only the last alarm counts."""

    at: float


@dataclass(frozen=True, slots=True)
class ReadTimelines:
    """Ask every client what it shows, now."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The scenario is over; read the truth and end the run."""


Order: TypeAlias = (
    Note
    | OpenPage
    | Publish
    | Visit
    | OpenConversation
    | Arm
    | Heal
    | Release
    | Alarm
    | ReadTimelines
    | Finish
)
