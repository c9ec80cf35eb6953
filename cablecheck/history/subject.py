"""A client's own events and actions, as the client lived them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from cablecheck.history.happened import Happened

FrameKind: TypeAlias = Literal["welcome", "ping", "confirm", "reject", "disconnect", "message", "unknown"]
CommandKind: TypeAlias = Literal["subscribe", "unsubscribe", "message", "close", "unknown"]
Ending: TypeAlias = Literal["fin", "rst", "close", "refused", "rejected", "timeout", "garbage", "local"]
Source: TypeAlias = Literal["initial", "socket", "catch-up", "own", "scroll-back"]


GIVEN_UP = "given up"  # the error of a fetch that the client itself ended


class Connecting(Happened, frozen=True):
    """The client opens a socket; `socket` counts from 1 for each client. `offers` are its subprotocols."""

    client: str
    socket: int
    offers: tuple[str, ...] = ()


class Opened(Happened, frozen=True):
    """The upgrade succeeded. `protocol` is the subprotocol that the server chose, None for none."""

    client: str
    socket: int
    protocol: str | None = None


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
    """The client sent a command, or (`close`) a Close frame."""

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
    HTTP status), timeout, garbage. `local`: the client itself gave it up.
    """

    client: str
    socket: int
    how: Ending
    code: int | None = None
    status: int | None = None


class TimerSet(Happened, frozen=True):
    """The client set a timer. A `watch` guards against what may go wrong: while nothing does, nobody waits for it."""

    client: str
    name: str
    milliseconds: int
    watch: bool = False


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
    """The answer, or the lack of one. `ids` are the messages in it; `error` is set when there was no JSON to read.

    `cached`: nobody was asked, the browser had the answer in its cache.
    """

    client: str
    fetch: int
    status: int | None = None
    ids: tuple[str, ...] = ()
    error: str | None = None
    cached: bool = False


class VisitorActed(Happened, frozen=True):
    """The visitor did something in the page: send, type, subscribe, unsubscribe."""

    client: str
    act: Literal["send", "type", "subscribe", "unsubscribe", "switch"]
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


class Moved(Happened, frozen=True):
    """A bubble went to another place, `after` another node (0: at the head)."""

    client: str
    node: int
    after: int


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
