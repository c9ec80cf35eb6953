"""A lying front before the bundled server: it answers, bends or refuses what a test says, and passes on the rest.

Requests go on by httpx and come back through `rest`; a cable goes on by wsproto, both ways frame by frame, through `up` and `down`.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
import httpx
import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

from cablecheck.demo.server import Serving


@dataclass
class Asked:
    """A request as it came to the front."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def catches_up(self) -> bool:
        """Whether a visitor asks for the list: the agent bears a token."""
        return (
            self.method == "GET" and self.path.endswith("/messages") and "authorization" not in self.headers
        )


@dataclass
class Given:
    """An answer, as it may be bent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def with_json(self, value: Any) -> Given:
        return Given(self.status, self.headers, json.dumps(value).encode())


def _same(_asked: Asked, given: Given) -> Given:
    return given


@dataclass
class Front:
    """What is bent. `upgrade` answers an upgrade in the server's place, or gives None."""

    before: Callable[[Asked], Asked] = lambda asked: asked
    rest: Callable[[Asked, Given], Given] = _same
    upgrade: Callable[[Asked], bytes | None] = lambda _: None
    protocol: Callable[[str | None], str | None] = lambda chosen: chosen
    up: Callable[[str], str | None] = lambda text: text
    down: Callable[[str], list[str]] = lambda text: [text]
    tls: ssl.SSLContext | None = None
    delay_seconds: float = 0.0
    sessions: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def fronted(front: Front, server: Serving) -> AsyncIterator[int]:
    """The port of the front."""
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")

    async def handle(stream: trio.SocketStream) -> None:
        secured: trio.abc.Stream = stream
        try:
            if front.tls is not None:
                secured = trio.SSLStream(stream, front.tls, server_side=True, https_compatible=True)
            await _handle(front, server, secured)
        except* (trio.BrokenResourceError, trio.ClosedResourceError, h11.RemoteProtocolError):
            pass
        finally:
            await trio.aclose_forcefully(stream)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield listeners[0].socket.getsockname()[1]
        nursery.cancel_scope.cancel()


async def _handle(front: Front, server: Serving, stream: trio.abc.Stream) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        part = await stream.receive_some(65536)
        if not part:
            return
        head += part
    asked = await _read(stream, head)
    if asked.headers.get("upgrade", "").lower() == "websocket":
        refusal = front.upgrade(asked)
        if refusal is not None:
            await stream.send_all(refusal)
        else:
            await _bridge(front, server, stream, head)
        return
    asked = front.before(asked)
    await trio.sleep(front.delay_seconds)
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        answer = await client.request(
            asked.method, f"{server.url}{asked.target}", content=asked.body, headers=asked.headers
        )
    kept = {"content-type", "cache-control", "date"}
    headers = {name: value for name, value in answer.headers.items() if name in kept}
    given = front.rest(asked, Given(answer.status_code, headers, answer.content))
    if asked.path.endswith("/sessions") and given.status == 201:
        begun = answer.json()
        front.sessions[begun["conversation"]] = begun["session"]
    lines = [f"HTTP/1.1 {given.status} Said", "Connection: close", f"Content-Length: {len(given.body)}"]
    lines += [f"{name}: {value}" for name, value in given.headers.items()]
    await stream.send_all("\r\n".join([*lines, "", ""]).encode() + given.body)


async def _read(stream: trio.abc.Stream, head: bytes) -> Asked:
    reader = h11.Connection(h11.SERVER)
    reader.receive_data(head)
    request = reader.next_event()
    assert isinstance(request, h11.Request)
    body = b""
    while not isinstance(event := reader.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            reader.receive_data(await stream.receive_some(65536))
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
    hop = {b"host", b"content-length", b"transfer-encoding", b"connection"}
    headers = {name.decode(): value.decode() for name, value in request.headers if name not in hop}
    return Asked(request.method.decode(), request.target.decode(), headers, body)


async def _bridge(front: Front, server: Serving, stream: trio.abc.Stream, head: bytes) -> None:
    """Two WebSockets back to back."""
    near = WSConnection(ConnectionType.SERVER)
    near.receive_data(head)
    request = next(near.events())
    assert isinstance(request, Request)
    upstream = await trio.open_tcp_stream("127.0.0.1", server.port)
    far = WSConnection(ConnectionType.CLIENT)
    asked = Request(host="h", target=request.target, subprotocols=request.subprotocols)
    async with upstream, trio.open_nursery() as nursery:
        await upstream.send_all(far.send(asked))

        async def downward() -> None:
            while data := await upstream.receive_some(65536):
                far.receive_data(data)
                for event in far.events():
                    match event:
                        case AcceptConnection(subprotocol=chosen):
                            accept = AcceptConnection(subprotocol=front.protocol(chosen))
                            await stream.send_all(near.send(accept))
                        case TextMessage(data=text):
                            for each in front.down(text):
                                await stream.send_all(near.send(TextMessage(each)))
                        case _:
                            return
            nursery.cancel_scope.cancel()

        async def upward() -> None:
            while data := await stream.receive_some(65536):
                near.receive_data(data)
                for event in near.events():
                    if isinstance(event, TextMessage) and (text := front.up(event.data)) is not None:
                        await upstream.send_all(far.send(TextMessage(text)))
                    elif isinstance(event, CloseConnection):
                        nursery.cancel_scope.cancel()
            nursery.cancel_scope.cancel()

        nursery.start_soon(downward)
        await upward()
