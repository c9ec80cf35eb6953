"""The client's WebSocket against raw peers: each way to end is told apart, and nothing hangs."""

from __future__ import annotations

import math
from functools import partial

import pytest
import trio
import trio.testing
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Ping, TextMessage

from cablecheck.live.websocket import (
    CLOSING_SECONDS,
    HANDSHAKE_SECONDS,
    MAX_MESSAGE_BYTES,
    CloseCame,
    Heard,
    Over,
    Text,
    Upgraded,
    WebSocket,
    request,
)
from tests.live.lines import server_frame
from tests.live.peers import Script, read_head, reset, serving, upgraded

ASKED = request("example.test", "/cable", "http://example.test")


async def converse(script: Script, *said: str) -> list[Heard]:
    """What a client hears from this peer, to the end; it says its lines once it is open."""
    heard: list[Heard] = []

    def hear(thing: Heard) -> None:
        heard.append(thing)
        if isinstance(thing, Upgraded):
            for line in said:
                socket.send(line)

    socket = WebSocket(hear)
    async with serving(script) as dial:
        with trio.fail_after(10):
            await socket.run(dial, ASKED)
    return heard


async def nothing(stream: trio.SocketStream) -> None:
    """Close at accept."""


async def reset_at_accept(stream: trio.SocketStream) -> None:
    reset(stream)


async def reset_after_request(stream: trio.SocketStream) -> None:
    await read_head(stream)
    reset(stream)


async def fin_after_request(stream: trio.SocketStream) -> None:
    await read_head(stream)


