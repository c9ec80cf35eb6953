"""Faults of the answer to a catch-up."""

from __future__ import annotations

import pytest

from cablecheck.nemesis.signals import Link
from cablecheck.scenario.model import Cut, Delay, Duration, Fail, Hold, Page, Step
from tests.nemesis.telling import Told, connected

REST = Link("c1", "rest", 1)


def asking() -> Told:
    told = Told()
    told.meet()
    told.dial("rest", catch_up=True)
    return told


SPOILT: dict[str, tuple[Step, str]] = {
    "500": (Fail(as_=500), 'replace 500 {"status":500,"error":"Internal Server Error"} None False'),
    "an unknown status": (Fail(as_=599), 'replace 599 {"status":599,"error":"Error"} None False'),
    "broken JSON": (Fail(as_="broken-json"), 'replace None {"messages":[{"id": None False'),
    "half a body": (Fail(as_="truncated"), "replace None None None True"),
    "a reset": (Fail(as_="reset"), "cut c1 rest 1 rst"),
    "a page": (Page(limit=2, times=1), "replace None None 2 False"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_an_answer_is_spoilt_once_and_the_next_one_passes(case: str) -> None:
    step, ordered = SPOILT[case]
    told = asking()
    told.arm(step)
    words = told.answer()
    assert words[0].startswith("fired f c1 - 1 - 7")
    assert words[1:] == [ordered, "healed f spent"]
    told.dial("rest", 2, catch_up=True)
    assert told.answer(number=2) == ["deliver answer"]


def test_a_failure_without_a_number_goes_on_until_healed() -> None:
    told = asking()
    told.arm(Fail(as_=500, times=None))
    assert [told.answer(number=n)[1][:11] for n in (1, 2, 3)] == ["replace 500"] * 3
    assert told.heal() == ["healed f"]
    assert told.answer(number=4) == ["deliver answer"]


def test_a_held_answer_keeps_the_end_of_its_stream_behind_it() -> None:
    told = asking()
    told.arm(Hold(what="catch-up"))
    assert told.answer() == ["fired f c1 - 1 - 7"]
    assert told.some_bytes("fin", REST, ends=True) == []
    assert told.release("catch-up") == ["released f c1: given", "deliver answer", "deliver fin", "healed f"]


def test_a_held_answer_may_be_reset() -> None:
    told = asking()
    told.arm(Hold(what="catch-up"))
    told.answer()
    assert told.release("catch-up", None, "reset") == [
        "released f c1: reset",
        "cut c1 rest 1 rst",
        "healed f reset",
    ]


def test_a_held_answer_is_not_lost_when_the_socket_is_cut() -> None:
    told = connected()
    told.dial("rest", catch_up=True)
    told.arm(Hold(what="catch-up"))
    told.answer()
    told.arm(Cut(how="rst"), "cut")
    assert "deliver answer" in told.release("catch-up")


def test_an_answer_is_held_for_the_message_in_it() -> None:
    told = asking()
    told.arm(Hold(what="catch-up", label="m3"))
    assert told.answer("first", text="[cc:ab:m1]") == ["deliver first"]
    assert told.answer("second", text="[cc:ab:m1] [cc:ab:m3]") == ["fired f c1 - 1 - 7"]


def test_a_delayed_answer_comes_later_and_its_stream_ends_after_it() -> None:
    told = asking()
    told.arm(Delay(by=Duration(2)))
    assert told.answer() == ["fired f c1 - 1 - 7", "wake 2 at 2"]
    assert told.some_bytes("fin", REST, ends=True) == []
    told.dial("rest", 2)
    assert told.some_bytes("other", Link("c1", "rest", 2)) == ["deliver other"]
    assert told.wake(2, 2.0) == ["deliver answer", "deliver fin"]


def test_the_heal_of_a_delay_gives_the_answer_at_once() -> None:
    told = asking()
    told.arm(Delay(by=Duration(2)))
    told.answer()
    told.some_bytes("fin", REST, ends=True)
    assert told.heal() == ["deliver answer", "deliver fin", "healed f"]


def test_a_client_that_gives_up_takes_its_delayed_answer_along() -> None:
    told = asking()
    told.arm(Delay(by=Duration(2)))
    told.answer()
    told.over(REST)
    assert told.wake(2, 2.0) == []


def test_a_fault_for_another_client_leaves_the_answer_alone() -> None:
    told = asking()
    told.arm(Fail(as_=500, on="c2"))
    assert told.answer() == ["deliver answer"]
