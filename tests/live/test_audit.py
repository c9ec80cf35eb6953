"""The audit: a pump that changes a byte is caught, in both directions; the ledger itself, as small tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.history import Event, Tampered
from cablecheck.live.proxy.audit import Audit, Ledger
from cablecheck.live.proxy.lane import Write
from cablecheck.nemesis.signals import Link
from cablecheck.scenario.model import Drop, Refuse, Repeat
from tests.live.lines import (
    CATCH_UP,
    PING,
    REQUEST,
    SUBSCRIBE,
    SWITCHING,
    exactly,
    line,
    message,
    nothing_comes,
    stalls,
    to_the_end,
)

BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "drops a byte": lambda data: data[:-7] + data[-6:],
    "drops the last byte": lambda data: data[:-1],
    "adds a byte": lambda data: data[:-5] + b"x" + data[-5:],
    "changes a byte": lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
    "swaps two bytes": lambda data: data[:-4] + data[-3:-2] + data[-4:-3] + data[-2:],
    "drops everything": lambda _: b"",
    "says it twice": lambda data: data * 2,
}


def broken(spoil: Callable[[bytes], bytes], only: bytes) -> Write:
    """A pump whose writer spoils what contains `only`."""

    async def write(stream: trio.abc.SendStream, data: bytes) -> None:
        await stream.send_all(spoil(data) if only in data else data)

    return write


@pytest.mark.parametrize("how", BREAKS)
async def test_a_pump_that_changes_what_the_client_hears_is_caught(how: str) -> None:
    async with line(write=broken(BREAKS[how], b"[cc:ab:m1]"), honest=False) as wire:
        client, target = await wire.cable()
        await target.send_all(message(1))
        with trio.move_on_after(0.1):
            await exactly(client, len(message(1)) + 1)
        await wire.board.check(0.1)
        await target.send_all(message(2))
        assert [(event.client, event.direction) for event in wire.tampered] == [("c1", "down")]


@pytest.mark.parametrize(
    "how", ["drops a byte", "adds a byte", "changes a byte", "swaps two bytes", "says it twice"]
)
async def test_a_pump_that_changes_what_the_target_hears_is_caught(how: str) -> None:
    async with line(write=broken(BREAKS[how], SUBSCRIBE), honest=False) as wire:
        client, target = await wire.cable()
        await client.send_all(SUBSCRIBE)
        with trio.move_on_after(0.1):
            await exactly(target, 2 * len(SUBSCRIBE))
        assert [event.direction for event in wire.tampered] == ["up"]


@pytest.mark.parametrize("how", ["drops the last byte", "drops everything"])
async def test_a_pump_that_keeps_what_the_target_should_hear_last_is_caught_at_once(how: str) -> None:
    async with line(write=broken(BREAKS[how], SUBSCRIBE), honest=False) as wire:
        client, _ = await wire.cable()
        await client.send_all(SUBSCRIBE)
        await trio.testing.wait_all_tasks_blocked(0.05)
        assert [event.direction for event in wire.tampered] == ["up"]


async def test_a_pump_that_loses_the_end_of_an_answer_is_caught_by_the_fin() -> None:
    said = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"messages":[]}'
    async with line(write=broken(BREAKS["drops the last byte"], b"messages"), honest=False) as wire:
        client, target = await wire.fetch(CATCH_UP.replace(b"messages", b"news"))
        await target.send_all(said)
        await target.send_eof()
        assert await to_the_end(client) == (said[:-1], "fin")
        assert "never arrived" in wire.tampered[0].detail


@pytest.mark.parametrize("how", ["drops the last byte", "drops everything"])
async def test_a_pump_that_keeps_the_end_of_a_request_is_caught_at_once(how: str) -> None:
    async with line(write=broken(BREAKS[how], b"GET /cable"), honest=False) as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        await wire.accepted.receive()
        await trio.testing.wait_all_tasks_blocked(0.05)
        assert [event.direction for event in wire.tampered] == ["up"]


async def test_a_client_that_waits_in_vain_and_leaves_has_been_robbed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cablecheck.live.proxy.audit.UNREAD_SECONDS", 0.01)
    async with line(write=broken(BREAKS["drops the last byte"], b"HTTP/1.1 101"), honest=False) as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        await (await wire.accepted.receive()).send_all(SWITCHING)
        assert await exactly(client, len(SWITCHING) - 1) == SWITCHING[:-1]
        assert await nothing_comes(client)
        await client.aclose()
        await trio.testing.wait_all_tasks_blocked(0.05)
        assert [event.direction for event in wire.tampered] == ["down"]


async def test_a_request_that_hangs_is_not_lost_and_neither_is_what_nobody_reads() -> None:
    async with line() as wire:
        _, target = await wire.cable(1)
        assert await stalls(target, message(1) * 1000)
        wire.arm(Refuse(how="hang"))
        await (await wire.dial("cable", 2)).send_all(REQUEST)
        await trio.testing.wait_all_tasks_blocked(0.05)
        await wire.board.check(0.1)
        assert wire.tampered == []


async def test_a_connection_is_accused_once() -> None:
    async with line(write=broken(BREAKS["changes a byte"], b"["), honest=False) as wire:
        client, target = await wire.cable()
        for number in range(5):
            await target.send_all(message(number))
            await exactly(client, len(message(number)))
        assert len(wire.tampered) == 1


async def test_an_honest_fault_that_changes_what_the_client_hears_is_no_tampering() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Drop(what="message", count=1), "drop")
        wire.arm(Repeat(what="message"), "repeat")
        await target.send_all(message(1) + message(2) + PING)
        assert await exactly(client, len(message(2) * 2 + PING)) == message(2) * 2 + PING


async def test_a_client_that_is_slow_to_read_is_waited_for() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        await target.send_all(message(1))
        await trio.testing.wait_all_tasks_blocked(0.05)
        wire.nursery.start_soon(exactly, client, len(message(1)))
        await wire.board.check()
        assert wire.tampered == []


async def test_a_connection_that_was_reset_may_owe_bytes() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        with trio.move_on_after(0.3):
            await target.send_all(message(1) * 100_000)
        await client.aclose()


# The ledger


def ledger() -> tuple[Ledger, list[str]]:
    accusations: list[str] = []
    return Ledger("down", lambda _, detail: accusations.append(detail)), accusations


def test_what_was_said_and_passed_on_may_arrive_in_any_portions() -> None:
    book, accused = ledger()
    book.said(b"abcdef")
    for size in (2, 3, 1):
        book.pass_on(book.cut(size))
    for portion in (b"a", b"bcde", b"f"):
        book.arrived(portion)
    assert (book.outstanding(), accused) == (0, [])


def test_what_arrives_before_the_origin_s_word_of_it_waits_for_the_word() -> None:
    book, accused = ledger()
    book.pass_on(book.cut(3))
    book.arrived(b"ab")
    book.said(b"abc")
    book.arrived(b"c")
    assert accused == []
    book.pass_on(book.cut(2))
    book.arrived(b"dx")
    book.said(b"de")
    assert accused == ["another byte arrived than was passed on, 1 bytes into a piece"]


WRONG: dict[str, tuple[str, str]] = {
    "nothing was passed on": ("said ab, arrived a", "1 bytes arrived that nobody passed on"),
    "too much": ("said ab, pass 2, arrived abc", "1 bytes arrived that nobody passed on"),
    "too little": ("said ab, pass 2, arrived a, ended", "1 bytes that were passed on never arrived"),
    "another": (
        "said ab, pass 2, arrived ac",
        "another byte arrived than was passed on, 1 bytes into a piece",
    ),
    "another, later": (
        "said abcd, pass 2, pass 2, arrived abc, arrived x",
        "another byte arrived than was passed on, 1 bytes into a piece",
    ),
    "the pump cut too short a piece": (
        "said abcd, pass 1, pass 2, arrived abd",
        "another byte arrived than was passed on, 1 bytes into a piece",
    ),
    "an invention that arrives otherwise": (
        "bytes xy, arrived xz",
        "another byte arrived than was passed on, 1 bytes into a piece",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_whatever_else_arrives_is_an_accusation(case: str) -> None:
    told, accusation = WRONG[case]
    book, accused = ledger()
    for word, _, value in (entry.partition(" ") for entry in told.split(", ")):
        match word:
            case "said":
                book.said(value.encode())
            case "pass":
                book.pass_on(book.cut(int(value)))
            case "bytes":
                book.pass_bytes(value.encode())
            case "arrived":
                book.arrived(value.encode())
            case _:
                book.ended()
    assert accused == [accusation]
    book.said(b"more")
    book.arrived(b"more")
    book.ended()
    assert len(accused) == 1


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1), st.data())
def test_any_change_of_what_arrives_is_seen_and_no_portioning_is(
    pieces: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(pieces)
    cut = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    for arrives, guilty in (
        (whole, False),
        (spoilt, True),
        (whole[:at] + whole[at + 1 :], True),
        (whole + b"!", True),
    ):
        book, accused = ledger()
        book.said(whole)
        for piece in pieces:
            book.pass_on(book.cut(len(piece)))
        for begin, end in zip([0, *cut], [*cut, len(arrives)], strict=True):
            book.arrived(arrives[begin:end])
        book.ended()
        assert bool(accused) is guilty


def test_what_is_discarded_is_not_kept() -> None:
    book, accused = ledger()
    for _ in range(100):
        book.said(b"x" * 1000)
        book.cut(1000)
    assert (len(book._origin), len(book._cut), book.outstanding(), accused) == (0, 0, 0, [])


def test_an_audit_forgets_the_oldest_of_many_connections_that_are_over() -> None:
    events: list[Event] = []
    audit = Audit(events.append, lambda: 1.0)
    for number in range(1000):
        link = Link("c1", "cable", number)
        audit.begin(link)
        audit.over(link)
    audit.client_read("c1", "cable", 0, b"forgotten")
    assert events == []
    audit.client_read("c1", "cable", 999, b"remembered")
    assert events == [
        Tampered(1.0, "c1", "down", "cable connection 999: 10 bytes arrived that nobody passed on")
    ]


def test_an_unannounced_connection_is_not_audited() -> None:
    events: list[Event] = []
    audit = Audit(events.append, lambda: 1.0)
    audit.client_read("c1", "cable", 1, b"anything")
    audit.client_wrote("c1", "cable", 1, b"anything")
    audit.over(Link("c1", "cable", 1))
    assert (events, audit.outstanding()) == ([], [])


def test_a_head_is_audited_like_all_else() -> None:
    book, accused = ledger()
    book.said(SWITCHING)
    book.pass_on(book.cut(len(SWITCHING)))
    book.arrived(SWITCHING[:-1] + b"x")
    assert len(accused) == 1
