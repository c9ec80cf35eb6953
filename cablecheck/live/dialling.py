"""How the client's side of a connection is opened: through its proxy, or straight to a server.

Through the proxy the local port is bound and announced before the connection is made, so that the proxy numbers a connection as the
client does, whatever the order in which they are accepted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

import trio

from cablecheck.live.proxy.switchboard import Switchboard
from cablecheck.live.route import Route, connect
from cablecheck.live.targets import Place

LOOPBACK = "127.0.0.1"
Kind: TypeAlias = Literal["cable", "rest"]
# kind, the client's number for it, and whether it is a catch-up
Dial: TypeAlias = Callable[[Kind, int, bool], Awaitable[trio.abc.Stream]]


class Tapped(trio.abc.Stream):
    """A stream whose bytes, in both directions, are shown to the audit as the client sees them."""

    def __init__(
        self, stream: trio.abc.Stream, read: Callable[[bytes], None], wrote: Callable[[bytes], None]
    ) -> None:
        self._stream = stream
        self._read = read
        self._wrote = wrote
        self._broken = False

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """As the stream below. A reset that a write was told of looks like an orderly end here, and is none: the kernel tells only once."""
        data = await self._stream.receive_some(max_bytes)
        if data or not self._broken:
            self._read(bytes(data))
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """As the stream below. The audit hears of it first: the proxy may be quicker than our return."""
        self._wrote(bytes(data))
        try:
            await self._stream.send_all(data)
        except trio.BrokenResourceError:
            self._broken = True
            raise

    async def wait_send_all_might_not_block(self) -> None:
        """As the stream below."""
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        """As the stream below."""
        await self._stream.aclose()


def through_proxy(board: Switchboard, client: str, port: int) -> Dial:
    """Dial this client's proxy, which listens on `port`."""

    async def dial(kind: Kind, number: int, catch_up: bool) -> trio.abc.Stream:
        sock = trio.socket.socket()
        try:
            sock.setsockopt(trio.socket.IPPROTO_TCP, trio.socket.TCP_NODELAY, 1)
            await sock.bind((LOOPBACK, 0))
            board.expect(client, sock.getsockname()[1], kind, number, catch_up)
            await sock.connect((LOOPBACK, port))
        except BaseException:
            sock.close()
            raise
        return Tapped(
            trio.SocketStream(sock),
            read=lambda data: board.client_read(client, kind, number, data),
            wrote=lambda data: board.client_wrote(client, kind, number, data),
        )

    return dial


def straight(cable: Route, api: Route) -> Dial:
    """Dial the server itself, by the way that its route tells. The dial raises OSError, for whatever fails on that way."""

    async def dial(kind: Kind, _number: int, _catch_up: bool) -> trio.abc.Stream:
        return await connect(cable if kind == "cable" else api)

    return dial


def straight_to(place: Place) -> Dial:
    """Dial the target itself."""
    return straight(place.upstream, place.rest_upstream)
