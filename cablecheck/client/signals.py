"""What a client is told (events) and what it wants done (actions): the whole boundary of the reference client.

Both are the SDK's own: the events are a browser's callbacks, the actions its calls. Socket and fetch numbers count from 1 and are
given out by the client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

# Events ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The upgrade of this socket succeeded."""

    socket: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A text frame came in on an open socket."""

    socket: int
    text: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A Close frame came; TCP is still open. No frame of this socket is delivered from here on."""

    socket: int


@dataclass(frozen=True, slots=True)
class Errored:
    """The connection failed before it opened; Closed follows."""

    socket: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket is gone."""

    socket: int


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that the client set (and did not cancel) ran out."""

    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole HTTP answer whose body is JSON; `json` is the decoded value."""

    fetch: int
    status: int
    json: Any


@dataclass(frozen=True, slots=True)
class AnswerUnreadable:
    """An HTTP answer came, but its body is no JSON or broke off."""

    fetch: int
    status: int


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No HTTP answer at all."""

    fetch: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """The visitor sends a message."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The visitor touches a key."""


@dataclass(frozen=True, slots=True)
class QuickReplied:
    """The visitor presses a quick reply: a message whose bubble never learns its id."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """The page gives its subscription up."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The page asks for its subscription again, by its own wish: no catch-up follows."""


@dataclass(frozen=True, slots=True)
class ScrolledBack:
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


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a WebSocket to the cable."""

    socket: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send this text frame, byte for byte."""

    socket: int
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Give this socket up, whatever its state: nothing more is heard of it, not even its end."""

    socket: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake me after this many milliseconds. A name names one timer: setting it again replaces it.

    A `watch` only guards against what may go wrong: while nothing does, nobody waits for it.
    """

    name: str
    milliseconds: int
    watch: bool = False


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget the timer of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask over HTTP. `path` begins after the API root (`/public/webchats/...`); `body` is JSON text or None.

    A fetch belongs to no socket: it outlives them all and has no deadline unless a rule gives it one.
    """

    fetch: int
    method: Literal["GET", "POST"]
    path: str
    body: str | None = None
    catch_up: bool = False


@dataclass(frozen=True, slots=True)
class Abort:
    """Give this fetch up: nothing more is heard of it."""

    fetch: int


@dataclass(frozen=True, slots=True)
class Show:
    """A bubble appears, `after` another node (0: at the head)."""

    node: int
    after: int
    source: Literal["initial", "socket", "catch-up", "own", "scroll-back"]
    id: str | None
    body: str
    socket: int | None = None
    fetch: int | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    """One of the visitor's own bubbles learns its id."""

    node: int
    id: str


@dataclass(frozen=True, slots=True)
class Move:
    """A bubble goes to another place, `after` another node (0: at the head)."""

    node: int
    after: int


@dataclass(frozen=True, slots=True)
class MarkFailed:
    """One of the visitor's own bubbles is marked as failed."""

    node: int


@dataclass(frozen=True, slots=True)
class Raise:
    """The SDK would throw here; reported, swallowed, and nothing else stops.

    `rejected`: not an event listener but a promise, whose rejection nobody handles.
    """

    error: str
    rejected: bool = False


ClientAction: TypeAlias = (
    Connect
    | Send
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
