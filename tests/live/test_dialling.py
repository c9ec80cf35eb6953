"""Dialling a server straight: what goes wrong is an OSError, TLS included, and nothing is left open."""

from __future__ import annotations

import pytest
import trio

from cablecheck.live.dialling import Tapped, straight
from cablecheck.live.rest import FetchError, fetch
from cablecheck.live.route import Route
from cablecheck.live.trust import tls_context
from cablecheck.live.websocket import Heard, Over, WebSocket, request
from cablecheck.target.wire import Ask
from tests.live.peers import Script, reset, serving


async def plain(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)
    await stream.send_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def gone(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)


async def resetting(stream: trio.SocketStream) -> None:
    await stream.receive_some(4096)
    reset(stream)


async def address_of(dial: object) -> Route:
    """Where this dial goes, as a route that speaks TLS."""
    stream = await dial()  # type: ignore[operator]
    port = stream.socket.getpeername()[1]
    await stream.aclose()
    return Route("127.0.0.1", port, tls_context())


@pytest.mark.parametrize("script", [plain, gone, resetting])
async def test_a_server_that_speaks_no_tls_is_a_failed_fetch_and_a_refused_socket(script: Script) -> None:
    heard: list[Heard] = []
    async with serving(script) as dial:
        address = await address_of(dial)
        secure = straight(address, address)
        with trio.fail_after(10):
            with pytest.raises(FetchError, match="no TLS connection") as caught:
                await fetch(lambda: secure("rest", 1, False), Ask("GET", "https://chat.test/v1"))
            upgrade = request("chat.test", "/cable", "https://chat.test")
            await WebSocket(heard.append).run(lambda: secure("cable", 1, False), upgrade)
    assert caught.value.status is None
    assert [(over.how, over.reason[:17]) for over in heard if isinstance(over, Over)] == [
        ("refused", "no TLS connection")
    ]


async def test_a_dial_that_is_given_up_leaves_nothing_open() -> None:
    hello, ended = trio.Event(), trio.Event()

    async def silent(stream: trio.SocketStream) -> None:
        while await stream.receive_some(4096):
            hello.set()
        if hello.is_set():
            ended.set()

    async with serving(silent) as dial, trio.open_nursery() as nursery:
        address = await address_of(dial)
        with trio.fail_after(10):
            nursery.start_soon(straight(address, address), "cable", 1, False)
            await hello.wait()
            nursery.cancel_scope.cancel()
        with trio.CancelScope(shield=True), trio.fail_after(10):
            await ended.wait()


async def test_a_reset_that_a_write_was_told_of_is_no_orderly_end() -> None:
    read: list[bytes] = []
    wrote: list[bytes] = []
    asked = trio.Event()

    async def gone_mid_word(stream: trio.SocketStream) -> None:
        await stream.receive_some(4096)
        await stream.send_all(b"wor")
        await asked.wait()
        reset(stream)

    async with serving(gone_mid_word) as dial:
        tapped = Tapped(await dial(), read.append, wrote.append)
        async with tapped:
            await tapped.send_all(b"say")
            assert await tapped.receive_some() == b"wor"
            asked.set()
            with pytest.raises(trio.BrokenResourceError):
                await _say_for_ever(tapped)
            assert await tapped.receive_some() == b""
    assert read == [b"wor"]


async def _say_for_ever(stream: Tapped) -> None:
    while True:
        await stream.send_all(b"again")
        await trio.sleep(0.001)
