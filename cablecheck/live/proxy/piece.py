"""A run of bytes that is passed on, or not, as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cablecheck.live.proxy.http import Answer

Part: TypeAlias = Literal["whole", "more", "last"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes as they came, and what they mean: the `text` of a text message, a whole `answer`, or the `protocol` of a socket that opens.

    After `more` nothing may come between this piece and the next, until `last`.
    """

    raw: bytes
    text: str | None = None
    part: Part = "whole"
    answer: Answer | None = None
    protocol: str | None = None


def plain(data: bytes) -> list[Piece]:
    """Bytes that nobody looks into."""
    return [Piece(data)] if data else []
