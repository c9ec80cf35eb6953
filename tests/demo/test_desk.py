from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from random import Random

import pytest
import trio
import trio.testing

from cablecheck.cable.identifiers import Routing
from cablecheck.chat.chat import Chat
from cablecheck.chat.ledger import MemoryLedger, MessageSaid, Page, Row
from cablecheck.chat.signals import Answer
from cablecheck.demo.desk import Desk
from cablecheck.demo.outbox import Outbox
from cablecheck.scenario.defects import Defect

ROOT = "/v1/public/webchats/w1"


class Told(Outbox):
    """An outbox that nobody empties."""

    def __init__(self) -> None:
        super().__init__(10**9, lambda: None)
        self.frames: list[str] = []

    def put(self, text: str) -> None:
        self.frames.append(text)

    @property
    def bodies(self) -> list[str]:
        return [
            f["message"]["body"] for f in map(json.loads, self.frames) if "message" in f and "type" not in f
        ]


class SlowDisk(MemoryLedger):
    """Commits when told to; counts commits."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[list[str]] = []
        self.go: list[bool] = []

    def keep(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        bodies = [row.body for row in rows if isinstance(row, MessageSaid)]
        if bodies:
            while not self.go:
                trio.from_thread.check_cancelled()
                trio.from_thread.run(trio.sleep, 0)
            self.go.pop()
            self.commits.append(bodies)
        super().keep(rows)


class BrokenDisk(MemoryLedger):
    def page(self, session: str, after: int | None, limit: int) -> Page | None:
        raise sqlite3.OperationalError("disk I/O error")


def desk_over(ledger: MemoryLedger, *defects: Defect) -> Desk:
    chat = Chat(webchat="w1", token="t", rng=Random(1), defects=defects)
    return Desk(chat, ledger, lambda: 1780315200.0)


async def begun(desk: Desk) -> tuple[str, str]:
    opened = json.loads((await desk.ask("POST", f"{ROOT}/sessions")).json)
    return opened["session"], opened["conversation"]


def subscribed(desk: Desk, session: str, conversation: str) -> Told:
    outbox = Told()
    identifier = Routing("w1", session, conversation).identifier
    desk.hear(desk.join(outbox), json.dumps({"command": "subscribe", "identifier": identifier}))
    return outbox


async def test_nobody_is_answered_and_nothing_is_broadcast_before_the_commit_and_many_share_the_next(
    nursery: trio.Nursery,
) -> None:
    disk = SlowDisk()
    desk = desk_over(disk)
    nursery.start_soon(desk.clerk)
    session, conversation = await begun(desk)
    outbox = subscribed(desk, session, conversation)
    answered: list[str] = []

    async def say(body: str) -> None:
        values = json.dumps({"conversation": conversation, "body": body}).encode()
        answered.append(
            json.loads((await desk.ask("POST", f"{ROOT}/messages", values, "Bearer t")).json)["id"]
        )

    nursery.start_soon(say, "first")
    await trio.testing.wait_all_tasks_blocked()
    for number in range(20):
        nursery.start_soon(say, str(number))
    await trio.testing.wait_all_tasks_blocked()
    assert (answered, outbox.bodies, disk.commits) == ([], [], [])
    disk.go.append(True)
    while len(answered) < 1:
        await trio.testing.wait_all_tasks_blocked()
    assert (answered, outbox.bodies) == (["1"], ["first"])
    disk.go.append(True)
    while len(answered) < 21:
        await trio.testing.wait_all_tasks_blocked()
    assert [len(commit) for commit in disk.commits] == [1, 20]
    assert outbox.bodies == [body for commit in disk.commits for body in commit]
    nursery.cancel_scope.cancel()


async def test_all_sockets_are_pinged_by_one_timer(autojump_clock: trio.testing.MockClock) -> None:
    desk = desk_over(MemoryLedger())
    early, late = Told(), Told()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.beat)
        desk.join(early)
        await trio.sleep(4)
        desk.join(late)
        await trio.sleep(2.5)
        nursery.cancel_scope.cancel()
    assert len(early.frames) == 1 + 2
    assert len(late.frames) == 1 + 1


async def test_a_page_that_cannot_be_read_is_a_500_and_others_are_served_on(
    nursery: trio.Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_over(BrokenDisk())
    nursery.start_soon(desk.clerk)
    session, _ = await begun(desk)
    answer: Answer = await desk.ask("GET", f"{ROOT}/messages?session={session}")
    assert (answer.status, answer.json) == (500, '{"error":"internal error"}')
    assert "disk I/O error" in caplog.text
    values = json.dumps({"session": session, "body": "x"}).encode()
    assert (await desk.ask("POST", f"{ROOT}/messages", values)).status == 201
    nursery.cancel_scope.cancel()


async def test_an_asker_that_went_away_disturbs_nobody(nursery: trio.Nursery) -> None:
    disk = SlowDisk()
    desk = desk_over(disk)
    nursery.start_soon(desk.clerk)
    session, _ = await begun(desk)
    values = json.dumps({"session": session, "body": "x"}).encode()
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as asking:
            asking.start_soon(desk.ask, "POST", f"{ROOT}/messages", values)
            await trio.testing.wait_all_tasks_blocked()
            scope.cancel()
    disk.go.append(True)
    answer = await desk.ask("GET", f"{ROOT}/messages?session={session}")
    assert [m["body"] for m in json.loads(answer.json)["messages"]] == ["x"]
    nursery.cancel_scope.cancel()


async def test_a_socket_that_leaves_within_a_broadcast_disturbs_nobody(nursery: trio.Nursery) -> None:
    disk = SlowDisk()
    desk = desk_over(disk)
    nursery.start_soon(desk.clerk)
    session, conversation = await begun(desk)
    stays = subscribed(desk, session, conversation)
    gone = Told()
    number = desk.join(gone)
    identifier = Routing("w1", session, conversation).identifier
    desk.hear(number, json.dumps({"command": "subscribe", "identifier": identifier}))
    values = json.dumps({"conversation": conversation, "body": "x"}).encode()
    nursery.start_soon(desk.ask, "POST", f"{ROOT}/messages", values, "Bearer t")
    await trio.testing.wait_all_tasks_blocked()
    desk.leave(number)
    disk.go.append(True)
    while not stays.bodies:
        await trio.testing.wait_all_tasks_blocked()
    assert (stays.bodies, gone.bodies) == (["x"], [])
    nursery.cancel_scope.cancel()


async def pass_seconds(clock: trio.testing.MockClock, seconds: float) -> None:
    """Let virtual time pass by hand: a clock that jumps by itself does not wait for the clerk's thread."""
    await trio.testing.wait_all_tasks_blocked()
    clock.jump(seconds)
    await trio.testing.wait_all_tasks_blocked()


