"""Coming to a target that is down, half up, or still coming up."""

from __future__ import annotations

import socket

import pytest
import trio
from wsproto.events import TextMessage

from cablecheck.errors import UnreachableError
from cablecheck.live.arrival import await_target, place_at
from tests.demo.house import served
from tests.doctor.front import Asked, Front, Given, fronted
from tests.doctor.visiting import described, tables
from tests.live.recorder import recorded

pytestmark = pytest.mark.takes(seconds=3)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


async def test_a_target_that_is_down_is_no_lost_message() -> None:
    with pytest.raises(UnreachableError) as caught:
        await place_at(described(tables(free_port())))
    said = str(caught.value)
    assert said.startswith("not a lost message: the target is down: ")
    assert "connection refused" in said
    assert "; see that it runs and that its address is right" in said
    assert "\n" not in said


async def test_a_target_that_is_still_coming_up_is_waited_for_and_told_about() -> None:
    port, told = free_port(), []
    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(await_target, described(tables(port)), 20.0, told.append)
            await trio.sleep(1.2)
            async with served(port=port):
                while nursery.child_tasks:  # noqa: ASYNC110 - it sets no event of ours
                    await trio.sleep(0.05)
    assert len(told) == 2
    assert told[0].startswith("here: waiting for it, at most 20 s: the target is down: ")
    assert told[1].startswith("here: it answers, ")


async def test_a_target_that_answers_at_once_is_told_nothing_about() -> None:
    told: list[str] = []
    async with served() as server:
        await await_target(described(tables(server.port)), 20.0, told.append)
    assert told == []


async def test_waiting_in_vain_ends_in_time_with_the_last_reason() -> None:
    told: list[str] = []
    began = trio.current_time()
    with pytest.raises(UnreachableError, match=r"not a lost message: the target is down: .*waited for 1.5 s"):
        await await_target(described(tables(free_port())), 1.5, told.append)
    assert trio.current_time() - began < 2.5
    assert len(told) == 1, "the same reason is told once"


async def test_one_conversation_is_enough_for_all_the_knocking_at_a_cable_that_is_not_there_yet() -> None:
    begun, knocks, told = [], [], []

    def upgrade(_asked: Asked) -> bytes | None:
        knocks.append(1)
        return b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n" if len(knocks) < 3 else None

    def rest(asked: Asked, given: Given) -> Given:
        begun.extend([1] if asked.path.endswith("/sessions") else [])
        return given

    async with served() as server, fronted(Front(upgrade=upgrade, rest=rest), server) as port:
        await await_target(described(tables(port)), 20.0, told.append)
    assert (len(begun), len(knocks)) == (1, 3)
    assert "the upgrade was answered with 502" in told[0]
    assert len(told) == 2


async def test_a_conversation_that_the_target_forgot_is_begun_anew() -> None:
    begun = []

    def rest(asked: Asked, given: Given) -> Given:
        if not asked.path.endswith("/sessions"):
            return given
        begun.append(1)
        return given if len(begun) > 1 else given.with_json(given.json | {"conversation": "gone"})

    async with served() as server, fronted(Front(rest=rest), server) as port:
        await await_target(described(tables(port)), 20.0, lambda _: None)
    assert len(begun) == 2


async def test_whoever_comes_to_play_subscribes_to_no_stream_before_the_story_does() -> None:
    """A stream that is prepared hides what it loses: so found with Rails' PostgreSQL adapter."""
    async with recorded() as fresh, recorded(("session", "conversation")) as named:
        for recorder in (fresh, named):
            await place_at(recorder.target)
        await await_target(named.target, 20.0, lambda _: None)
        for recorder, knocks in ((fresh, 1), (named, 2)):
            cables = [each for each in recorder.visits if each.request and each.request.path == "/cable"]
            assert len(cables) == knocks
            assert [text for each in cables for text in each.frames() if isinstance(text, TextMessage)] == []


async def test_who_waits_in_a_conversation_of_their_own_asks_for_the_subscription_too() -> None:
    async with recorded() as fresh:
        await await_target(fresh.target, 20.0, lambda _: None)
        [cable] = [each for each in fresh.visits if each.request and each.request.path == "/cable"]
        [said] = [text.data for text in cable.frames() if isinstance(text, TextMessage)]
        assert '"command":"subscribe"' in said
