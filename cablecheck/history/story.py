"""The run, its steps, and its messages on their way to the target (Jepsen's invoke, ok, fail, info)."""

from __future__ import annotations

from typing import Literal

from cablecheck.history.happened import Happened

BUNDLED = "bundled"  # the target of a run against the chat that cablecheck brings along


class RunBegan(Happened, frozen=True):
    """The first line of every history. `nonce` marks the bodies of this run's messages; `utc` is ISO 8601.

    `target` is BUNDLED, or the URL of the API of somebody's own.
    `steps` is how many the story has, so that a history shows whether it was told to its end; 0: nobody says. `defects` are the faults
    of the chat itself that were switched on. `rooms` tells in which conversation each client is, in their order; empty: all in one.
    """

    run: str
    scenario: str
    profile: str
    world: Literal["live", "sim"]
    target: str
    clients: tuple[str, ...]
    nonce: str
    version: str
    utc: str
    seed: int = 0
    steps: int = 0
    defects: tuple[str, ...] = ()
    rooms: tuple[int, ...] = ()


class StepBegan(Happened, frozen=True):
    """Step `step` (from 1, in the order of the story; the closing protocol's go on counting) began."""

    step: int
    verb: str
    closing: bool = False


class StepEnded(Happened, frozen=True):
    """`ended` is "unmet" when what the step waited for did not come in time; a settle that runs out is only "ran-out"."""

    step: int
    ended: Literal["done", "ran-out", "unmet", "failed"] = "done"
    note: str | None = None


class ClosingBegan(Happened, frozen=True):
    """The story is over and had its time to settle: what is shown from here on is late."""


class RunEnded(Happened, frozen=True):
    """The last line of a history that was not cut short. "crashed": an error of cablecheck's own; the note is its traceback."""

    ended: Literal["complete", "deadline", "interrupted", "failed", "crashed"]
    note: str | None = None


class PublishInvoked(Happened, frozen=True):
    """A message is on its way to the target. `by` is "agent" or a client's name; a probe is no part of the story.

    `room`: the conversation that it is for, counted from 1.
    """

    label: str
    nonce: str
    by: str = "agent"
    probe: bool = False
    room: int = 1


class PublishAcknowledged(Happened, frozen=True):
    """The target said that it stored the message (ok)."""

    label: str
    id: str
    status: int = 201


class PublishRefused(Happened, frozen=True):
    """The target certainly did not store it (fail)."""

    label: str
    reason: str
    status: int | None = None


class PublishUnknown(Happened, frozen=True):
    """Nobody can say before the truth is read (info)."""

    label: str
    reason: str
