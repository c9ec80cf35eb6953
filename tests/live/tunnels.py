"""A small HTTP proxy of our own: it digs tunnels to the hosts that a test knows, and refuses, hangs or lies as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import trio

from tests.live.peers import read_head


@dataclass
class Digger:
    """The proxy: its port, and the heads of the requests that it got."""

    port: int
    asked: list[str] = field(default_factory=list)
    tunnels: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def digging(
    hosts: Mapping[str, int], *, credentials: str | None = None, instead: bytes | None = None
) -> AsyncIterator[Digger]:
    """A proxy that knows `hosts` ("chat.test:443") by their port on loopback.

    `credentials`: the only header value of Proxy-Authorization that it accepts. `instead`: what it answers everybody, b"hang" being silence.
    """
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    digger = Digger(listeners[0].socket.getsockname()[1])

    def answer(head: str) -> bytes:
        if instead is not None:
            return instead
        if credentials is not None and f"\r\nProxy-Authorization: {credentials}\r\n" not in head:
            return b'HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n'
        if not head.startswith("CONNECT "):
            return b"HTTP/1.1 405 Only tunnels\r\nContent-Length: 0\r\n\r\n"
        if head.split()[1] not in hosts:
            return b"HTTP/1.1 502 Never heard of it\r\nContent-Length: 0\r\n\r\n"
        return b"HTTP/1.1 200 Connection established\r\nX-Proxy: ours\r\n\r\n"

    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                head = (await read_head(stream)).decode("latin-1")
                digger.asked.append(head)
                said = answer(head)
                if said == b"hang":
                    await trio.sleep_forever()
                await stream.send_all(said)
                if said.startswith(b"HTTP/1.1 200 Conn"):
                    digger.tunnels += 1
                    await _tunnel(stream, await trio.open_tcp_stream("127.0.0.1", hosts[head.split()[1]]))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield digger
        nursery.cancel_scope.cancel()


async def _tunnel(near: trio.SocketStream, far: trio.SocketStream) -> None:
    async def pump(source: trio.SocketStream, sink: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            while data := await source.receive_some(65536):
                await sink.send_all(data)
            await sink.send_eof()

    async with far, trio.open_nursery() as nursery:
        nursery.start_soon(pump, near, far)
        nursery.start_soon(pump, far, near)
