"""What a client is told (events) and what it wants done (actions): the whole boundary of the reference client.

Both are the SDK's own: the events are a browser's callbacks, the actions its calls. Socket and fetch numbers count from 1 and are
given out by the client.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

# Events ---------------------------------------------------------------------------------------------------------------------


class Opened(Struct, frozen=True):
    """The upgrade of this socket succeeded. `protocol` is the subprotocol that the server chose, None for none."""

    socket: int
    protocol: str | None = None


class Frame(Struct, frozen=True):
    """A text frame came in on an open socket."""

    socket: int
    text: str


class Closing(Struct, frozen=True):
    """A Close frame came; TCP is still open. No frame of this socket is delivered from here on."""

    socket: int


class Errored(Struct, frozen=True):
    """The connection failed before it opened; Closed follows."""

    socket: int


class Closed(Struct, frozen=True):
    """The socket is gone."""

    socket: int


class TimerFired(Struct, frozen=True):
    """A timer that the client set (and did not cancel) ran out."""

    name: str


class Answered(Struct, frozen=True):
    """A whole HTTP answer whose body is JSON; `json` is the decoded value."""

    fetch: int
    status: int
    json: Any


class AnswerUnreadable(Struct, frozen=True):
    """An HTTP answer came, but its body is no JSON or broke off."""

    fetch: int
    status: int


class FetchFailed(Struct, frozen=True):
    """No HTTP answer at all."""

    fetch: int


class Submitted(Struct, frozen=True):
    """The visitor sends a message."""

    text: str


class Typed(Struct, frozen=True):
    """The visitor touches a key."""


class QuickReplied(Struct, frozen=True):
    """The visitor presses a quick reply: a message whose bubble never learns its id."""

    text: str


class Unsubscribed(Struct, frozen=True):
    """The page gives its subscription up."""


class Subscribed(Struct, frozen=True):
    """The page asks for its subscription again, by its own wish: no catch-up follows."""


class ScrolledBack(Struct, frozen=True):
    """The visitor reached the head of the timeline: older messages are wanted."""


ClientEvent: TypeAlias = (
    Opened
    | Frame
    | Closing
    | Errored
    | Closed
    | TimerFired
    | Answered
    | AnswerUnreadable
    | FetchFailed
    | Submitted
    | Typed
    | QuickReplied
    | Unsubscribed
    | Subscribed
    | ScrolledBack
)

# Actions --------------------------------------------------------------------------------------------------------------------


class Connect(Struct, frozen=True):
    """Open a WebSocket to the cable, offering these subprotocols."""

    socket: int
    protocols: tuple[str, ...] = ()


class Send(Struct, frozen=True):
    """Send this text frame, byte for byte."""

    socket: int
    text: str


class HangUp(Struct, frozen=True):
    """Send a Close frame on this open socket. No frame of it is delivered any more; the server's answer and the end of TCP are told."""

    socket: int


class Close(Struct, frozen=True):
    """Give this socket up, whatever its state: nothing more is heard of it, not even its end."""

    socket: int


class SetTimer(Struct, frozen=True):
    """Wake me after this many milliseconds. A name names one timer: setting it again replaces it.

    A `watch` only guards against what may go wrong: while nothing does, nobody waits for it.
    """

    name: str
    milliseconds: int
    watch: bool = False


class CancelTimer(Struct, frozen=True):
    """Forget the timer of this name."""

    name: str


class Fetch(Struct, frozen=True):
    """Ask over HTTP. `path` begins after the API root (`/public/webchats/...`); `body` is JSON text or None.

    A fetch belongs to no socket: it outlives them all and has no deadline unless a rule gives it one. `no_store`: past the browser's
    cache, in both directions.
    """

    fetch: int
    method: Literal["GET", "POST"]
    path: str
    body: str | None = None
    catch_up: bool = False
    no_store: bool = False


class Abort(Struct, frozen=True):
    """Give this fetch up: nothing more is heard of it."""

    fetch: int


class Show(Struct, frozen=True):
    """A bubble appears, `after` another node (0: at the head)."""

    node: int
    after: int
    source: Literal["initial", "socket", "catch-up", "own", "scroll-back"]
    id: str | None
    body: str
    socket: int | None = None
    fetch: int | None = None


class Identify(Struct, frozen=True):
    """One of the visitor's own bubbles learns its id."""

    node: int
    id: str


class Move(Struct, frozen=True):
    """A bubble goes to another place, `after` another node (0: at the head)."""

    node: int
    after: int


class MarkFailed(Struct, frozen=True):
    """One of the visitor's own bubbles is marked as failed."""

    node: int


class Raise(Struct, frozen=True):
    """The SDK would throw here; reported, swallowed, and nothing else stops.

    `rejected`: not an event listener but a promise, whose rejection nobody handles.
    """

    error: str
    rejected: bool = False


ClientAction: TypeAlias = (
    Connect
    | Send
    | HangUp
    | Close
    | SetTimer
    | CancelTimer
    | Fetch
    | Abort
    | Show
    | Identify
    | Move
    | MarkFailed
    | Raise
)
