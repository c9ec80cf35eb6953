"""A server that is honest in everything but the list from which the truth is read.

It stands before the bundled server and passes every connection on, byte for byte, except the runner's question for the whole list
(`GET ...messages?session=...`; a client's catch-up begins with `after_id=`), whose answer goes through a function of the test's.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import trio

from cablecheck.live.chat_api import ChatApi
from cablecheck.live.server import bundled_server
from cablecheck.target.reading import Described, read_text
from tests.live.peers import read_head

Lie = Callable[[dict[str, Any]], dict[str, Any]]


@asynccontextmanager
async def lying(folder: Path, lie: Lie) -> AsyncIterator[Described]:
    """A target, with a fresh session, whose list is what the lie makes of it."""
    async with bundled_server(folder) as server, trio.open_nursery() as nursery:
        port = int(server.api.split(":")[2].split("/")[0])

        async def handle(stream: trio.SocketStream) -> None:
            async with stream:
                head = await read_head(stream)
                path = head.split(b" ")[1].decode()
                if head.startswith(b"GET ") and "messages?session=" in path:
                    await stream.send_all(await _lied(port, path, lie))
                else:
                    await _passed(port, stream, head)

        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        front = listeners[0].socket.getsockname()[1]
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        chat = ChatApi(server.place)
        begun = await chat.begin()
        await chat.aclose()
        text = f"""
        [target.liar.cable]
        url = "ws://127.0.0.1:{front}/cable"
        [target.liar.webchat]
        api = "http://127.0.0.1:{front}/v1"
        id = "{server.webchat}"
        token = "{server.token}"
        session = "{begun.session}"
        conversation = "{begun.conversation}"
        """
        yield read_text(text, "liar.toml", "liar", {})
        nursery.cancel_scope.cancel()


async def _lied(port: int, path: str, lie: Lie) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}{path}")
    body = json.dumps(lie(answer.json())).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)


async def _passed(port: int, stream: trio.SocketStream, head: bytes) -> None:
    upstream = await trio.open_tcp_stream("127.0.0.1", port)

    async def pump(source: trio.SocketStream, sink: trio.SocketStream, scope: trio.CancelScope) -> None:
        try:
            while data := await source.receive_some(65536):
                await sink.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        scope.cancel()

    async with upstream, trio.open_nursery() as nursery:
        await upstream.send_all(head)
        nursery.start_soon(pump, stream, upstream, nursery.cancel_scope)
        nursery.start_soon(pump, upstream, stream, nursery.cancel_scope)
