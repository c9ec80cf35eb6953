"""HTTP/1.1 on one connection: requests in, JSON answers out, by h11.

What a client does wrong ends its own connection at worst: with a status where one can still be said, and with silence where not.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate

import h11
import trio

from cablecheck.chat import rest
from cablecheck.chat.rest import ProblemError
from cablecheck.chat.signals import Answer
from cablecheck.demo.limits import Limits

CABLE_PATH = b"/cable"  # Rails' default mount
_RECEIVE_BYTES = 65536
_NO_CONTENT = 204
_LINGER_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request for the REST side."""

    method: str
    target: str
    body: bytes
    authorization: str | None
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A proper request to upgrade to the cable: its head in our own spelling, and the bytes that came glued to it."""

    head: bytes
    glued: bytes


async def converse(
    line: trio.abc.HalfCloseableStream, limits: Limits, answer: Callable[[Request], Awaitable[Answer]]
) -> Upgrade | None:
    """Answer one request after the other, until the client leaves or errs (None) or wants the cable (its Upgrade)."""
    talk = _Talk(line, limits)
    try:
        while (heard := await talk.hear()) is not None:
            if isinstance(heard, Upgrade):
                return heard
            await talk.say(await answer(heard))
            if not talk.goes_on():
                return None
    except ProblemError as problem:
        await talk.refuse(problem)
    except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
        pass  # the client is gone, or does not read: nobody is left to be told
    return None


class _Talk:
    """One connection's requests and answers. Methods raise ProblemError for what the client did, and trio's stream errors."""

    def __init__(self, line: trio.abc.HalfCloseableStream, limits: Limits) -> None:
        self._line = line
        self._limits = limits
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.head_bytes)
        self._method = b""

    async def hear(self) -> Request | Upgrade | None:
        """The next request; None when there is none and none will come."""
        self._method = b""
        with trio.move_on_after(self._limits.head_seconds) as patience:
            head = await self._event()
        if patience.cancelled_caught:
            if self._h11.trailing_data[0]:
                raise ProblemError(408)
            return None
        if not isinstance(head, h11.Request):
            return None
        self._method = head.method
        body = await self._body(_values(head, b"content-length"))
        if head.target.partition(b"?")[0] == CABLE_PATH and _wants_websocket(head):
            return Upgrade(_handshake(head, body), self._h11.trailing_data[0])
        authorization = _values(head, b"authorization")
        return Request(
            head.method.decode("ascii"),
            head.target.decode("ascii"),
            body,
            authorization[-1].decode("latin-1") if authorization else None,
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
        )

    async def _event(self) -> h11.Event:
        while True:
            try:
                event = self._h11.next_event()
            except h11.RemoteProtocolError as error:
                raise ProblemError(error.error_status_hint) from error
            if event is not h11.NEED_DATA:
                assert isinstance(event, h11.Event), (
                    "h11 pauses after a whole request, and we ask for no more then"
                )
                return event
            self._h11.receive_data(bytes(await self._line.receive_some(_RECEIVE_BYTES)))

    async def _body(self, declared: list[bytes]) -> bytes:
        """The whole body. One that is declared or turns out too long is refused, and the former not even waited for."""
        if declared and int(declared[0][:20]) > self._limits.body_bytes:
            raise ProblemError(413)
        if self._h11.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        body = bytearray()
        with trio.move_on_after(self._limits.body_seconds):
            while isinstance(event := await self._event(), h11.Data):
                body += event.data
                if len(body) > self._limits.body_bytes:
                    raise ProblemError(413)
            return bytes(body)
        raise ProblemError(408)

    async def say(self, answer: Answer, *, last: bool = False) -> None:
        """Send an answer; `last` says that we close after it. A 204 has no body. Raises TooSlowError when it is not taken."""
        body = b"" if answer.status == _NO_CONTENT else answer.json.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Date": formatdate(usegmt=True),
            **dict(answer.headers),
        }
        if last:
            headers["Connection"] = "close"
        events: list[h11.Event] = [h11.Response(status_code=answer.status, headers=list(headers.items()))]
        if self._method != b"HEAD" and body:
            events.append(h11.Data(data=body))
        await self._send(*events, h11.EndOfMessage())

    async def _send(self, *events: h11.Event) -> None:
        with trio.fail_after(self._limits.send_seconds):
            await self._line.send_all(b"".join(self._h11.send(event) or b"" for event in events))

    def goes_on(self) -> bool:
        """Whether the connection may carry another request."""
        if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
            return False
        self._h11.start_next_cycle()
        return True

    async def refuse(self, problem: ProblemError) -> None:
        """Say what is wrong and stop talking; then listen on for a while, or the refusal would be reset away."""
        try:
            await self.say(rest.refusal(0, problem), last=True)
            await self._line.send_eof()
            left = _LINGER_BYTES
            with trio.move_on_after(self._limits.linger_seconds):
                while left > 0 and (received := await self._line.receive_some(_RECEIVE_BYTES)):
                    left -= len(received)
        except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            pass  # gone before it could be told


def _values(head: h11.Request, name: bytes) -> list[bytes]:
    return [value for own, value in head.headers if own == name]


def _tokens(head: h11.Request, name: bytes) -> list[bytes]:
    return [token.strip().lower() for value in _values(head, name) for token in value.split(b",")]


def _wants_websocket(head: h11.Request) -> bool:
    return b"websocket" in _tokens(head, b"upgrade") and b"upgrade" in _tokens(head, b"connection")


def _handshake(head: h11.Request, body: bytes) -> bytes:
    """Write the head anew with what a handshake needs, so that wsproto meets no surprise. Raises ProblemError 400 or 426.

    Extensions are left out: nobody needs them on loopback, and a proxy that counts frames would have to inflate them.
    """
    if _values(head, b"sec-websocket-version") != [b"13"]:
        raise ProblemError(426, ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"))
    keys, hosts = _values(head, b"sec-websocket-key"), _values(head, b"host")
    protocols = b", ".join(_values(head, b"sec-websocket-protocol"))
    proper = head.method == b"GET" and head.http_version == b"1.1" and not body
    if not proper or len(keys) != 1 or not _is_nonce(keys[0]) or not (protocols + hosts[0]).isascii():
        raise ProblemError(400)
    lines = [
        b"GET " + head.target + b" HTTP/1.1",
        b"Host: " + hosts[0],
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: " + keys[0],
    ]
    if protocols:
        lines.append(b"Sec-WebSocket-Protocol: " + protocols)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _is_nonce(key: bytes) -> bool:
    try:
        return len(b64decode(key, validate=True)) == 16  # RFC 6455 4.1
    except binascii.Error:
        return False
