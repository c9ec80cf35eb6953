from __future__ import annotations

import pytest
import trio
import trio.testing

from cablecheck.demo.line import Line, Replayed
from tests.demo.house import reset


async def lines() -> tuple[Line, Line]:
    """Two ends of a TCP connection on loopback."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        ours = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        return Line(ours), Line(await listener.accept())


async def test_a_line_keeps_the_rules_of_trios_streams() -> None:
    await trio.testing.check_half_closeable_stream(lines, None)


async def test_hanging_up_with_unread_input_is_a_fin_and_no_reset() -> None:
    ours, theirs = await lines()
    async with ours:
        await ours.send_all(b"x" * 50_000)
        await theirs.send_all(b"bye")
        await trio.testing.wait_all_tasks_blocked()
        theirs.hang_up()
        theirs.hang_up()
        assert await ours.receive_some() == b"bye"
        assert await ours.receive_some() == b""


async def test_hanging_up_wakes_who_waits_on_the_line() -> None:
    ours, theirs = await lines()
    async with ours:
        woken: list[type[Exception]] = []

        async def read() -> None:
            try:
                await theirs.receive_some()
            except trio.ClosedResourceError as error:
                woken.append(type(error))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(read)
            await trio.testing.wait_all_tasks_blocked()
            theirs.hang_up()
        assert woken == [trio.ClosedResourceError]


async def test_a_line_that_the_peer_reset_hangs_up_without_complaint() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        peer = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        line = Line(await listener.accept())
        await reset(peer)
        with pytest.raises(trio.BrokenResourceError):
            await line.receive_some()
        await line.aclose()


async def test_a_replay_gives_the_head_first_and_the_rest_after_the_accept() -> None:
    ours, theirs = await lines()
    replayed = Replayed(theirs, b"head", b"glued")
    await ours.send_all(b"line")
    await replayed.wait_send_all_might_not_block()
    assert await replayed.receive_some() == b"head"
    received: list[bytes | bytearray] = []

    async def read() -> None:
        for _ in range(2):
            received.append(await replayed.receive_some())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        assert received == []
        replayed.accepted.set()
    assert received == [b"glued", b"line"]
    await replayed.aclose()
    await ours.aclose()
