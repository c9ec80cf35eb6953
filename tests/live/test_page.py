"""A page in the live world: the client is told what a browser would tell the SDK, in the same order."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable

import pytest
import trio
from wsproto import WSConnection
from wsproto.events import CloseConnection, TextMessage

from cablecheck.cable import frames
from cablecheck.cable.subprotocols import V1_JSON
from cablecheck.client import signals
from cablecheck.client.casting import client_of
from cablecheck.client.host import Signal
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import HELLOTEXT, RAILS, Profile
from cablecheck.live.page import LivePage
from cablecheck.live.stage import Stage
from cablecheck.live.targets import webchat_place
from tests.live.peers import Script, read_head, serving, upgraded

PLACE = webchat_place("test", "ws://chat.test/cable", "http://chat.test/v1", "w", "", "s", "c")
PAGE = Page("w", "s", "c", (InitialMessage("m1", "2026-06-01T12:00:01Z"),))


class Seen:
    """What the page told its client and did for it, and a way to wait for it."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self._news = trio.Event()

    def note(self, signal: Signal) -> None:
        self.signals.append(signal)
        self._news.set()

    async def until(self, wanted: Callable[[Signal], bool]) -> Signal:
        while True:
            found = next((signal for signal in self.signals if wanted(signal)), None)
            if found is not None:
                return found
            self._news = trio.Event()
            await self._news.wait()

    @property
    def names(self) -> list[str]:
        return [type(signal).__name__ for signal in self.signals if not isinstance(signal, signals.Show)]


async def play(
    cable: Script,
    rest: Script,
    story: Callable[[LivePage, Seen], Awaitable[None]],
    profile: Profile = HELLOTEXT,
) -> Seen:
    """A page between two scripted servers, for as long as the story takes."""
    seen = Seen()
    async with serving(cable) as dial_cable, serving(rest) as dial_rest, trio.open_nursery() as nursery:

        async def dial(kind: str, _number: int, _catch_up: bool) -> trio.abc.Stream:
            return await (dial_cable() if kind == "cable" else dial_rest())

        client = client_of(PAGE, profile, random.Random(0), jitter=0.0)
        stage = Stage(write=lambda _: None, react=lambda _: None)
        page = LivePage("c1", client, PLACE, dial, stage, nursery, observe=seen.note)
        with trio.fail_after(10):
            page.host.start()
            await story(page, seen)
        nursery.cancel_scope.cancel()
    return seen


async def nothing(_stream: trio.SocketStream) -> None:
    """Ends the connection at once."""


async def welcoming(stream: trio.SocketStream) -> None:
    """Upgrades, and stays."""
    await upgraded(stream)
    while await stream.receive_some(4096):
        pass


def answering(text: bytes, asked: list[bytes] | None = None) -> Script:
    async def script(stream: trio.SocketStream) -> None:
        request = await read_head(stream)
        while asked is not None and b"}" not in request:
            request += await stream.receive_some(4096)
        if asked is not None:
            asked.append(request)
        await stream.send_all(text)

    return script


async def test_a_failed_connection_is_an_error_then_a_close_and_one_timer() -> None:
    async def story(_page: LivePage, seen: Seen) -> None:
        await seen.until(lambda signal: isinstance(signal, signals.Closed))

    seen = await play(nothing, nothing, story)
    assert seen.names == ["Connect", "Errored", "SetTimer", "Closed"]


async def test_a_connection_that_was_open_is_lost_by_a_close_alone() -> None:
    async def upgrading(stream: trio.SocketStream) -> None:
        await upgraded(stream)
        await stream.receive_some(4096)

    async def story(_page: LivePage, seen: Seen) -> None:
        await seen.until(lambda signal: isinstance(signal, signals.SetTimer))

    seen = await play(upgrading, nothing, story)
    assert seen.names == ["Connect", "Opened", "Send", "Closed", "SetTimer"]


async def test_a_socket_that_is_replaced_while_it_closes_is_heard_of_no_more() -> None:
    connections = 0
    replaced = trio.Event()

    async def closing(stream: trio.SocketStream) -> None:
        nonlocal connections
        connections += 1
        second = connections == 2
        server = await upgraded(stream)
        if second:
            await trio.sleep_forever()
        await stream.send_all(server.send(CloseConnection(1000)))
        await replaced.wait()

    async def story(page: LivePage, seen: Seen) -> None:
        await seen.until(lambda signal: isinstance(signal, signals.Closing))
        page.host.type()
        await seen.until(lambda signal: signal == signals.Opened(2))
        replaced.set()
        await seen.until(lambda signal: signal == signals.Closed(1))
        page.host.type()

    seen = await play(closing, nothing, story)
    assert "SetTimer" not in seen.names
    assert not any(isinstance(signal, signals.Connect) and signal.socket > 2 for signal in seen.signals)


