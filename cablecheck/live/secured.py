"""TLS over a stream, as the client or as the server of it.

trio has an SSLStream, but it can't end one direction alone: its peer would see TCP end without TLS's own farewell, which some call an
attack. What breaks in TLS is raised as what breaks below it, with the ssl error as its cause.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

import trio

from cablecheck.live.trust import is_mere_end

_CHUNK_BYTES = 64 << 10

T = TypeVar("T")
Wire: TypeAlias = "trio.SocketStream | Secured"


class Secured(trio.abc.HalfCloseableStream):
    """One stream in TLS. `server_name`: what a client asks for (SNI), and what the certificate must say; None at the server's side.

    A peer that ends TCP without TLS's farewell has ended in order, as everywhere in HTTP.
    """

    def __init__(self, wire: Wire, context: ssl.SSLContext, server_name: str | None = None) -> None:
        self.wire = wire
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_name is None, server_hostname=server_name
        )
        self._sending = trio.Lock()

    async def do_handshake(self) -> None:
        """Agree on everything. Raises BrokenResourceError; the peer was told why, where TLS has a word for it."""
        try:
            await self._until(self._tls.do_handshake)
        except ssl.SSLError as error:
            with suppress(trio.BrokenResourceError):
                await self._flush()
            raise trio.BrokenResourceError from error

    def valid_until(self) -> datetime:
        """When the certificate that the peer showed, and we verified, ends."""
        shown: dict[str, Any] = self._tls.getpeercert() or {}
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), tz=UTC)

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """As of any stream: b"" at the end, by a farewell or by the end of TCP."""
        try:
            return await self._until(partial(self._tls.read, max_bytes or _CHUNK_BYTES))
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLError as error:
            if is_mere_end(error):
                return b""
            raise trio.BrokenResourceError from error

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """As of any stream."""
        left = memoryview(data)
        try:
            while left:
                left = left[self._tls.write(left[:_CHUNK_BYTES]) :]
                await self._flush()
        except ssl.SSLError as error:
            raise trio.BrokenResourceError from error

    async def wait_send_all_might_not_block(self) -> None:
        """As of the stream below."""
        await self.wire.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        """Say TLS's farewell and end TCP in our direction; reading goes on."""
        with suppress(ssl.SSLError):  # the farewell is said; that the peer's has not come yet is no matter
            self._tls.unwrap()
        await self._flush()
        await self.wire.send_eof()

    async def aclose(self) -> None:
        """Close TCP, without waiting for anybody's farewell."""
        await self.wire.aclose()

    async def _until(self, act: Callable[[], T]) -> T:
        """Do this, as soon as enough has come in for it."""
        while True:
            with suppress(ssl.SSLWantReadError):
                done = act()
                await self._answer()
                return done
            await self._answer()
            data = await self.wire.receive_some(_CHUNK_BYTES)
            if data:
                self._incoming.write(data)
            else:
                self._incoming.write_eof()

    async def _answer(self) -> None:
        """Send what TLS has to say on what came in. Who reads must never wait for who writes: both ends might do so."""
        if self._outgoing.pending and not self._sending.locked():
            await self._flush()
        else:
            await trio.lowlevel.checkpoint()  # nothing to say, or whoever is sending says it too

    async def _flush(self) -> None:
        async with self._sending:
            while self._outgoing.pending:
                await self.wire.send_all(self._outgoing.read())


def socket_of(wire: Wire) -> trio.socket.SocketType:
    """The socket at the bottom."""
    while isinstance(wire, Secured):
        wire = wire.wire
    return wire.socket
