"""How often a target is asked to keep something, in virtual time."""

from __future__ import annotations

import random

import pytest
import trio
from trio.testing import MockClock

from cablecheck.live.pace import Pace
from cablecheck.live.targets import pace_of, place_of
from cablecheck.target.reading import read_text

TARGET = """
[target.slow]
cable = {url = "ws://127.0.0.1:1/cable"}
webchat = {api = "http://127.0.0.1:1/v1", id = "w", token = "t"}
max_rate = "30/m"
"""


async def test_turns_are_given_in_the_order_of_asking_and_never_faster(autojump_clock: MockClock) -> None:
    pace, given = Pace(10), []

    async def ask(number: int) -> None:
        await trio.sleep(number / 1e6)
        await pace.turn()
        given.append((number, round(trio.current_time() - began, 3)))

    began = trio.current_time()
    async with trio.open_nursery() as nursery:
        for number in random.Random(1).sample(range(50), 50):
            nursery.start_soon(ask, number)
    assert given == [(number, number / 10) for number in range(50)]


async def test_nobody_starves_beside_one_who_asks_all_the_time(autojump_clock: MockClock) -> None:
    pace = Pace(10)
    turns = dict.fromkeys(("greedy", "modest"), 0)

    async def ask(name: str, pause_seconds: float) -> None:
        while True:
            await pace.turn()
            turns[name] += 1
            await trio.sleep(pause_seconds)

    with trio.move_on_after(10):
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(ask, "greedy", 0)
            nursery.start_soon(ask, "modest", 0.05)
    assert sum(turns.values()) in (100, 101)
    assert turns["modest"] >= 24


async def test_nothing_is_saved_up_while_nobody_asks(autojump_clock: MockClock) -> None:
    pace = Pace(2)
    await pace.turn()
    await trio.sleep(60)
    began = trio.current_time()
    for _ in range(3):
        await pace.turn()
    assert trio.current_time() - began == pytest.approx(1.0)


async def test_a_turn_that_is_given_up_costs_the_others_nothing(autojump_clock: MockClock) -> None:
    pace = Pace(1)
    await pace.turn()
    began = trio.current_time()
    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(_give_up, pace)
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(pace.turn)
    assert trio.current_time() - began == pytest.approx(1.0)


async def _give_up(pace: Pace) -> None:
    with trio.move_on_after(0.5):
        await pace.turn()
        raise AssertionError("its turn had not come yet")


async def test_without_a_limit_nobody_waits(autojump_clock: MockClock) -> None:
    pace, began = Pace(), trio.current_time()
    for _ in range(1000):
        await pace.turn()
    assert trio.current_time() == began


async def test_all_stories_of_a_command_have_one_pace_and_so_much_more_time() -> None:
    described = read_text(TARGET, "slow.toml", "slow", {})
    pace = pace_of(described, sharers=8)
    assert place_of(described, {}, pace).pace is place_of(described, {}, pace).knowing(conversation="c").pace
    assert pace.longest_seconds(5) == pytest.approx(5 * 8 * 2)
    assert Pace().longest_seconds(1000) == 0
