"""Everything that happened, in order: frozen events, one JSON object a line.

The history is the boundary of the pure core, the same in every world. Times are `at`: seconds since the run began. Message ids
are strings as a browser would print them (`String(id)`): the timeline, the truth and the socket are compared as text. A timeline
is never stored whole: each bubble is a `node`, numbered by its client from 1, and stands `after` another node (0: at the head).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

FrameKind: TypeAlias = Literal["welcome", "ping", "confirm", "reject", "disconnect", "message", "unknown"]
CommandKind: TypeAlias = Literal["subscribe", "unsubscribe", "message", "unknown"]
Ending: TypeAlias = Literal["fin", "rst", "close", "refused", "rejected", "timeout", "garbage", "local"]
Source: TypeAlias = Literal["initial", "socket", "catch-up", "own"]


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


class Happened(msgspec.Struct, frozen=True, tag_field="event", tag=_kebab, omit_defaults=True):
    """What every event has: when, in seconds since the run began."""

    at: float


# The run and its story -----------------------------------------------------------------------------------------------


class RunBegan(Happened, frozen=True):
    """The first line of every history. `nonce` marks the bodies of this run's messages; `utc` is ISO 8601."""

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
    """The last line of a history that was not cut short."""

    ended: Literal["complete", "deadline", "interrupted", "failed"]
    note: str | None = None


# Publishing: Jepsen's invoke, ok, fail, info -----------------------------------------------------------------------------


class PublishInvoked(Happened, frozen=True):
    """A message is on its way to the target. `by` is "agent" or a client's name; a probe is no part of the story."""

    label: str
    nonce: str
    by: str = "agent"
    probe: bool = False


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


# A client's own events and actions -----------------------------------------------------------------------------------------


class Connecting(Happened, frozen=True):
    """The client opens a socket; `socket` counts from 1 for each client."""

    client: str
    socket: int


class Opened(Happened, frozen=True):
    """The upgrade succeeded."""

    client: str
    socket: int


class Received(Happened, frozen=True):
    """A frame reached the client. `text` is kept for control frames only, `digest` (of the text) for all."""

    client: str
    socket: int
    kind: FrameKind
    identifier: str | None = None
    id: str | None = None
    digest: str | None = None
    text: str | None = None


class Sent(Happened, frozen=True):
    """The client sent a command."""

    client: str
    socket: int
    command: CommandKind
    identifier: str | None = None


class Closing(Happened, frozen=True):
    """A Close frame came; TCP is still open."""

    client: str
    socket: int
    code: int | None = None


class Errored(Happened, frozen=True):
    """The connection failed before it opened; a Closed of the same socket follows."""

    client: str
    socket: int
    reason: str


class Closed(Happened, frozen=True):
    """The socket is gone.

    `how`: fin, rst, or close (a Close frame, then the end of TCP); before the upgrade also refused (no connection), rejected (an
    HTTP status), timeout, garbage. `local`: we closed it at the end of the run.
    """

    client: str
    socket: int
    how: Ending
    code: int | None = None
    status: int | None = None


class TimerSet(Happened, frozen=True):
    """The client set a timer."""

    client: str
    name: str
    milliseconds: int


class TimerCancelled(Happened, frozen=True):
    """The client cancelled a timer."""

    client: str
    name: str


class TimerFired(Happened, frozen=True):
    """A timer of the client ran out."""

    client: str
    name: str


class FetchSent(Happened, frozen=True):
    """The client asks over HTTP; `fetch` counts from 1 for each client. `catch_up` tells a catch-up from a POST."""

    client: str
    fetch: int
    method: str
    url: str
    catch_up: bool = False


class FetchEnded(Happened, frozen=True):
    """The answer, or the lack of one. `ids` are the messages in it; `error` is set when there was no JSON to read."""

    client: str
    fetch: int
    status: int | None = None
    ids: tuple[str, ...] = ()
    error: str | None = None


class VisitorActed(Happened, frozen=True):
    """The visitor did something in the page: send, type, unsubscribe."""

    client: str
    act: Literal["send", "type", "unsubscribe", "switch"]
    label: str | None = None


