"""One socket of a proxied connection: the client's, or the one to the target."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import trio

from cablecheck.live.proxy_lane import End

_READ_BYTES = 64 << 10
_DIAL_SECONDS = 10.0
_LINGER_ZERO = struct.pack(
    "ii", 1, 0
)  # close() then sends a reset and throws away what is unsent (Linux, socket(7))


@dataclass(frozen=True)
class Upstream:
    """Where the target is. `server_name`: what its certificate must say, where it isn't the host."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    server_name: str | None = None


class Side:
    """A socket that says how its peer ended, can be reset at once, and shows what crosses it.

    An orderly end needs all input read first: a socket that is closed with unread input resets instead (Linux; RFC 1122, 4.2.2.13).
    """

    def __init__(
        self,
        stream: trio.SocketStream | trio.SSLStream[trio.SocketStream],
        read: Callable[[bytes], None] = lambda _: None,
        wrote: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._stream = stream
        self._socket = (stream.transport_stream if isinstance(stream, trio.SSLStream) else stream).socket
        self._read = read
        self._wrote = wrote
        self._broken = False
        self._said_fin = False
        self._heard_fin = False

    async def read(self) -> bytes | End:
        """The next bytes, or how the peer ended. A write that broke before makes the end a reset: the kernel tells only once."""
        try:
            data = bytes(await self._stream.receive_some(_READ_BYTES))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return "rst"
        if data:
            self._read(data)
            return data
        self._heard_fin = not self._broken
        return "rst" if self._broken else "fin"

    async def send_all(self, data: bytes) -> None:
        """Write; raises BrokenResourceError or ClosedResourceError when the peer or the socket is gone."""
        self._wrote(data)
        try:
            await self._stream.send_all(data)
        except trio.BrokenResourceError:
            self._broken = True
            raise

    def say_fin(self) -> None:
        """End our direction in order; reading goes on. TLS has no such end: its peer sees the TCP end without a farewell."""
        self._said_fin = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Reset the connection, now."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._socket.close()

    def close(self) -> None:
        """Let go of the socket: quietly when both directions ended in order, else by a reset."""
        if self._said_fin and self._heard_fin:
            self._socket.close()
        else:
            self.reset()


async def dial(
    upstream: Upstream, read: Callable[[bytes], None], wrote: Callable[[bytes], None]
) -> Side | None:
    """Connect to the target. None: it can't be reached, or its TLS can't be trusted."""
    stream: trio.SocketStream | None = None
    try:
        with trio.fail_after(_DIAL_SECONDS):
            stream = await trio.open_tcp_stream(upstream.host, upstream.port)
            if upstream.tls is None:
                return Side(stream, read, wrote)
            name = upstream.server_name or upstream.host
            secured = trio.SSLStream(stream, upstream.tls, server_hostname=name, https_compatible=True)
            await secured.do_handshake()
            return Side(secured, read, wrote)
    except (OSError, ssl.SSLError, trio.BrokenResourceError, trio.TooSlowError):
        if stream is not None:
            stream.socket.close()
        return None