async def half_a_head(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 101 Switch")


async def rejection(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")


async def garbage(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"\x00\x01 what is this?\r\n\r\n")


async def wrong_accept(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("script", "how"),
    [
        (nothing, "rst"),
        (reset_at_accept, "rst"),
        (reset_after_request, "rst"),
        (fin_after_request, "fin"),
        (half_a_head, "fin"),
        (garbage, "garbage"),
        (wrong_accept, "garbage"),
    ],
)
async def test_a_handshake_that_ends_is_over_at_once_and_says_how(script: Script, how: str) -> None:
    (over,) = await converse(script)
    assert isinstance(over, Over)
    # closing at accept with our request unread may reach us as a FIN or as a reset, as the kernel's timing has it
    assert over.how == how or (script is nothing and over.how == "fin")


async def test_a_rejected_upgrade_tells_the_status() -> None:
    (over,) = await converse(rejection)
    assert (over.how, over.status) == ("rejected", 503)  # type: ignore[union-attr]


async def test_a_closed_port_is_refused() -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    await listeners[0].aclose()
    heard: list[Heard] = []
    await WebSocket(heard.append).run(partial(trio.open_tcp_stream, "127.0.0.1", port), ASKED)
    assert [thing.how for thing in heard if isinstance(thing, Over)] == ["refused"]


async def test_a_hung_handshake_meets_our_own_deadline(autojump_clock: trio.testing.MockClock) -> None:
    ours, _theirs = trio.testing.memory_stream_pair()

    async def dial() -> trio.abc.Stream:
        return ours

    heard: list[Heard] = []
    await WebSocket(heard.append).run(dial, ASKED)
    assert [thing.how for thing in heard if isinstance(thing, Over)] == ["timeout"]
    assert trio.current_time() == pytest.approx(HANDSHAKE_SECONDS, abs=0.1)


async def test_an_open_socket_has_no_deadline(autojump_clock: trio.testing.MockClock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()

    async def dial() -> trio.abc.Stream:
        return ours

    async def serve() -> None:
        server = await upgraded(theirs)
        await trio.sleep(10 * HANDSHAKE_SECONDS)
        await theirs.send_all(server.send(TextMessage("late")))
        await theirs.aclose()

    heard: list[Heard] = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        await WebSocket(heard.append).run(dial, ASKED)
    assert heard[:2] == [Upgraded(), Text("late")]


def ending(*frames: Message, then: str) -> Script:
    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        for frame in frames:
            await stream.send_all(server.send(frame))
        if then == "rst":
            await trio.testing.wait_all_tasks_blocked(0.02)
            reset(stream)

    return script


async def test_fin_rst_and_close_are_told_apart() -> None:
    fin = await converse(ending(then="fin"))
    rst = await converse(ending(then="rst"))
    close = await converse(ending(CloseConnection(1001), then="fin"))
    assert [thing.how for thing in (fin[-1], rst[-1], close[-1]) if isinstance(thing, Over)] == [
        "fin",
        "rst",
        "close",
    ]
    assert close[1:] == [CloseCame(1001), Over("close", code=1001, reason="closed by a Close frame")]


class Beaten(trio.abc.Stream):
    """A stream whose reset the writer hears of first: the kernel tells it once, and the reader is left with an end of file."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream
        self.told = trio.Event()
        self.sent = 0

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += 1
        if self.sent == 1:
            await self.stream.send_all(data)
            return
        self.told.set()
        raise trio.BrokenResourceError from ConnectionResetError()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if self.sent == 1 and not self.told.is_set():
            return await self.stream.receive_some(max_bytes)
        return b""

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        await self.stream.aclose()


async def test_a_reset_that_our_own_sending_hears_of_first_is_still_a_reset() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    heard: list[Heard] = []

    async def dial() -> trio.abc.Stream:
        return Beaten(ours)

    async def serve() -> None:
        server = await upgraded(theirs)
        await trio.testing.wait_all_tasks_blocked()
        socket.send("into the void")
        await trio.testing.wait_all_tasks_blocked()
        await theirs.send_all(server.send(TextMessage("wakes the reader")))

    socket = WebSocket(heard.append)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        await socket.run(dial, ASKED)
    assert [thing.how for thing in heard if isinstance(thing, Over)] == ["rst"]


class Torn(trio.abc.Stream):
    """A stream whose end is a reset."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self.stream.send_all(data)

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        data = await self.stream.receive_some(max_bytes)
        if not data:
            raise trio.BrokenResourceError from ConnectionResetError()
        return data

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        await self.stream.aclose()


async def test_a_close_frame_is_a_close_even_if_a_reset_follows_it() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    heard: list[Heard] = []

    async def dial() -> trio.abc.Stream:
        return Torn(ours)

    async def serve() -> None:
        server = await upgraded(theirs)
        await theirs.send_all(server.send(CloseConnection(1001)))
        await theirs.aclose()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        await WebSocket(heard.append).run(dial, ASKED)
    assert heard[1:] == [CloseCame(1001), Over("close", code=1001, reason="closed by a Close frame")]


@pytest.mark.parametrize("talks_on", [False, True])
async def test_a_close_frame_with_tcp_left_open_ends_as_in_a_browser(
    autojump_clock: trio.testing.MockClock, talks_on: bool
) -> None:
    ours, theirs = trio.testing.memory_stream_pair()

    async def dial() -> trio.abc.Stream:
        return ours

    async def serve() -> None:
        server = await upgraded(theirs)
        await theirs.send_all(server.send(CloseConnection(1000)))
        while talks_on:
            await trio.sleep(0.5)
            await theirs.send_all(b"\x89\x00")  # a WebSocket ping

    heard: list[tuple[float, Heard]] = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        with trio.fail_after(60):
            await WebSocket(lambda thing: heard.append((trio.current_time(), thing))).run(dial, ASKED)
        nursery.cancel_scope.cancel()
    (came, first), (over, last) = heard[1:]
    assert isinstance(first, CloseCame)
    assert isinstance(last, Over)
    assert over - came == pytest.approx(CLOSING_SECONDS, abs=0.01)


async def test_who_hangs_up_hears_no_frame_any_more_but_the_answer_and_the_end() -> None:
    heard: list[Heard] = []
    asked: list[object] = []

    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        while not asked:
            server.receive_data(await stream.receive_some(4096))
            asked.extend(server.events())
        goodbye = asked[0]
        assert isinstance(goodbye, CloseConnection)
        late = server_frame("hi", first=0x89) + server_frame("too late")
        await stream.send_all(late + server.send(goodbye.response()))

    def hear(thing: Heard) -> None:
        heard.append(thing)
        if isinstance(thing, Upgraded):
            socket.hang_up()
            socket.hang_up()
            socket.send("too late")

    socket = WebSocket(hear)
    socket.hang_up()  # nothing is open yet
    async with serving(script) as dial:
        with trio.fail_after(10):
            await socket.run(dial, ASKED)
    assert [event.code for event in asked if isinstance(event, CloseConnection)] == [1005]
    assert heard == [Upgraded(), CloseCame(1005), Over("close", code=1005, reason="closed by a Close frame")]


async def test_who_hangs_up_on_a_server_that_ends_tcp_without_a_word_is_told_so() -> None:
    async def script(stream: trio.SocketStream) -> None:
        await upgraded(stream)
        await stream.receive_some(4096)

    heard: list[Heard] = []

    def hear(thing: Heard) -> None:
        heard.append(thing)
        if isinstance(thing, Upgraded):
            socket.hang_up()

    socket = WebSocket(hear)
    async with serving(script) as dial:
        with trio.fail_after(10):
            await socket.run(dial, ASKED)
    assert [thing.how for thing in heard if isinstance(thing, Over)] == ["fin"]


async def test_subprotocols_are_offered_and_the_chosen_one_is_told() -> None:
    heads: list[bytes] = []

    async def script(stream: trio.SocketStream) -> None:
        heads.append(await read_head(stream))
        server = WSConnection(ConnectionType.SERVER)
        server.receive_data(heads[0])
        await stream.send_all(server.send(AcceptConnection(subprotocol="b")))

    heard: list[Heard] = []
    upgrade = request("example.test", "/cable", "http://example.test", ("a", "b"))
    async with serving(script) as dial:
        with trio.fail_after(10):
            await WebSocket(heard.append).run(dial, upgrade)
    assert b"\r\nSec-WebSocket-Protocol: a, b\r\n" in heads[0]
    assert heard[0] == Upgraded("b")


async def test_what_follows_a_close_frame_is_never_delivered() -> None:
    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        late = server.send(TextMessage("too late"))
        await stream.send_all(server.send(CloseConnection(1000)) + late)
        await stream.send_all(late)

    heard = await converse(script)
    assert not [thing for thing in heard if isinstance(thing, Text)]


async def test_frames_arrive_whole_however_they_are_cut() -> None:
    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        data = server.send(TextMessage("grüße ", message_finished=False)) + server.send(
            TextMessage("an alle ✓")
        )
        data += (
            server.send(Ping(b"hi"))
            + server.send(BytesMessage(b"\x00\x01"))
            + server.send(TextMessage("end"))
        )
        for byte in data:
            await stream.send_all(bytes([byte]))

    heard = await converse(script)
    texts = [thing.text for thing in heard if isinstance(thing, Text)]
    assert texts == ["grüße an alle ✓", "[object Blob]", "end"]


async def test_a_ping_is_answered_and_what_we_say_arrives() -> None:
    got: list[object] = []

    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        await stream.send_all(server.send(Ping(b"hi")))
        while len(got) < 2:
            server.receive_data(await stream.receive_some(4096))
            got.extend(server.events())

    await converse(script, '{"command":"subscribe"}')
    kinds = {type(event).__name__ for event in got}
    assert kinds == {"TextMessage", "Pong"}


async def test_a_frame_without_end_costs_bounded_memory() -> None:
    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        part = "x" * 2**20
        for _ in range(math.ceil(MAX_MESSAGE_BYTES / len(part)) + 2):
            await stream.send_all(server.send(TextMessage(part, message_finished=False)))

    heard = await converse(script)
    assert isinstance(heard[-1], Over)
    assert (heard[-1].how, heard[-1].code) == ("garbage", 1009)


async def test_invalid_utf_8_ends_the_connection_and_nothing_else() -> None:
    async def script(stream: trio.SocketStream) -> None:
        await upgraded(stream)
        await stream.send_all(b"\x81\x02\xc3\x28")

    heard = await converse(script)
    assert isinstance(heard[-1], Over)
    assert heard[-1].how == "garbage"


async def test_a_line_said_before_the_upgrade_or_after_the_close_is_lost() -> None:
    got: list[object] = []

    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        await stream.send_all(server.send(CloseConnection(1000)))
        with trio.move_on_after(0.2):
            while data := await stream.receive_some(4096):
                server.receive_data(data)
                got.extend(server.events())

    heard: list[Heard] = []

    def hear(thing: Heard) -> None:
        heard.append(thing)
        if isinstance(thing, CloseCame):
            socket.send("after")

    socket = WebSocket(hear)
    socket.send("before")
    async with serving(script) as dial:
        await socket.run(dial, ASKED)
    assert not [event for event in got if isinstance(event, TextMessage)]


async def test_who_reads_no_pongs_is_sent_no_more_of_them() -> None:
    """The client's own memory: what it would say waits, for nobody reads it."""
    pings, sent = 200_000, trio.Event()

    async def script(stream: trio.SocketStream) -> None:
        await upgraded(stream)
        for _ in range(pings // 1000):
            await stream.send_all(b"\x89\x7d" + bytes(125) + (b"\x89\x00" * 999))
        sent.set()
        await trio.sleep_forever()

    async with serving(script) as dial, trio.open_nursery() as nursery:
        websocket = WebSocket(lambda _: None)
        nursery.start_soon(websocket.run, dial, request("chat.test", "/cable", "https://chat.test"))
        with trio.fail_after(60):
            await sent.wait()
        assert websocket.unsaid <= 256
        nursery.cancel_scope.cancel()
