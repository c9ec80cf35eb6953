"""Raw peers on loopback for the tests of the client's side: they do exactly what the test says, byte by byte."""

from __future__ import annotations

import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request

Script = Callable[[trio.SocketStream], Awaitable[None]]


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Callable[[], Awaitable[trio.abc.Stream]]]:
    """A listener whose every connection is handled by the script, then closed; yields how to dial it."""

    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            try:
                await script(stream)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return

    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        port = listeners[0].socket.getsockname()[1]
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield partial(trio.open_tcp_stream, "127.0.0.1", port)
        nursery.cancel_scope.cancel()


def unheard_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def reset(stream: trio.SocketStream) -> None:
    """Make the next close a reset."""
    stream.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_LINGER, struct.pack("ii", 1, 0))


async def read_head(stream: trio.abc.Stream) -> bytes:
    """Everything up to and with the blank line."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = await stream.receive_some(4096)
        if not part:
            break
        head += part
    return head


async def upgraded(stream: trio.abc.Stream, protocol: str | None = None) -> WSConnection:
    """Answer the upgrade, choosing this subprotocol; the server's side of the protocol."""
    server = WSConnection(ConnectionType.SERVER)
    server.receive_data(await read_head(stream))
    assert isinstance(next(server.events()), Request)
    await stream.send_all(server.send(AcceptConnection(subprotocol=protocol)))
    return server