class Shown(Happened, frozen=True):
    """A bubble appeared. `nonce` is this run's mark found in its body, `body` a digest of the body."""

    client: str
    node: int
    after: int
    source: Source
    id: str | None = None
    nonce: str | None = None
    body: str | None = None
    socket: int | None = None
    fetch: int | None = None


class Identified(Happened, frozen=True):
    """One of the visitor's own bubbles learnt its id from the answer to its POST."""

    client: str
    node: int
    id: str


class MarkedFailed(Happened, frozen=True):
    """One of the visitor's own bubbles was marked as failed: it no longer counts as shown."""

    client: str
    node: int


class Gone(Happened, frozen=True):
    """A bubble disappeared."""

    client: str
    node: int


class Raised(Happened, frozen=True):
    """The client's own code raised where the real SDK raises; reported and swallowed."""

    client: str
    error: str


class TimelineRead(Happened, frozen=True):
    """The client was asked what it shows: how many bubbles, and a digest over their ids in order (`timeline_digest`)."""

    client: str
    nodes: int
    digest: str


# The nemesis --------------------------------------------------------------------------------------------------------------------


class Armed(Happened, frozen=True):
    """A fault stands ready. `client` None: for every client. `step` is the step that armed it."""

    fault: str
    verb: str
    step: int
    client: str | None = None
    detail: str = ""
    closing: bool = False


class Fired(Happened, frozen=True):
    """A fault touched something: a connection, a frame, an answer. One event a touch."""

    fault: str
    verb: str
    client: str
    socket: int | None = None
    fetch: int | None = None
    kind: FrameKind | CommandKind | None = None
    ids: tuple[str, ...] = ()
    digest: str | None = None
    detail: str = ""


class Released(Happened, frozen=True):
    """What a hold kept was given (or dropped with its connection)."""

    fault: str
    client: str
    detail: str = ""


class Healed(Happened, frozen=True):
    """The fault is over."""

    fault: str
    detail: str = ""


# The target, and cablecheck's own honesty -----------------------------------------------------------------------------------


class ServerStopped(Happened, frozen=True):
    """The bundled server's process is gone."""

    signal: str


class ServerStarted(Happened, frozen=True):
    """The bundled server accepts connections again."""


class Tampered(Happened, frozen=True):
    """The proxy's bytes differ from what its faults asked for: exit 4."""

    client: str
    direction: Literal["down", "up"]
    detail: str


class TruthRead(Happened, frozen=True):
    """The target was asked for its own list, to the end."""

    messages: int
    complete: bool
    reason: str | None = None


Event: TypeAlias = (
    RunBegan
    | StepBegan
    | StepEnded
    | ClosingBegan
    | RunEnded
    | PublishInvoked
    | PublishAcknowledged
    | PublishRefused
    | PublishUnknown
    | Connecting
    | Opened
    | Received
    | Sent
    | Closing
    | Errored
    | Closed
    | TimerSet
    | TimerCancelled
    | TimerFired
    | FetchSent
    | FetchEnded
    | VisitorActed
    | Shown
    | Identified
    | MarkedFailed
    | Gone
    | Raised
    | TimelineRead
    | Armed
    | Fired
    | Released
    | Healed
    | ServerStopped
    | ServerStarted
    | Tampered
    | TruthRead
)


# The run's mark in a body -----------------------------------------------------------------------------------------------------

_MARK = re.compile(r"\[cc:([0-9a-z]+):([0-9a-z]+)\]")


def marked(run_nonce: str, label: str) -> str:
    """The text that marks a body as message `label` of this run: `[cc:3f9a2c:m6]`."""
    return f"[cc:{run_nonce}:{label}]"


def mark_in(body: str) -> str | None:
    """The first such mark in a body, whole, or None."""
    found = _MARK.search(body)
    return found[0] if found else None


def digest(text: str) -> str:
    """Twelve hex digits that stand for a text (BLAKE2b, 48 bits)."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def timeline_digest(ids: Iterable[str | None]) -> str:
    """Stands for a whole timeline: a digest over its ids in order, a bubble without an id counting as an empty line."""
    state = blake2b(digest_size=6)
    for id_ in ids:
        state.update((id_ or "").encode("utf-8", "surrogatepass") + b"\n")
    return state.hexdigest()
