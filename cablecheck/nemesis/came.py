"""What is waiting to be passed on, in one shape for frames, commands, answers and mere bytes."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from msgspec import Struct

from cablecheck.cable.commands import identifier_of_command, kind_of_command
from cablecheck.cable.frames import gist_of
from cablecheck.history import CommandKind, Fired, FrameKind, digest
from cablecheck.nemesis.signals import AnswerCame, BytesCame, CommandCame, Direction, FrameCame, Journal, Link

Waiting: TypeAlias = FrameCame | CommandCame | AnswerCame | BytesCame


class Came(Struct, frozen=True):
    """One thing that waits. `kind` None: an answer, or bytes that nobody looks into; `text` None: there is none."""

    link: Link
    token: int
    direction: Direction
    kind: FrameKind | CommandKind | None = None
    identifier: str | None = None
    ids: tuple[str, ...] = ()
    text: str | None = None
    answer: bool = False
    ends: bool = False
    size: int = 0
    protocol: str | None = None

    @property
    def weight(self) -> int:
        """How many bytes a narrow line has to carry. What nobody reads of a socket (its upgrade, control frames) weighs nothing."""
        if self.text is not None:
            return len(self.text.encode("utf-8", "surrogatepass"))
        return self.size if self.link.kind == "rest" else 0


def read(event: Waiting) -> Came:
    """Give what came its one shape."""
    match event:
        case FrameCame(link, token, frame, text):
            kind, identifier, id_ = gist_of(frame)
            return Came(link, token, "down", kind, identifier, () if id_ is None else (id_,), text)
        case CommandCame(link, token, command, text):
            return Came(
                link, token, "up", kind_of_command(command), identifier_of_command(command), text=text
            )
        case AnswerCame(link, token, _, ids, text):
            return Came(link, token, "down", ids=ids, text=text, answer=True)
        case BytesCame(link, token, direction, ends, size, protocol):
            return Came(link, token, direction, ends=ends, size=size, protocol=protocol)
        case _:
            assert_never(event)


def fired_at(fault: str, verb: str, link: Link, now: float, detail: str = "") -> Journal:
    """The evidence that a fault touched a connection as a whole."""
    socket, fetch = (link.number, None) if link.kind == "cable" else (None, link.number)
    return Journal(Fired(now, fault, verb, link.client, socket, fetch, detail=detail))


def fired(fault: str, verb: str, came: Came, now: float, detail: str = "") -> Journal:
    """The evidence that a fault touched this frame, command or answer."""
    link = came.link
    socket, fetch = (link.number, None) if link.kind == "cable" else (None, link.number)
    text = None if came.text is None else digest(came.text)
    return Journal(Fired(now, fault, verb, link.client, socket, fetch, came.kind, came.ids, text, detail))
