"""A byte stream of WebSocket frames cut into pieces that are passed on, or not, as wholes. Nothing is re-encoded.

Concatenated, the pieces (and the rest at the end) are the stream, whatever its bytes: this never raises. A fragmented text message
is one piece, with the control frames between its fragments; what is too long to be kept goes through in parts and is no
message to anybody here, and the same is true of binary and compressed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cablecheck.live.proxy.piece import Piece

CAP_BYTES = 1 << 20  # a message beyond this is not kept in memory

_CONTINUATION, _TEXT, _CLOSE = 0x0, 0x1, 0x8
_FIN, _OPCODE, _MASKED, _SHORT = 0x80, 0x0F, 0x80, 0x7F


@dataclass(frozen=True, slots=True)
class _Header:
    first: int
    mask: bytes
    size: int
    length: int

    @property
    def final(self) -> bool:
        return bool(self.first & _FIN)

    @property
    def opcode(self) -> int:
        """The opcode, with the reserved bits: a compressed text is no text."""
        return self.first & ~_FIN

    @property
    def control(self) -> bool:
        return bool(self.first & 0x08)


class Splitter:
    """Cuts one direction of one socket. Masked frames are unmasked in a copy, to be read only."""

    def __init__(self, cap_bytes: int = CAP_BYTES) -> None:
        self._cap = cap_bytes
        self._buffer = bytearray()
        self._kept = bytearray()  # raw bytes of a fragmented text message so far
        self._payload = bytearray()
        self._state: Literal["between", "text", "passing"] = "between"
        self._streaming = 0  # bytes of a long frame that are still to come
        self._stream_ends = True  # whether that frame ends its message

    def feed(self, data: bytes) -> list[Piece]:
        """Take bytes in and give the pieces that are complete."""
        self._buffer += data
        pieces: list[Piece] = []
        while self._buffer:
            if self._streaming:
                pieces.append(self._stream())
                continue
            header = _header(self._buffer)
            if header is None:
                break
            if header.size + header.length + len(self._kept) > self._cap:
                pieces += self._begin_stream(header)
            elif len(self._buffer) >= header.size + header.length:
                pieces += self._frame(header)
            else:
                break
        return pieces

    def rest(self) -> list[Piece]:
        """What is left when the stream ended in the middle."""
        left = bytes(self._kept + self._buffer)
        self._kept.clear()
        self._buffer.clear()
        return [Piece(left, part="more")] if left else []

    def _stream(self) -> Piece:
        raw = bytes(self._buffer[: self._streaming])
        del self._buffer[: len(raw)]
        self._streaming -= len(raw)
        if self._streaming or not self._stream_ends:
            return Piece(raw, part="more")
        self._state = "between"
        return Piece(raw, part="last")

    def _begin_stream(self, header: _Header) -> list[Piece]:
        self._streaming = header.size + header.length
        self._stream_ends = header.final if not header.control else self._state == "between"
        self._state = "passing"
        return self._give_up()

    def _give_up(self) -> list[Piece]:
        """Pass on what was kept of a message that will not be one."""
        raw = bytes(self._kept)
        self._kept.clear()
        self._payload.clear()
        return [Piece(raw, part="more")] if raw else []

    def _frame(self, header: _Header) -> list[Piece]:
        end = header.size + header.length
        raw = bytes(self._buffer[:end])
        del self._buffer[:end]
        if header.control:
            return self._control(header, raw)
        payload = _unmasked(raw[header.size :], header.mask)
        match self._state:
            case "between":
                return self._first(header, raw, payload)
            case "text":
                return self._next(header, raw, payload)
            case _:
                return self._passing(header, raw)

    def _control(self, header: _Header, raw: bytes) -> list[Piece]:
        """A control frame stays where it is, between two fragments too; a Close ends the message that it interrupts."""
        if self._state == "between":
            return [Piece(raw)]
        if self._state == "passing":
            return [Piece(raw, part="more")]
        self._kept += raw
        if header.opcode != _CLOSE:
            return []
        self._state = "passing"
        return self._give_up()

    def _first(self, header: _Header, raw: bytes, payload: bytes) -> list[Piece]:
        if header.opcode == _TEXT:
            if header.final:
                return [Piece(raw, _decoded(payload))]
            self._state = "text"
            self._kept += raw
            self._payload += payload
            return []
        if not header.final:
            self._state = "passing"
        return [Piece(raw, part="whole" if header.final else "more")]

    def _next(self, header: _Header, raw: bytes, payload: bytes) -> list[Piece]:
        if header.opcode != _CONTINUATION:
            self._state = "passing"
            return self._give_up() + self._passing(header, raw)
        self._kept += raw
        self._payload += payload
        if not header.final:
            return []
        piece = Piece(bytes(self._kept), _decoded(bytes(self._payload)))
        self._kept.clear()
        self._payload.clear()
        self._state = "between"
        return [piece]

    def _passing(self, header: _Header, raw: bytes) -> list[Piece]:
        if not header.final:
            return [Piece(raw, part="more")]
        self._state = "between"
        return [Piece(raw, part="last")]


def _header(buffer: bytearray) -> _Header | None:
    """The header at the head of the buffer, or None while it is incomplete (RFC 6455, 5.2)."""
    if len(buffer) < 2:
        return None
    length = buffer[1] & _SHORT
    extended = {126: 2, 127: 8}.get(length, 0)
    mask_size = 4 if buffer[1] & _MASKED else 0
    size = 2 + extended + mask_size
    if len(buffer) < size:
        return None
    if extended:
        length = int.from_bytes(buffer[2 : 2 + extended], "big")
    return _Header(buffer[0], bytes(buffer[size - mask_size : size]), size, length)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    if not mask:
        return payload
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def _decoded(payload: bytes) -> str | None:
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return None


def text_frame(text: str) -> bytes:
    """A server's text frame: unmasked and whole."""
    payload = text.encode("utf-8", "surrogatepass")
    size = len(payload)
    if size < 126:
        head = bytes([_FIN | _TEXT, size])
    elif size < 1 << 16:
        head = bytes([_FIN | _TEXT, 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([_FIN | _TEXT, 127]) + size.to_bytes(8, "big")
    return head + payload


def close_frame(code: int) -> bytes:
    """A server's Close frame with this code and no reason."""
    return bytes([_FIN | _CLOSE, 2]) + code.to_bytes(2, "big")
