"""What the proxy must know of HTTP: a request's path, the end of an answer, and how to give another answer instead."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import h11

from cablecheck.cable import json_values
from cablecheck.cable.answers import ids_in, shortened
from cablecheck.nemesis.signals import Replace

HEAD_CAP_BYTES = 64 << 10
ANSWER_CAP_BYTES = 16 << 20  # a longer answer to a catch-up passes through and is no answer to anybody here
_DROPPED = (b"content-length", b"transfer-encoding", b"content-encoding", b"connection")


@dataclass(frozen=True, slots=True)
class Head:
    """A request's head as it came, and what it asks for."""

    raw: bytes
    method: str = ""
    path: str = ""
    upgrade: bool = False

    @property
    def catch_up(self) -> bool:
        """Whether this asks for the messages after one."""
        return self.method == "GET" and "after_id" in parse_qs(
            urlsplit(self.path).query, keep_blank_values=True
        )


def end_of_head(buffer: bytes | bytearray) -> int:
    """Where the body begins; 0 while the head is incomplete."""
    return buffer.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in buffer else 0


def read_head(raw: bytes) -> Head:
    """What a request's head says. Never raises: garbage asks for nothing."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        return Head(raw)
    headers = [line.partition(":") for line in lines]
    upgrade = any(
        name.lower() == "upgrade" and value.strip().lower() == "websocket" for name, _, value in headers
    )
    return Head(raw, words[0], words[1], upgrade)


def status_of(raw: bytes | bytearray) -> int:
    """The status in an answer's first line, 0 where there is none."""
    words = raw[:64].split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


_SUBPROTOCOL = re.compile(rb"\r\nSec-WebSocket-Protocol:[ \t]*([^\r\n]*)", re.IGNORECASE)


def subprotocol_of(head: bytes) -> str | None:
    """The subprotocol that an answer to an upgrade names."""
    named = _SUBPROTOCOL.search(head)
    return named and named[1].rstrip().decode("latin-1")


def without_subprotocol(head: bytes) -> bytes:
    """The same answer without it."""
    return _SUBPROTOCOL.sub(b"", head)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: as it came, and as it is meant. `text`: its body, decoded."""

    raw: bytes
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    ids: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")


class AnswerReader:
    """Gathers the bytes of one answer until it is whole. Once it can't be one, `given_up` is true and all bytes pass."""

    def __init__(self, head: Head) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_CAP_BYTES)
        self._raw = bytearray()
        self._body = bytearray()
        self._response: h11.Response | None = None
        self.given_up = False
        try:
            self._http.send(h11.Request(method=head.method, target=head.path, headers=[("Host", "target")]))
            self._http.send(h11.EndOfMessage())
        except h11.LocalProtocolError:
            self.given_up = True

    def feed(self, data: bytes) -> Answer | None:
        """Take bytes in (b"": the stream ended) and give the answer when it is whole."""
        self._raw += data
        if self.given_up:
            return None
        try:
            self._http.receive_data(data)
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Response):
                    self._response = event
                elif isinstance(event, h11.Data):
                    self._body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return self._whole()
                elif not isinstance(event, h11.InformationalResponse):  # more is needed
                    self.given_up = event is not h11.NEED_DATA or len(self._raw) > ANSWER_CAP_BYTES
                    return None
        except h11.RemoteProtocolError:
            self.given_up = True
            return None

    def rest(self) -> bytes:
        """The bytes that belong to no answer."""
        left = bytes(self._raw)
        self._raw.clear()
        return left

    def _whole(self) -> Answer:
        assert self._response is not None, "h11 gives no end of a message that did not begin"
        after, _closed = self._http.trailing_data
        raw = bytes(self._raw[: len(self._raw) - len(after)])
        del self._raw[: len(raw)]
        self.given_up = True  # what follows is no answer to this request
        headers = tuple((bytes(name), bytes(value)) for name, value in self._response.headers)
        body = _decoded(headers, bytes(self._body))
        return Answer(raw, self._response.status_code, headers, body, _ids(body))


def _decoded(headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> bytes:
    """Undo gzip and deflate; anything else, what can't be undone, and what would be longer than any answer may be, stays as it is."""
    encoding = dict(headers).get(b"content-encoding", b"").strip().lower()
    bits = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}.get(encoding)
    if bits is None:
        return body
    unpacking = zlib.decompressobj(bits)
    try:
        unpacked = unpacking.decompress(body, ANSWER_CAP_BYTES)
    except zlib.error:
        return body
    return unpacked if unpacking.eof else body


def _ids(body: bytes) -> tuple[str, ...]:
    try:
        return ids_in(json_values.parse(body.decode("utf-8-sig", "replace")))  # as `response.json()` decodes
    except json_values.NotJsonError:
        return ()


def rewritten(answer: Answer, order: Replace) -> bytes:
    """The answer that is given instead. With `truncate` the body stops in the middle: the connection must be ended after it."""
    status = answer.status if order.status is None else order.status
    body = answer.body if order.body is None else order.body.encode()
    if order.limit is not None:
        body = shortened(body, order.limit)
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _DROPPED]
    head = _head(status, [*headers, (b"content-length", str(len(body)).encode()), (b"connection", b"close")])
    return head + (body[: len(body) // 2] if order.truncate else body)


def refusal(status: int) -> bytes:
    """A whole answer that refuses whatever was asked."""
    body = f"{status} {_phrase(status)}\n".encode()
    return (
        _head(
            status,
            [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        )
        + body
    )


def _head(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_phrase(status)}".encode()] + [
        name + b": " + value for name, value in headers
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