async def test_what_is_put_off_is_performed_in_order_when_its_time_has_come(
    mock_clock: trio.testing.MockClock,
) -> None:
    desk = desk_over(MemoryLedger(), Defect.CONFIRM_BEFORE_ATTACH)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.clerk)
        nursery.start_soon(desk.remember)
        session, conversation = await begun(desk)
        early = subscribed(desk, session, conversation)
        await pass_seconds(mock_clock, 1)
        late = subscribed(desk, session, conversation)
        values = json.dumps({"conversation": conversation, "body": "to nobody"}).encode()
        await desk.ask("POST", f"{ROOT}/messages", values, "Bearer t")
        await pass_seconds(mock_clock, 1.5)
        values = json.dumps({"conversation": conversation, "body": "to one"}).encode()
        await desk.ask("POST", f"{ROOT}/messages", values, "Bearer t")
        assert (early.bodies, late.bodies) == (["to one"], [])
        await pass_seconds(mock_clock, 1)
        values = json.dumps({"conversation": conversation, "body": "to both"}).encode()
        await desk.ask("POST", f"{ROOT}/messages", values, "Bearer t")
        assert (early.bodies, late.bodies) == (["to one", "to both"], ["to both"])
        nursery.cancel_scope.cancel()


async def test_what_was_put_off_for_a_socket_that_left_is_not_done(
    mock_clock: trio.testing.MockClock,
) -> None:
    desk = desk_over(MemoryLedger(), Defect.CONFIRM_BEFORE_ATTACH)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.clerk)
        nursery.start_soon(desk.remember)
        session, conversation = await begun(desk)
        gone = Told()
        number = desk.join(gone)
        identifier = Routing("w1", session, conversation).identifier
        desk.hear(number, json.dumps({"command": "subscribe", "identifier": identifier}))
        desk.leave(number)
        stays = subscribed(desk, session, conversation)
        await pass_seconds(mock_clock, 3)
        values = json.dumps({"conversation": conversation, "body": "x"}).encode()
        assert (await desk.ask("POST", f"{ROOT}/messages", values, "Bearer t")).status == 201
        assert (stays.bodies, gone.bodies) == (["x"], [])
        nursery.cancel_scope.cancel()
