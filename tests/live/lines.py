"""A client, a proxy and a target on loopback, all raw: the test says every byte, and sees every byte and every ending."""

from __future__ import annotations

import random
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import trio

from cablecheck.cable import commands, frames
from cablecheck.history import Armed, Event, Fired, Healed, Released, Tampered
from cablecheck.live.dialling import through_proxy
from cablecheck.live.proxy.lane import Write, write_all
from cablecheck.live.proxy.switchboard import Switchboard
from cablecheck.live.route import Route
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import Restart
from cablecheck.scenario import model
from tests.live.peers import read_head

REQUEST = b"GET /cable HTTP/1.1\r\nHost: chat.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
CATCH_UP = (
    b"GET /v1/messages?after_id=7&session=s HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n"
)
IDENTIFIER = '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"c"}'


def server_frame(payload: bytes | str, first: int = 0x81) -> bytes:
    """An unmasked frame; `first` is its first byte."""
    payload = payload.encode() if isinstance(payload, str) else payload
    return bytes([first]) + _length(len(payload), 0) + payload


def client_frame(payload: bytes | str, first: int = 0x81, mask: bytes = b"\x11\x22\x33\x44") -> bytes:
    """A masked frame."""
    payload = payload.encode() if isinstance(payload, str) else payload
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([first]) + _length(len(payload), 0x80) + mask + masked


def _length(size: int, flag: int) -> bytes:
    if size < 126:
        return bytes([flag | size])
    return (
        bytes([flag | 126]) + struct.pack("!H", size)
        if size < 65536
        else bytes([flag | 127]) + struct.pack("!Q", size)
    )


def message(number: int) -> bytes:
    """The frame of message `m<number>`."""
    return server_frame(
        frames.message(IDENTIFIER, {"type": "message", "id": number, "body": f"[cc:ab:m{number}]"})
    )


SUBSCRIBE = client_frame(commands.subscribe(IDENTIFIER))
CONFIRM = server_frame(frames.confirm(IDENTIFIER))
PING = server_frame(frames.ping(7))


async def exactly(stream: trio.abc.ReceiveStream, size: int) -> bytes:
    """So many bytes, or what came before the end."""
    data = b""
    while len(data) < size:
        part = await stream.receive_some(size - len(data))
        if not part:
            break
        data += part
    return data


async def to_the_end(stream: trio.abc.ReceiveStream) -> tuple[bytes, str]:
    """Everything that still comes, and how it ends: `fin` or `rst`."""
    data = b""
    while True:
        try:
            part = await stream.receive_some(65536)
        except trio.BrokenResourceError:
            return data, "rst"
        if not part:
            return data, "fin"
        data += part


async def nothing_comes(stream: trio.abc.ReceiveStream, seconds: float = 0.15) -> bool:
    """Whether the stream says nothing for a while: neither bytes nor an end."""
    with trio.move_on_after(seconds):
        await stream.receive_some(1)
        return False
    return True


async def stalls(stream: trio.abc.SendStream, said: bytes) -> bool:
    """Whether the peer stops taking this in, said again and again."""
    for _ in range(1000):
        with trio.move_on_after(0.5) as patience:
            await stream.send_all(said)
        if patience.cancelled_caught:
            return True
    return False


@dataclass
class Line:
    """Client `c1`, its proxy, and a target that accepts connections one by one."""

    board: Switchboard
    port: int
    nursery: trio.Nursery
    accepted: trio.MemoryReceiveChannel[trio.SocketStream]
    events: list[Event] = field(default_factory=list)
    restarts: list[Restart] = field(default_factory=list)
    kept: list[trio.abc.Stream] = field(default_factory=list)
    armed: int = 0

    async def dial(self, kind: str = "cable", number: int = 1, catch_up: bool = False) -> trio.abc.Stream:
        """The client's side of a connection."""
        dial = through_proxy(self.board, "c1", self.port)
        stream = await dial(kind, number, catch_up)  # type: ignore[arg-type]
        self.kept.append(stream)
        return stream

    async def stranger(self) -> trio.SocketStream:
        """A connection that nobody announced."""
        stream = await trio.open_tcp_stream("127.0.0.1", self.port)
        self.kept.append(stream)
        return stream

    async def cable(self, number: int = 1) -> tuple[trio.abc.Stream, trio.SocketStream]:
        """An upgraded socket: the client's end and the target's."""
        client = await self.dial("cable", number)
        await client.send_all(REQUEST)
        target = await self.accepted.receive()
        assert await read_head(target) == REQUEST
        await target.send_all(SWITCHING)
        assert await exactly(client, len(SWITCHING)) == SWITCHING
        return client, target

    async def fetch(
        self, request: bytes = CATCH_UP, number: int = 1
    ) -> tuple[trio.abc.Stream, trio.SocketStream]:
        """A request that reached the target."""
        client = await self.dial("rest", number)
        await client.send_all(request)
        target = await self.accepted.receive()
        assert await read_head(target) == request
        return client, target

    def arm(self, step: model.Step, id_: str = "f") -> None:
        self.armed += 1
        verb = next(verb for verb, type_ in model.VERBS.items() if type_ is type(step))
        self.board.arm(step, fault=id_, verb=verb, number=self.armed)

    @property
    def tampered(self) -> list[Tampered]:
        return [event for event in self.events if isinstance(event, Tampered)]

    @property
    def fired(self) -> list[Fired]:
        return [event for event in self.events if isinstance(event, Fired)]

    @property
    def told(self) -> list[str]:
        """The journal of the faults, in words."""
        return [
            type(event).__name__.lower()
            for event in self.events
            if isinstance(event, Armed | Fired | Released | Healed)
        ]


@asynccontextmanager
async def line(
    *, write: Write = write_all, nemesis: Callable[[random.Random], Nemesis] = Nemesis, honest: bool = True
) -> AsyncIterator[Line]:
    """A line that works; at its end the audit must have found nothing, unless the pump is not `honest`."""
    sent, accepted = trio.open_memory_channel[trio.SocketStream](100)
    events: list[Event] = []
    restarts: list[Restart] = []
    kept: list[trio.abc.Stream] = []

    async def handle(stream: trio.SocketStream) -> None:
        kept.append(stream)
        await sent.send(stream)
        await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        with trio.fail_after(20):
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            nursery.start_soon(trio.serve_listeners, handle, listeners)
            began = trio.current_time()
            board = Switchboard(
                nemesis(Random(1)),
                upstream=Route("127.0.0.1", listeners[0].socket.getsockname()[1]),
                record=events.append,
                now=lambda: trio.current_time() - began,
                restart=restarts.append,
                write=write,
            )
            port = await board.open("c1", nursery)
            built = Line(board, port, nursery, accepted, events, restarts, kept)
            try:
                yield built
                if not built.tampered:
                    await board.check()
            finally:
                await board.close()
                for stream in kept:
                    await trio.aclose_forcefully(stream)
            assert bool(built.tampered) is not honest, built.tampered
        nursery.cancel_scope.cancel()
