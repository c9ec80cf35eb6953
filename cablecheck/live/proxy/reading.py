"""Bytes as they come in, cut into pieces: frames after an upgrade, an answer to a catch-up as a whole, all else as it comes."""

from __future__ import annotations

from typing import Protocol

from cablecheck.cable.commands import read_command
from cablecheck.cable.frames import read_frame
from cablecheck.live.proxy.frames import Splitter
from cablecheck.live.proxy.http import (
    HEAD_CAP_BYTES,
    AnswerReader,
    Head,
    end_of_head,
    status_of,
    subprotocol_of,
)
from cablecheck.live.proxy.piece import Piece, plain
from cablecheck.nemesis.signals import (
    AnswerCame,
    BytesCame,
    CommandCame,
    Direction,
    FrameCame,
    Link,
    NemesisEvent,
)

_SWITCHING = 101


class Reading(Protocol):
    """One direction of one connection, as far as it was read."""

    def feed(self, data: bytes) -> list[Piece]:
        """Take bytes in (b"": an orderly end) and give the pieces that are complete."""

    def rest(self) -> list[Piece]:
        """Give what is left at the end."""


class Plain:
    """Bytes that nobody looks into."""

    def feed(self, data: bytes) -> list[Piece]:
        """As they come."""
        return plain(data)

    def rest(self) -> list[Piece]:
        """Nothing is left."""
        return []


class Frames:
    """WebSocket frames from the first byte: what the client says after its request."""

    def __init__(self) -> None:
        self._splitter = Splitter()

    def feed(self, data: bytes) -> list[Piece]:
        """Whole messages, as far as they are whole."""
        return self._splitter.feed(data)

    def rest(self) -> list[Piece]:
        """The beginning of a frame."""
        return self._splitter.rest()


class Upgraded:
    """The answer to an upgrade request, then frames. An answer that refuses passes as it comes."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._then: Reading | None = None

    def feed(self, data: bytes) -> list[Piece]:
        """The head as the last part of what must come first; then frames."""
        if self._then is not None:
            return self._then.feed(data)
        self._head += data
        size = end_of_head(self._head)
        if size and status_of(self._head) == _SWITCHING:
            self._then = Frames()
            head, rest = bytes(self._head[:size]), bytes(self._head[size:])
            upgraded = Piece(head, part="last", protocol=subprotocol_of(head))
            return [upgraded, *self._then.feed(rest)]
        if size or len(self._head) > HEAD_CAP_BYTES:
            self._then = Plain()
            return [Piece(bytes(self._head), part="last")]
        return []

    def rest(self) -> list[Piece]:
        """The beginning of a head or a frame."""
        if self._then is not None:
            return self._then.rest()
        return [Piece(bytes(self._head), part="last")] if self._head else []


class Whole:
    """The answer to a catch-up, kept until it is whole. What can't be one, or follows it, passes as it comes."""

    def __init__(self, head: Head) -> None:
        self._answer = AnswerReader(head)

    def feed(self, data: bytes) -> list[Piece]:
        """The whole answer, and what follows it."""
        answer = self._answer.feed(data)
        pieces = [] if answer is None else [Piece(answer.raw, answer=answer)]
        return pieces + plain(self._answer.rest()) if self._answer.given_up else pieces

    def rest(self) -> list[Piece]:
        """What there is of an answer."""
        return plain(self._answer.rest())


def reading_up(head: Head) -> Reading:
    """What follows this request."""
    return Frames() if head.upgrade else Plain()


def reading_down(head: Head, catch_up: bool) -> Reading:
    """What answers this request."""
    if head.upgrade:
        return Upgraded()
    return Whole(head) if catch_up else Plain()


def event_of(link: Link, direction: Direction, token: int, piece: Piece) -> NemesisEvent:
    """What the nemesis is told of a piece that waits under this token."""
    if piece.answer is not None:
        return AnswerCame(link, token, piece.answer.status, piece.answer.ids, piece.answer.text)
    if piece.text is None:
        return BytesCame(link, token, direction, size=len(piece.raw), protocol=piece.protocol)
    if direction == "down":
        return FrameCame(link, token, read_frame(piece.text), piece.text)
    return CommandCame(link, token, read_command(piece.text), piece.text)
