"""What the nemesis is told (events) and what it decides (orders): the whole boundary of the fault side.

A world shows the nemesis every connection, frame and answer before it passes them on, and does with them what it is told. A
`token` stands for bytes that the world keeps: a frame or an answer stays with the world until it is delivered or discarded, so
the nemesis never holds a byte. A frame or answer about which nothing is ordered is held.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from cablecheck.cable.commands import Command
from cablecheck.cable.frames import Frame
from cablecheck.history import Event

Direction: TypeAlias = Literal["down", "up"]  # down: from the target to the client


class Link(Struct, frozen=True, cache_hash=True):
    """One connection of a client: its `number`-th socket (kind cable) or fetch (kind rest)."""

    client: str
    kind: Literal["cable", "rest"]
    number: int


# Events ---------------------------------------------------------------------------------------------------------------------


class Announced(Struct, frozen=True):
    """The client is about to connect. No order is expected, but a closed port is felt by nobody else: the kernel refuses."""

    link: Link
    catch_up: bool = False


class Dialled(Struct, frozen=True):
    """The client connected and said what it wants (`path`); nothing was dialled upstream yet. Answer: Admit or Refuse."""

    link: Link
    path: str = ""
    catch_up: bool = False


class FrameCame(Struct, frozen=True):
    """A whole frame of the target is waiting to be passed down. Only text frames after the upgrade are shown."""

    link: Link
    token: int
    frame: Frame
    text: str


class CommandCame(Struct, frozen=True):
    """A whole text frame of the client is waiting to be passed up."""

    link: Link
    token: int
    command: Command
    text: str


class AnswerCame(Struct, frozen=True):
    """The target's whole answer to a catch-up is waiting to be passed down. `ids`: the messages in it; `text`: its body."""

    link: Link
    token: int
    status: int
    ids: tuple[str, ...] = ()
    text: str = ""


class BytesCame(Struct, frozen=True):
    """What is no frame and no answer to look into is waiting: a control frame, a piece of a body, the end of the stream.

    `ends`: it is the end of this direction (a FIN or a reset). It is shown so that nothing overtakes what is delayed. `size`: how many
    bytes these are. `protocol`: they are the answer to an upgrade, which names this subprotocol.
    """

    link: Link
    token: int
    direction: Direction
    ends: bool = False
    size: int = 0
    protocol: str | None = None


class Ended(Struct, frozen=True):
    """The connection is over, by either side or by a cut. Its tokens are gone."""

    link: Link


class Woke(Struct, frozen=True):
    """The alarm that the nemesis asked for with Wake rang."""

    alarm: int


NemesisEvent: TypeAlias = (
    Announced | Dialled | FrameCame | CommandCame | AnswerCame | BytesCame | Ended | Woke
)

# Orders ---------------------------------------------------------------------------------------------------------------------


class Admit(Struct, frozen=True):
    """Dial the target and pass the bytes on."""

    link: Link


class Refuse(Struct, frozen=True):
    """Do not dial: answer with an HTTP status, reset, or hang (keep the connection, say nothing)."""

    link: Link
    how: int | Literal["hang", "reset"]


class ClosePort(Struct, frozen=True):
    """Stop listening for this client: its next connection is refused by the kernel."""

    client: str


class OpenPort(Struct, frozen=True):
    """Listen for this client again, on the same port."""

    client: str


class Deliver(Struct, frozen=True):
    """Pass the bytes of this token on, now. `keep`: they will be delivered again. `bare`: without the subprotocol that they name."""

    link: Link
    token: int
    keep: bool = False
    bare: bool = False


class Discard(Struct, frozen=True):
    """Forget the bytes of this token."""

    link: Link
    token: int


class Replace(Struct, frozen=True):
    """Answer a fetch with this instead of the token's bytes.

    `truncate`: promise the whole body, give half, then end the connection. `body` None keeps the target's own.
    """

    link: Link
    token: int
    status: int | None = None
    body: str | None = None
    limit: int | None = None
    truncate: bool = False


class Inject(Struct, frozen=True):
    """Send the client a text frame that the target never sent."""

    link: Link
    text: str


class Cut(Struct, frozen=True):
    """End the connection.

    rst: reset both sides. fin: an orderly end without a Close frame. close: a Close frame with `code`, then the end.
    close-half: the Close frame alone, TCP stays open until the client or Cut fin ends it. Nothing more is passed on after any of them.
    `torn`: a reset in the middle of the bytes of this token, whose first half is passed on before.
    """

    link: Link
    how: Literal["rst", "fin", "close", "close-half"]
    code: int = 1000
    torn: int | None = None


class Hush(Struct, frozen=True):
    """Stop passing bytes on in this direction (a blackhole); they are kept, in order, until Unhush."""

    link: Link
    direction: Direction


class Unhush(Struct, frozen=True):
    """Give what was kept, in order, and pass on from here."""

    link: Link
    direction: Direction


class Wake(Struct, frozen=True):
    """Ring alarm `alarm` at this time (seconds since the run began)."""

    alarm: int
    at: float


class Restart(Struct, frozen=True):
    """Stop the bundled server with this signal, and start it again on its port after `down_seconds`."""

    signal: Literal["TERM", "KILL"]
    down_seconds: float


class Journal(Struct, frozen=True):
    """Write this down: Armed, Fired, Released or Healed."""

    event: Event


# What is done with one connection.
Relayed: TypeAlias = Admit | Refuse | Deliver | Discard | Replace | Inject | Cut | Hush | Unhush
NemesisOrder: TypeAlias = Relayed | ClosePort | OpenPort | Wake | Restart | Journal