async def test_who_is_told_to_disconnect_hangs_up_and_is_told_of_the_end() -> None:
    async def disconnecting(stream: trio.SocketStream) -> None:
        server = await upgraded(stream, V1_JSON)
        await stream.send_all(server.send(TextMessage(frames.disconnect("server_restart", True))))
        server.receive_data(await stream.receive_some(4096))
        (goodbye,) = server.events()
        assert isinstance(goodbye, CloseConnection)
        await stream.send_all(server.send(goodbye.response()))

    async def story(_page: LivePage, seen: Seen) -> None:
        await seen.until(lambda signal: isinstance(signal, signals.Closed))

    seen = await play(disconnecting, nothing, story, RAILS)
    assert seen.names == ["Connect", "SetTimer", "Opened", "Frame", "HangUp", "Closing", "Closed"]


HTML = b"<html>"
ANSWERS: list[tuple[bytes, bytes, object]] = [
    (b"201 Created", b'{"id":9007199254740993}', {"id": 9007199254740992.0}),
    (b"200 OK", b'\xef\xbb\xbf{"id":1.0}', {"id": 1}),
    (b"200 OK", b'{"id":"\xff"}', {"id": "\ufffd"}),
    (b"500 Oops", b'{"error":"x"}', {"error": "x"}),
    (b"302 Found\r\nLocation: /elsewhere", b'{"id":"x"}', {"id": "x"}),
]


async def sent(head: bytes, body: bytes) -> tuple[Signal, list[bytes]]:
    """What the client is told of this answer to a message of the visitor's, and what was asked."""
    asked: list[bytes] = []
    told: list[Signal] = []
    answer = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
    kinds = signals.Answered | signals.AnswerUnreadable | signals.FetchFailed

    async def story(page: LivePage, seen: Seen) -> None:
        page.host.send("hi \u00fc", None)
        told.append(await seen.until(lambda signal: isinstance(signal, kinds)))

    await play(welcoming, answering(answer, asked), story)
    return told[0], asked


@pytest.mark.parametrize(("head", "body", "value"), ANSWERS)
async def test_an_answer_is_decoded_as_a_browser_does_whatever_its_status(
    head: bytes, body: bytes, value: object
) -> None:
    told, asked = await sent(head, body)
    assert told == signals.Answered(1, int(head[:3]), value)
    assert isinstance(told, signals.Answered)
    assert repr(told.json) == repr(value)
    assert len(asked) == 1


@pytest.mark.parametrize("body", [b"", HTML, b"NaN", b'{"id":'])
async def test_a_body_that_is_no_json_is_unreadable(body: bytes) -> None:
    told, _ = await sent(b"502 Bad Gateway", body)
    assert told == signals.AnswerUnreadable(1, 502)


async def test_a_message_is_posted_as_json_with_the_bearer() -> None:
    _, (request,) = await sent(b"201 Created", b"{}")
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/public/webchats/w/messages HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer w\r\n" in head
    assert b"\r\nContent-Type: application/json" in head
    assert json.loads(body) == {"session": "s", "body": "hi \u00fc"}


async def test_a_catch_up_outlives_its_socket_and_is_rendered_in_one_go() -> None:
    connections = 0
    closed = trio.Event()

    async def cable(stream: trio.SocketStream) -> None:
        nonlocal connections
        connections += 1
        server = await upgraded(stream)
        identifier = await identifier_in(stream, server)
        if connections == 2:
            await stream.send_all(server.send(TextMessage(frames.confirm(identifier))))
            await asked.wait()
        elif connections > 2:
            await trio.sleep_forever()

    asked = trio.Event()

    async def rest(stream: trio.SocketStream) -> None:
        await read_head(stream)
        asked.set()
        await closed.wait()
        body = b'{"messages":[{"id":"m2"},{"id":"m3"}]}'
        await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async def story(_page: LivePage, seen: Seen) -> None:
        await seen.until(lambda signal: signal == signals.Closed(2))
        closed.set()
        await seen.until(lambda signal: isinstance(signal, signals.Show) and signal.id == "m3")

    seen = await play(cable, rest, story)
    last = [type(signal).__name__ for signal in seen.signals][-3:]
    assert last == ["Answered", "Show", "Show"]


async def identifier_in(stream: trio.SocketStream, server: WSConnection) -> str:
    """The identifier of the first command that comes."""
    while True:
        server.receive_data(await stream.receive_some(4096))
        for event in server.events():
            assert isinstance(event, TextMessage)
            return str(json.loads(event.data)["identifier"])
