"""Nine hostile clients, each of which killed or froze a server that we did not take; and two ways to be slow."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable
from random import Random, SystemRandom

import pytest
import trio

from cablecheck.cable.identifiers import Routing
from cablecheck.chat.chat import Chat
from cablecheck.chat.ledger import MemoryLedger
from cablecheck.chat.signals import ChatAction, ChatEvent, Commanded
from cablecheck.demo.desk import Desk
from cablecheck.demo.limits import Limits
from cablecheck.demo.listening import listen
from cablecheck.demo.server import Server, Serving
from tests.demo.house import (
    TOKEN,
    UPGRADE,
    Rest,
    bare,
    cable,
    everything,
    masked,
    reset,
    rest,
    served,
    until,
    upgraded,
)


async def data_glued_to_the_upgrade(serving: Serving) -> None:
    stream = await bare(serving)
    await stream.send_all(UPGRADE + b"\r\n" + masked(b"{}") * 100 + b"\xff" * 5000)
    assert b"101 Switching" in await everything(stream)


async def a_subprotocol_that_nobody_knows(serving: Serving) -> None:
    stream = await upgraded(serving, b"Sec-WebSocket-Protocol: bogus, , x y, \t")
    await reset(stream)


async def a_reset_in_a_flood(serving: Serving) -> None:
    async with rest(serving) as api:
        session, conversation = await api.begin()
        stream = await upgraded(serving)
        identifier = Routing("w1", session, conversation).identifier
        await stream.send_all(masked(json.dumps({"command": "subscribe", "identifier": identifier}).encode()))
        await until(stream, b"confirm_subscription")
        for number in range(40):
            await api.agent(conversation, "x" * 100_000)
            if number == 20:
                await stream.send_all(masked(b"{}") * 1000)
                await reset(stream)


async def resets_before_the_accept(serving: Serving) -> None:
    for _ in range(20):
        await reset(await bare(serving))
        stream = await bare(serving)
        await stream.send_all(UPGRADE + b"\r\n")
        await reset(stream)


async def text_that_is_no_utf8(serving: Serving) -> None:
    stream = await upgraded(serving)
    await stream.send_all(masked(b"\xc3\x28"))
    await everything(stream)


async def half_a_request(serving: Serving) -> None:
    for part in (b"G", UPGRADE, UPGRADE[:-2], b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"):
        reset_one, ended, left = await bare(serving), await bare(serving), await bare(serving)
        for stream in (reset_one, ended, left):
            await stream.send_all(part)
        await reset(reset_one)
        await ended.send_eof()
        assert (await everything(ended)).startswith(b"HTTP/1.1 400 ")


async def garbage(serving: Serving) -> None:
    rng = Random(5)
    for _ in range(20):
        stream = await bare(serving)
        await stream.send_all(rng.randbytes(3000))
        await stream.send_eof()
        await everything(stream)
    for _ in range(20):
        stream = await upgraded(serving)
        await stream.send_all(rng.randbytes(3000))
        await reset(stream)


async def a_version_that_is_none(serving: Serving) -> None:
    for version in (b"0", b"8", b"13, 8", b"x", b"\xff", b""):
        stream = await bare(serving)
        await stream.send_all(UPGRADE.replace(b": 13", b": " + version) + b"\r\n")
        assert (await until(stream, b"}")).startswith(b"HTTP/1.1 426 ")


async def commands_without_end(serving: Serving) -> None:
    stream = await upgraded(serving)
    await stream.send_all(masked(b'{"command":"subscribe","identifier":"{}"}') * 20_000)
    await stream.send_all(masked(b"there?", opcode=9))
    await until(stream, b"there?")


HOSTILE: list[Callable[[Serving], Awaitable[None]]] = [
    data_glued_to_the_upgrade,
    a_subprotocol_that_nobody_knows,
    a_reset_in_a_flood,
    resets_before_the_accept,
    text_that_is_no_utf8,
    half_a_request,
    garbage,
    a_version_that_is_none,
    commands_without_end,
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.__name__)
async def test_a_hostile_client_harms_itself_only(hostile: Callable[[Serving], Awaitable[None]]) -> None:
    async with served() as serving, rest(serving) as api, cable(serving) as bystander:
        session, conversation = await api.begin()
        await bystander.subscribe(session, conversation)
        await hostile(serving)
        said = await api.agent(conversation, "still there?")
        assert (await bystander.frame())["message"]["id"] == said["id"]
        async with cable(serving) as newcomer:
            await newcomer.subscribe(session, conversation)


class FaultyChat(Chat):
    """A chat with a bug."""

    def handle(self, event: ChatEvent, now: float) -> list[ChatAction]:
        if isinstance(event, Commanded) and event.text == "boom":
            raise ZeroDivisionError
        return super().handle(event, now)


async def test_an_error_of_our_own_costs_one_connection_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    chat = FaultyChat(webchat="w1", token=TOKEN, rng=SystemRandom())
    server = Server(Desk(chat, MemoryLedger(), lambda: 0.0), Limits())
    listeners = await listen("127.0.0.1", 0)
    serving = Serving(
        "127.0.0.1", listeners[0].socket.getsockname()[1], "w1", TOKEN, server.faults, server.desk
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(server.run, listeners, serving)
        async with cable(serving) as bystander, rest(serving) as api:
            session, conversation = await api.begin()
            await bystander.subscribe(session, conversation)
            stream = await upgraded(serving)
            await stream.send_all(masked(b"boom"))
            assert await everything(stream) == b""
            await stream.aclose()
            said = await api.agent(conversation, "still there?")
            assert (await bystander.frame())["message"]["id"] == said["id"]
        nursery.cancel_scope.cancel()
    (fault,) = server.faults
    assert isinstance(fault, BaseExceptionGroup)
    assert fault.subgroup(ZeroDivisionError) is not None
    assert "a connection ended by an error of ours" in caplog.text


async def deaf(serving: Serving, api: Rest) -> tuple[trio.SocketStream, str]:
    """A subscriber that does not read, with as little room as the kernel gives; and its conversation."""
    session, conversation = await api.begin()
    stream = await upgraded(serving)
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    identifier = Routing("w1", session, conversation).identifier
    await stream.send_all(masked(json.dumps({"command": "subscribe", "identifier": identifier}).encode()))
    await until(stream, b"confirm_subscription")
    return stream, conversation


async def test_who_falls_too_far_behind_is_dropped_and_delays_nobody() -> None:
    async with served(limits=Limits(unsent_characters=2_000_000)) as serving, rest(serving) as api:
        stream, conversation = await deaf(serving, api)
        posted = 0
        while serving.desk.sockets:
            await api.agent(conversation, "x" * 900_000)
            posted += 1
            assert posted < 60
        received = await everything(stream)
        assert len(received) < posted * 900_000
        assert b"\x88" not in received[-20:]


async def test_a_cancel_does_not_wait_for_who_does_not_read() -> None:
    with trio.fail_after(20):
        async with served() as serving, rest(serving) as api:
            stream, conversation = await deaf(serving, api)
            for _ in range(8):
                await api.agent(conversation, "x" * 900_000)
            assert serving.desk.sockets == 1
        await stream.aclose()
