"""Distance: a line on which every byte takes its time, as between two data centres."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import trio

_NETWORK = (trio.BrokenResourceError, trio.ClosedResourceError)
_CHUNK = 65536


@asynccontextmanager
async def distant(port: int, seconds: float) -> AsyncIterator[int]:
    """A port on loopback behind which `port` is so many seconds away, in either direction."""
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(
            partial(trio.serve_tcp, partial(_carry, port, seconds), 0, host="127.0.0.1")
        )
        yield listeners[0].socket.getsockname()[1]
        nursery.cancel_scope.cancel()


async def _carry(port: int, seconds: float, near: trio.SocketStream) -> None:
    try:
        far = await trio.open_tcp_stream("127.0.0.1", port)
    except OSError:
        return
    async with far, trio.open_nursery() as nursery:
        for source, sink in ((near, far), (far, near)):
            under_way, arriving = trio.open_memory_channel[tuple[float, bytes]](1000)
            nursery.start_soon(_leave, source, under_way, seconds)
            nursery.start_soon(_arrive, arriving, sink, nursery.cancel_scope)


async def _leave(
    source: trio.SocketStream, under_way: trio.MemorySendChannel[tuple[float, bytes]], seconds: float
) -> None:
    """Note when each piece will be there; an end of either kind is the empty one."""
    piece = b"-"
    while piece:
        try:
            piece = bytes(await source.receive_some(_CHUNK))
        except _NETWORK:
            piece = b""
        await under_way.send((trio.current_time() + seconds, piece))


async def _arrive(
    arriving: trio.MemoryReceiveChannel[tuple[float, bytes]], sink: trio.SocketStream, line: trio.CancelScope
) -> None:
    """Hand each piece over when its time has come; once one side has ended both have."""
    async for due, piece in arriving:
        await trio.sleep_until(due)
        try:
            await sink.send_all(piece)
        except _NETWORK:
            piece = b""
        if not piece:
            line.cancel()
