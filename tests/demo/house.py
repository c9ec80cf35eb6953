"""A real server on loopback, and clients that are not ours: httpx, trio-websocket, and bare bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import h11
import httpx
import trio
from trio_websocket import WebSocketConnection, wrap_client_stream

from cablecheck.cable.identifiers import Routing
from cablecheck.demo.limits import Limits
from cablecheck.demo.server import Serving, serve
from cablecheck.scenario.defects import Defect

TOKEN = "agent-token"
UPGRADE = (
    b"GET /cable HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
_opened: list[trio.SocketStream] = []  # closed with the server that they were opened to
PATIENCE_SECONDS = 20.0  # a deadline, not a measure: what takes longer has hung


@asynccontextmanager
async def served(
    data: Path | None = None,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    limits: Limits | None = None,
    defects: Sequence[Defect] = (),
    seconds: float = PATIENCE_SECONDS * 3,
) -> AsyncIterator[Serving]:
    """A server that is cancelled at the end; it must have had no fault of its own by then."""
    try:
        with trio.fail_after(seconds):
            async with trio.open_nursery() as nursery:
                start = partial(
                    serve,
                    host=host,
                    port=port,
                    data=data,
                    token=TOKEN,
                    webchat="w1",
                    limits=limits,
                    defects=defects,
                )
                serving = await nursery.start(start)
                yield serving
                assert list(serving.faults) == []
                nursery.cancel_scope.cancel()
    finally:
        while _opened:
            await _opened.pop().aclose()


class Rest:
    """The REST side as httpx sees it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def begin(self) -> tuple[str, str]:
        answer = await self.client.post("/sessions")
        assert answer.status_code == 201
        return answer.json()["session"], answer.json()["conversation"]

    async def agent(self, conversation: str, body: str) -> dict[str, str]:
        answer = await self.client.post(
            "/messages",
            json={"conversation": conversation, "body": body},
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def listed(self, session: str, after: str | None = None, limit: int = 1000) -> list[dict[str, str]]:
        """All pages."""
        messages: list[dict[str, str]] = []
        while True:
            asked = {"session": session, "limit": str(limit)} | ({"after_id": after} if after else {})
            answer = await self.client.get("/messages", params=asked)
            assert answer.status_code == 200
            messages += answer.json()["messages"]
            after = answer.json()["next"]
            if after is None:
                return messages


@asynccontextmanager
async def rest(serving: Serving) -> AsyncIterator[Rest]:
    transport = httpx.AsyncHTTPTransport(verify=False)
    async with httpx.AsyncClient(
        base_url=f"{serving.api}/public/webchats/w1",
        transport=transport,
        trust_env=False,
        timeout=PATIENCE_SECONDS,
    ) as client:
        yield Rest(client)


class Cable:
    """The cable as trio-websocket sees it."""

    def __init__(self, socket: WebSocketConnection) -> None:
        self.socket = socket

    async def send(self, **command: object) -> None:
        await self.socket.send_message(json.dumps(command))

    async def frame(self) -> dict[str, Any]:
        """The next frame that is no ping."""
        with trio.fail_after(PATIENCE_SECONDS):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.get_message())
                if frame.get("type") != "ping":
                    return frame

    async def subscribe(self, session: str, conversation: str) -> str:
        identifier = Routing("w1", session, conversation).identifier
        await self.send(command="subscribe", identifier=identifier)
        assert await self.frame() == {"identifier": identifier, "type": "confirm_subscription"}
        return identifier


@asynccontextmanager
async def cable(serving: Serving) -> AsyncIterator[Cable]:
    """Over a stream of our own: trio-websocket leaves its open when the server closes first."""
    stream = await bare(serving)
    async with trio.open_nursery() as nursery:
        with trio.fail_after(PATIENCE_SECONDS):
            socket = await wrap_client_stream(nursery, stream, "127.0.0.1", "/cable")
        client = Cable(socket)
        assert await client.frame() == {"type": "welcome"}
        yield client
        nursery.cancel_scope.cancel()
    _opened.remove(stream)
    await stream.aclose()


async def bare(serving: Serving) -> trio.SocketStream:
    stream = await trio.open_tcp_stream("127.0.0.1", serving.port)
    _opened.append(stream)
    return stream


async def reset(stream: trio.SocketStream) -> None:
    """End with an RST."""
    stream.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    await stream.aclose()


async def everything(stream: trio.abc.ReceiveStream) -> bytes:
    """All bytes up to the FIN; an RST raises."""
    received = b""
    with trio.fail_after(PATIENCE_SECONDS):
        while more := await stream.receive_some(65536):
            received += more
    return received


async def until(stream: trio.abc.ReceiveStream, end: bytes) -> bytes:
    """All bytes up to and with `end`, and what came with it."""
    received = b""
    with trio.fail_after(PATIENCE_SECONDS):
        while end not in received:
            more = await stream.receive_some(65536)
            assert more, f"ended after {received!r}"
            received += more
    return received


async def upgraded(serving: Serving, *headers: bytes) -> trio.SocketStream:
    """A bare socket that has read its welcome."""
    stream = await bare(serving)
    await stream.send_all(UPGRADE + b"".join(header + b"\r\n" for header in headers) + b"\r\n")
    await until(stream, b'{"type":"welcome"}')
    return stream


def masked(payload: bytes, opcode: int = 1) -> bytes:
    """A final client frame, its mask all zeros."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    return head + bytes(4) + payload


def answers_in(received: bytes, *methods: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    """The answers in the bytes of a whole connection: status, headers, body. Interim ones have no body."""
    reading = h11.Connection(h11.CLIENT)
    reading.receive_data(received)
    found = []
    for method in methods:
        reading.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
        reading.send(h11.EndOfMessage())
        head, body = None, b""
        while not isinstance(event := reading.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.InformationalResponse):
                found.append((event.status_code, {}, b""))
            elif isinstance(event, h11.Response):
                head = event
            else:
                assert isinstance(event, h11.Data), event
                body += event.data
        assert head is not None
        headers = {name.decode(): value.decode() for name, value in head.headers}
        found.append((head.status_code, headers, body))
        if reading.our_state is h11.DONE and reading.their_state is h11.DONE:
            reading.start_next_cycle()
    return found
