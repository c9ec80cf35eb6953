"""One socket of a proxied connection: the client's, or the one to the target."""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress

import trio

from cablecheck.live.proxy.http import HEAD_CAP_BYTES, Head, end_of_head, read_head
from cablecheck.live.proxy.lane import End
from cablecheck.live.route import Route, connect, why
from cablecheck.live.secured import Secured, Wire, socket_of
from cablecheck.live.trust import tls_words

_READ_BYTES = 64 << 10
DIAL_SECONDS = 10.0
_LINGER_ZERO = struct.pack(
    "ii", 1, 0
)  # close() then sends a reset and throws away what is unsent (Linux, socket(7))


Upstream = Route  # what the switchboard has always called it


class Side:
    """A socket that says how its peer ended, can be reset at once, and shows what crosses it.

    An orderly end needs all input read first: a socket that is closed with unread input resets instead (Linux; RFC 1122, 4.2.2.13).
    """

    def __init__(
        self,
        stream: Wire,
        read: Callable[[bytes], None] = lambda _: None,
        wrote: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._stream = stream
        self._socket = socket_of(stream)
        self._read = read
        self._wrote = wrote
        self._broken = False
        self._said_fin = False
        self._heard_fin = False
        self.trouble = ""  # what broke in TLS, in words
        self.came = 0  # bytes
        self.went = 0

    async def read(self) -> bytes | End:
        """The next bytes, or how the peer ended. A write that broke before makes the end a reset: the kernel tells only once."""
        try:
            data = bytes(await self._stream.receive_some(_READ_BYTES))
        except trio.BrokenResourceError as error:
            self.trouble = tls_words(error) or ""
            return "rst"
        except trio.ClosedResourceError:
            return "rst"
        if data:
            self.came += len(data)
            self._read(data)
            return data
        self._heard_fin = not self._broken
        return "rst" if self._broken else "fin"

    async def send_all(self, data: bytes) -> None:
        """Write; raises BrokenResourceError or ClosedResourceError when the peer or the socket is gone."""
        self.went += len(data)
        self._wrote(data)
        try:
            await self._stream.send_all(data)
        except trio.BrokenResourceError:
            self._broken = True
            raise

    async def say_fin(self) -> None:
        """End our direction in order, in TLS with its farewell; reading goes on."""
        self._said_fin = True
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            await self._stream.send_eof()

    def reset(self) -> None:
        """Reset the connection, now."""
        with suppress(OSError):
            self._socket.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_LINGER, _LINGER_ZERO)
        self._socket.close()

    def close(self) -> None:
        """Let go of the socket: quietly when both directions ended in order, else by a reset."""
        if self._said_fin and self._heard_fin:
            self._socket.close()
        else:
            self.reset()


async def dial(route: Route, read: Callable[[bytes], None], wrote: Callable[[bytes], None]) -> Side:
    """Connect to the target. Raises ConnectionError, in words: it can't be reached, or its TLS can't be trusted."""
    by = f" by {route.proxy.name}" if route.proxy is not None else ""
    try:
        with trio.fail_after(DIAL_SECONDS):
            return Side(await connect(route), read, wrote)
    except OSError as error:
        raise ConnectionError(f"{route.place} can't be reached{by}: {why(error)}") from error
    except trio.TooSlowError as error:
        raise ConnectionError(
            f"{route.place} can't be reached{by}: no connection within {DIAL_SECONDS:g} s"
        ) from error


async def greeted(stream: Secured) -> str | None:
    """Shake hands with a client that is to speak TLS. None: it does. Else why not, in words, and the connection is closed."""
    why_not: str | None = "the proxy stops"
    try:
        with trio.fail_after(DIAL_SECONDS):
            await stream.do_handshake()
            why_not = None
    except trio.BrokenResourceError as error:
        said = tls_words(error) or "it ended the connection during the TLS handshake"
        why_not = "it speaks plain HTTP, and is to speak TLS" if "HTTP_REQUEST" in said else said
    except trio.TooSlowError:
        why_not = f"no TLS handshake within {DIAL_SECONDS:g} s"
    finally:
        if why_not is not None:
            socket_of(stream).close()
    return why_not


async def first_head(side: Side) -> tuple[Head, bytes] | None:
    """The head of the first request and what came along with it. None: the peer ended before it was whole."""
    buffer = bytearray()
    while not (size := end_of_head(buffer)) and len(buffer) <= HEAD_CAP_BYTES:
        data = await side.read()
        if not isinstance(data, bytes):
            return None
        buffer += data
    head = read_head(bytes(buffer[: size or len(buffer)]))
    return head, bytes(buffer[len(head.raw) :])
