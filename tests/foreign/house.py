"""A little chat server of the tests' own, which speaks Action Cable and words everything else in its own way.

One port is the cable's, another the API's. What it serves is a `Chat`: which subscriptions it confirms, what it answers to a request,
and what it broadcasts. It sends pings, and forgets a socket when it is gone.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, RejectConnection, Request, TextMessage

from cablecheck.cable import commands, frames
from cablecheck.cable.commands import read_command
from tests.live.peers import read_head

PING_SECONDS = 0.5


@dataclass(frozen=True)
class Asked:
    """A request to the API."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answered:
    """What is answered to it."""

    status: int = 200
    json: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None


class Chat(Protocol):
    """What a house serves."""

    def admits(self, head: str) -> bool:
        """Whether an upgrade with this head is welcome."""
        ...

    def confirms(self, identifier: str) -> bool:
        """Whether there is such a subscription."""
        ...

    def answer(self, asked: Asked) -> Answered:
        """What a request comes to."""
        ...

    def performed(self, identifier: str, data: dict[str, Any]) -> None:
        """A channel was told to do something."""
        ...


@dataclass
class House:
    """The open doors of a chat: `say` tells every subscription that the function names a payload for."""

    cable: str = ""
    api: str = ""
    heads: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    _ears: dict[int, tuple[Callable[[str], None], set[str]]] = field(default_factory=dict)
    confirm_as: Callable[[str], str] = str

    def say(self, payload: Any, to: Callable[[str], bool]) -> None:
        """Broadcast it to every subscription whose identifier this is true of."""
        for send, identifiers in list(self._ears.values()):
            for identifier in identifiers:
                if to(identifier):
                    send(frames.message(self.confirm_as(identifier), payload))


@asynccontextmanager
async def opened(chat: Chat, house: House) -> AsyncIterator[House]:
    """The house with its doors open."""
    async with trio.open_nursery() as nursery:
        for handle, scheme in ((_cable(chat, house), "ws"), (_api(chat, house), "http")):
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            url = f"{scheme}://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
            house.cable, house.api = (url + "/cable", house.api) if scheme == "ws" else (house.cable, url)
            nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield house
        nursery.cancel_scope.cancel()


def _cable(chat: Chat, house: House) -> Callable[[trio.SocketStream], Any]:
    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            try:
                await _serve(chat, house, stream)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return

    return handle


async def _serve(chat: Chat, house: House, stream: trio.SocketStream) -> None:
    head = await read_head(stream)
    house.heads.append(head.decode("latin-1"))
    server = WSConnection(ConnectionType.SERVER)
    server.receive_data(head)
    if not isinstance(next(server.events()), Request):
        return
    if not chat.admits(house.heads[-1]):
        await stream.send_all(server.send(RejectConnection(status_code=404)))
        return
    await stream.send_all(server.send(AcceptConnection()))
    post, outbox = trio.open_memory_channel[str](1000)
    subscribed: set[str] = set()
    house._ears[id(stream)] = (post.send_nowait, subscribed)
    post.send_nowait(frames.welcome())
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_write, server, stream, outbox)
            nursery.start_soon(_beat, post.send_nowait)
            await _listen(chat, house, server, stream, subscribed, post.send_nowait)
            nursery.cancel_scope.cancel()
    except* (trio.BrokenResourceError, trio.ClosedResourceError):
        pass
    finally:
        del house._ears[id(stream)]


async def _write(
    server: WSConnection, stream: trio.SocketStream, outbox: trio.MemoryReceiveChannel[str]
) -> None:
    async for text in outbox:
        await stream.send_all(server.send(TextMessage(text)))


async def _beat(send: Callable[[str], None]) -> None:
    for second in range(10**6):
        send(frames.ping(second))
        await trio.sleep(PING_SECONDS)


async def _listen(
    chat: Chat,
    house: House,
    server: WSConnection,
    stream: trio.SocketStream,
    subscribed: set[str],
    send: Callable[[str], None],
) -> None:
    while data := await stream.receive_some(65536):
        server.receive_data(bytes(data))
        for event in server.events():
            match event:
                case Ping():
                    await stream.send_all(server.send(event.response()))
                case CloseConnection():
                    await stream.send_all(server.send(event.response()))
                    return
                case TextMessage(data=text):
                    _obey(chat, house, read_command(text), subscribed, send)


def _obey(
    chat: Chat,
    house: House,
    command: commands.Command,
    subscribed: set[str],
    send: Callable[[str], None],
) -> None:
    match command:
        case commands.Subscribe(identifier=identifier):
            if chat.confirms(identifier):
                subscribed.add(identifier)
                send(frames.confirm(house.confirm_as(identifier)))
            else:
                send(frames.reject(house.confirm_as(identifier)))
        case commands.Unsubscribe(identifier=identifier):
            subscribed.discard(identifier)
        case commands.Perform(identifier=identifier, data=data) if identifier in subscribed:
            chat.performed(identifier, json.loads(data))


def _api(chat: Chat, house: House) -> Callable[[trio.SocketStream], Any]:
    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            try:
                asked = await _read(stream)
                house.asked.append(asked)
                answered = chat.answer(asked)
                body = answered.raw if answered.raw is not None else json.dumps(answered.json).encode()
                head = [f"HTTP/1.1 {answered.status} X", f"Content-Length: {len(body)}", "Connection: close"]
                head += [f"{name}: {value}" for name, value in answered.headers]
                await stream.send_all("\r\n".join([*head, "", ""]).encode("latin-1") + body)
            except (trio.BrokenResourceError, trio.ClosedResourceError, IndexError):
                return

    return handle


async def _read(stream: trio.SocketStream) -> Asked:
    head, _, body = (await read_head(stream)).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += await stream.receive_some(65536)
    method, url, _ = first.split(" ")
    parts = urlsplit(url)
    return Asked(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


def numbers() -> Iterator[int]:
    """The ids of a table: some rows are there already."""
    return iter(range(101, 10**6))
