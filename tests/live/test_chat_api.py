"""The runner's own questions to a target: what counts as stored, and when its list is believed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio

from cablecheck import history
from cablecheck.cable.answers import posted
from cablecheck.errors import UnreachableError
from cablecheck.live import chat_api
from cablecheck.live.chat_api import ChatApi
from cablecheck.live.targets import Place, webchat_place
from tests.live.peers import read_head


def place_on(port: int, session: str | None = "s", conversation: str | None = "c") -> Place:
    site = f"127.0.0.1:{port}"
    return webchat_place("test", f"ws://{site}/cable", f"http://{site}/v1", "w", "t", session, conversation)


@asynccontextmanager
async def answering(answer: Callable[[str], object]) -> AsyncIterator[ChatApi]:
    """A target that answers each request's target (path and query) with JSON, or with raw bytes."""

    async def handle(stream: trio.SocketStream) -> None:
        async with stream:
            head = await read_head(stream)
            said = answer(head.split(b" ")[1].decode())
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        chat = ChatApi(place_on(listeners[0].socket.getsockname()[1]))
        yield chat
        await chat.aclose()
        nursery.cancel_scope.cancel()


def page(*ids: int, following: object = None) -> dict[str, object]:
    return {"messages": [{"id": id_, "body": f"b{id_}"} for id_ in ids], "next": following}


async def test_all_pages_are_read() -> None:
    pages = {"": page(1, 2, following="2"), "2": page(3, 4, following=4), "4": page(5)}

    async with answering(lambda url: pages[url.partition("after_id=")[2]]) as chat:
        truth = await chat.truth(frozenset({"1", "5"}))
    assert [message.id for message in truth.messages] == ["1", "2", "3", "4", "5"]
    assert truth.complete


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(1, following="1"), "round in circles"),
        (page(1, 1), "names an id twice"),
        ([1, 2], "no list at 'messages'"),
        ({"messages": None}, "no list at 'messages'"),
        ({"messages": [3]}, "no list at 'messages'"),
        (b"<html>", "does not answer as it should"),
    ],
)
async def test_a_list_that_can_not_be_believed_is_incomplete(answer: object, reason: str) -> None:
    async with answering(lambda _: answer) as chat:
        truth = await chat.truth(frozenset())
    assert not truth.complete
    assert reason in str(truth.reason)


async def test_a_list_that_lags_is_incomplete_even_when_it_catches_up() -> None:
    looks = 0

    def answer(_: str) -> object:
        nonlocal looks
        looks += 1
        return page(1) if looks < 3 else page(1, 2)

    async with answering(answer) as chat:
        truth = await chat.truth(frozenset({"1", "2"}))
    assert [message.id for message in truth.messages] == ["1", "2"]
    assert (truth.complete, truth.reason) == (
        False,
        "the target's list lags: 1 acknowledged message was missing at the first look",
    )


async def test_pages_that_never_end_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def more(_: str) -> object:
        asked.append(len(asked))
        return page(*range(20 * asked[-1], 20 * asked[-1] + 20), following=f"n{asked[-1]}")

    async with answering(more) as chat:
        monkeypatch.setattr(chat_api, "MOST_ROWS", 1000)
        with pytest.raises(UnreachableError, match=r"messages: the target's list has over 1,000 messages"):
            await chat.listed()
        assert len(asked) == 51
        monkeypatch.setattr(chat_api, "MOST_CHARACTERS", 1000)
        with pytest.raises(UnreachableError, match="the target's list has over"):
            await chat.listed()
        monkeypatch.setattr(chat_api, "MOST_ROWS", 10**9)
        monkeypatch.setattr(chat_api, "MOST_CHARACTERS", 10**9)
        monkeypatch.setattr(chat_api, "LISTING_SECONDS", 0.3)
        with pytest.raises(
            UnreachableError, match=r"not read to its end within 0\.3 s; let it give longer pages"
        ):
            await chat.listed()


async def test_what_never_comes_is_the_checkers_to_judge(autojump_clock: trio.testing.MockClock) -> None:
    # real sockets under a jumping clock: a short real answer may meet no deadline of ours, the waiting between looks is jumped over
    autojump_clock.autojump_threshold = 0.05
    async with answering(lambda _: page(1)) as chat:
        truth = await chat.truth(frozenset({"1", "2"}))
    assert truth.complete
    assert [message.id for message in truth.messages] == ["1"]


async def test_a_target_that_is_down_says_so() -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    await listeners[0].aclose()
    chat = ChatApi(place_on(port))
    with pytest.raises(
        UnreachableError, match=r"the target is down: .*\(GET .*/v1/public/webchats/w/messages\)"
    ):
        await chat.listed()
    assert (await chat.publish("b")).outcome == "fail"
    await chat.aclose()


@pytest.mark.parametrize(
    ("status", "content", "outcome"),
    [
        (201, b'{"id": 7}', "ok"),
        (200, b'{"id": "7", "conversation": "c"}', "ok"),
        (201, b'{"id": null}', "info"),
        (201, b"[]", "info"),
        (201, b"stored!", "info"),
        (302, b"", "fail"),
        (422, b'{"id": 7}', "fail"),
        (500, b'{"id": 7}', "info"),
        (503, b"", "info"),
    ],
)
def test_only_an_answer_that_names_the_message_acknowledges_it(
    status: int, content: bytes, outcome: str
) -> None:
    assert posted(status, content).outcome == outcome


@pytest.mark.parametrize(
    ("status", "content", "event"),
    [
        (200, b'{"id": 7}', history.PublishAcknowledged(1.5, "m1", "7", 200)),
        (422, b"", history.PublishRefused(1.5, "m1", "HTTP 422", 422)),
        (503, b"", history.PublishUnknown(1.5, "m1", "HTTP 503 without a message id")),
    ],
)
def test_the_history_tells_what_came_of_a_post(status: int, content: bytes, event: history.Event) -> None:
    assert posted(status, content).event(1.5, "m1") == event


@pytest.mark.parametrize("answer", [{}, [], {"conversation": None}, {"conversation": {"id": 1}}, "c"])
async def test_an_answer_that_names_no_conversation_is_told_in_one_line(answer: object) -> None:
    async with answering(lambda _: answer) as chat:
        chat.place = replace(
            chat.place, wire=webchat_place("t", "ws://h/cable", chat.place.api, "w", "t", "s").wire
        )
        for ask in (chat.begin, chat.open_conversation):
            with pytest.raises(
                UnreachableError, match=r"^POST .*: the answer has no conversation \(json:conversation\); "
            ):
                await ask()


async def test_a_time_that_is_none_can_not_be_shifted() -> None:
    async with answering(lambda _: {"id": 1, "created_at": 1731000000}) as chat:
        await chat.publish("b")
        with pytest.raises(UnreachableError, match=r"created_at '1731000000' is no ISO 8601 time"):
            await chat.publish("b", "-3s")
