"""The client's WebSocket: wsproto on a stream that we opened ourselves.

trio-websocket was the first choice, but it can't be made exact: it closes TCP itself as soon as a Close frame comes, so the state in
which a browser waits for the server's end of TCP (and in which the SDK loses a gap when the visitor types) could not be seen; it reports FIN
and RST alike as 1006; and a connection that ends before the 101 keeps it waiting. Here the stream is read by one task that tells each
thing as it happens.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import RemoteProtocolError

from cablecheck.errors import first_of
from cablecheck.history import Ending
from cablecheck.live.trust import tls_words
from cablecheck.target.wire import Headers, Wire

# The SDK (hellotext.js 2.5.5) sets no connect timeout; this only keeps a run from hanging, so it is longer than any patience of ours.
HANDSHAKE_SECONDS = 30.0
# How long Chromium waits for the end of TCP after a Close frame (2003 ms measured in Chromium 156).
CLOSING_SECONDS = 2.0
# A frame larger than this ends the connection instead of filling the memory.
MAX_MESSAGE_BYTES = 8 * 2**20
# Who reads no pongs gets no more of them: one for the latest pings will do (RFC 6455, 5.5.3).
_MOST_UNSAID = 256
# Of the shortest frames some two thousand: what comes in one piece is heard before anything else is, a deadline included.
_CHUNK = 8192
_CLOSE_CAME = (ConnectionState.REMOTE_CLOSING, ConnectionState.CLOSED)  # CLOSED: we said it first
_TOO_BIG = 1009


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The 101 came, with this subprotocol."""

    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A whole text message came."""

    text: str


@dataclass(frozen=True, slots=True)
class CloseCame:
    """A Close frame came; TCP is still open. Nothing but Over follows."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Over:
    """The connection is gone; nothing follows. `reason` is for people."""

    how: Ending
    code: int | None = None
    status: int | None = None
    reason: str = ""


Heard: TypeAlias = Upgraded | Text | CloseCame | Over


class _OverError(Exception):
    """Ends the reading; carries what to tell."""

    def __init__(self, over: Over) -> None:
        super().__init__(over.reason)
        self.over = over


class WebSocket:
    """One WebSocket. `hear` is called for everything that comes, in order; Over comes exactly once, and last."""

    def __init__(self, hear: Callable[[Heard], None]) -> None:
        self._hear = hear
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._post, self._outbox = trio.open_memory_channel[bytes](math.inf)
        self._open = False
        self._reset = False
        self._hung_up = False
        self._closing: CloseCame | None = None
        self._patience_ends = math.inf
        self._parts: list[str] = []
        self._size = 0
        self._abandoned = trio.CancelScope()

    @property
    def opened(self) -> bool:
        """Whether the 101 ever came."""
        return self._open

    @property
    def unsaid(self) -> int:
        """How many frames wait to be written."""
        return self._post.statistics().current_buffer_used

    def send(self, text: str) -> None:
        """Send a text frame; nothing at all before the 101 and once a Close frame came or went, as in a browser."""
        if self._open and self._closing is None and not self._hung_up:
            self._post.send_nowait(self._protocol.send(TextMessage(text)))

    def hang_up(self) -> None:
        """Send a Close frame on an open socket; no Text of it is told any more."""
        if self._open and self._closing is None and not self._hung_up:
            self._hung_up = True
            self._post.send_nowait(self._protocol.send(CloseConnection(CloseReason.NO_STATUS_RCVD)))

    def abandon(self) -> None:
        """End TCP now, without a word to the server; nothing more is told."""
        self._abandoned.cancel()

    async def run(self, dial: Callable[[], Awaitable[trio.abc.Stream]], request: Request) -> None:
        """Connect, and stay until the connection is gone. Cancelled or abandoned, it ends without a word."""
        try:
            with self._abandoned, trio.fail_after(HANDSHAKE_SECONDS) as patience:
                stream = await dial()
                async with stream, trio.open_nursery() as nursery:
                    nursery.start_soon(self._write, stream)
                    try:
                        await stream.send_all(self._protocol.send(request))
                        await self._read(stream, patience)
                    finally:
                        nursery.cancel_scope.cancel()
        except* trio.TooSlowError:
            over = Over("timeout", reason=f"no answer to the upgrade within {HANDSHAKE_SECONDS:g} s")
        except* _OverError as ended:
            over = _over_in(ended)
        except* (OSError, trio.BrokenResourceError) as failed:
            lost = _lost(first_of(failed), opened=self._open)
            over = lost if self._closing is None else self._ended("close")
        if not self._abandoned.cancel_called:
            self._hear(over)

    async def _write(self, stream: trio.abc.Stream) -> None:
        async for data in self._outbox:
            try:
                await stream.send_all(data)
            except trio.ClosedResourceError:
                return
            except trio.BrokenResourceError as error:
                # A socket tells of a reset once: told to the writer, it looks like a FIN to the reader.
                self._reset = isinstance(error.__cause__, ConnectionResetError)
                return

    async def _read(self, stream: trio.abc.Stream, patience: trio.CancelScope) -> None:
        while True:
            if self._open:
                patience.deadline = math.inf
            data = await self._receive(stream)
            if not data:
                raise _OverError(self._ended("fin"))
            if self._closing is None:
                self._digest(data)

    def _digest(self, data: bytes) -> None:
        try:
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                self._take(event)
        except RemoteProtocolError as error:
            raise _OverError(Over("garbage", reason=str(error) or "no WebSocket")) from None

    async def _receive(self, stream: trio.abc.Stream) -> bytes:
        if self._closing is None:
            return bytes(await stream.receive_some(_CHUNK))
        with trio.move_on_at(self._patience_ends):
            return bytes(await stream.receive_some(_CHUNK))
        raise _OverError(self._ended("close"))

    def _take(self, event: object) -> None:
        if self._closing is not None:
            return
        match event:
            case TextMessage() | BytesMessage() | Ping() if self._hung_up:
                pass
            case AcceptConnection(subprotocol=protocol):
                self._open = True
                self._hear(Upgraded(protocol))
            case RejectConnection(status_code=status):
                raise _OverError(
                    Over("rejected", status=status, reason=f"the upgrade was answered with {status}")
                )
            case TextMessage(data=data, message_finished=finished):
                self._gather(data, finished=finished)
            case BytesMessage(message_finished=True):
                self._hear(Text("[object Blob]"))  # what a browser's JSON.parse would be handed
            case Ping():
                if self.unsaid < _MOST_UNSAID:
                    self._post.send_nowait(self._protocol.send(event.response()))
            case CloseConnection(reason=reason) if self._protocol.state not in _CLOSE_CAME:
                raise _OverError(
                    Over("garbage", reason=reason or "no WebSocket frame")
                )  # wsproto's word for a bad frame
            case CloseConnection(code=code):
                self._closing = CloseCame(code)
                self._patience_ends = trio.current_time() + CLOSING_SECONDS
                if not self._hung_up:
                    self._post.send_nowait(self._protocol.send(event.response()))
                self._hear(self._closing)
            case _:
                pass

    def _gather(self, data: str, *, finished: bool) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size > MAX_MESSAGE_BYTES:
            raise _OverError(
                Over("garbage", code=_TOO_BIG, reason=f"a frame of over {MAX_MESSAGE_BYTES} bytes")
            )
        if finished:
            text = "".join(self._parts)
            self._parts, self._size = [], 0
            self._hear(Text(text))

    def _ended(self, how: Literal["fin", "close"]) -> Over:
        if self._closing is not None:
            return Over("close", code=self._closing.code, reason="closed by a Close frame")
        if self._reset:
            return Over("rst", reason="the connection was reset")
        return Over(how, reason="the server ended TCP without a Close frame")


def request(
    host: str, path: str, origin: str, protocols: tuple[str, ...] = (), headers: Headers = ()
) -> Request:
    """The upgrade as a browser asks for it, with these subprotocols and no extension. `headers` are what a target wants besides."""
    extra = [
        (name.encode("latin-1", "replace"), value.encode()) for name, value in (("Origin", origin), *headers)
    ]
    return Request(host=host, target=path, subprotocols=list(protocols), extra_headers=extra)


def upgrade_for(wire: Wire, protocols: tuple[str, ...] = ()) -> Request:
    """The upgrade to a target's cable. The subprotocols that the target file names are offered instead of these."""
    parts = urlsplit(wire.cable_url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = wire.target.cable.subprotocols
    return request(parts.netloc, path, wire.origin, protocols if named is None else named, wire.cable_headers)


def _over_in(group: BaseExceptionGroup[_OverError]) -> Over:
    error = first_of(group)
    assert isinstance(error, _OverError)
    return error.over


def _lost(error: BaseException, *, opened: bool) -> Over:
    """Tell a refused connection from a reset: the first never was one."""
    said = tls_words(error)
    if said is not None and isinstance(error, trio.BrokenResourceError):
        return Over("rst", reason=said)
    cause = error.__cause__ or error
    if isinstance(cause, ConnectionResetError | BrokenPipeError) or isinstance(
        error, trio.BrokenResourceError
    ):
        return Over(
            "rst", reason="the connection was reset" if opened else "reset before the upgrade was answered"
        )
    return Over("refused", reason=str(error))
