"""No step of the judge is quadratic: counted in calls on histories of every shape, and lived through on a million messages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Outcome
from cablecheck.history import (
    ClosingBegan,
    Event,
    Healed,
    PublishAcknowledged,
    PublishInvoked,
    Released,
    RunBegan,
    RunEnded,
    Shown,
    TimelineRead,
    timeline_digest,
)
from cablecheck.truth import Stored, Truth
from tests.checker.faulty import Faulty, finished
from tests.checker.tale import body_of, mark_in
from tests.unmeasured import unmeasured

SMALL, FACTOR = 250, 6


def _publish_all(tale: Faulty, count: int) -> list[str]:
    labels = [f"m{number}" for number in range(2, count + 2)]
    tale.say(" ".join(labels))
    return labels


def _said(word: str) -> Callable[[Faulty, int], Any]:
    """Every message, published and then put into these words."""
    return lambda tale, count: [tale.say(word.replace("M", label)) for label in _publish_all(tale, count)]


def _at_the_head(tale: Faulty, count: int) -> None:
    for label in _publish_all(tale, count):
        tale.show(label, "c1", before=tale.shows["c1"][0][1])


def _read_often(tale: Faulty, count: int) -> None:
    for label in _publish_all(tale, count):
        tale.say(f"+{label}").ask()


def _cut_often(tale: Faulty, count: int) -> None:
    for number, label in enumerate(f"m{number}" for number in range(2, count + 2)):
        name = f"f{number}"
        tale.arm("cut", "how: rst", name).fire(socket=number + 1, fault=name).lose("rst", number + 1)
        tale.say(label).back(label, socket=number + 2)


def _cut_and_lose(tale: Faulty, count: int) -> None:
    for number, label in enumerate(f"m{number}" for number in range(2, count + 2)):
        name = f"f{number}"
        tale.arm("cut", "how: rst", name).fire(socket=number + 1, fault=name).lose("rst", number + 1)
        tale.say(label).connect(number + 2).catch_up(after=label)


def _hold_often(tale: Faulty, count: int) -> None:
    tale.arm("hold", "what: message")
    for label in _publish_all(tale, count):
        tale.on_message(label).wait(1).add(Released, "f", "c1").say(f"+{label}")


def _slow(tale: Faulty, count: int) -> None:
    tale.arm("latency", "delay: 1s")
    for label in _publish_all(tale, count):
        tale.on_message(label).wait(1).say(f"+{label}")


def _same_frame(tale: Faulty, count: int) -> None:
    """The same text again and again, each time held until the end."""
    tale.arm("hold", "what: confirm")
    for _ in range(count):
        tale.on_confirm(1).control("confirm", 1)
    tale.add(Healed, "f")


def _refused_often(tale: Faulty, count: int) -> None:
    tale.arm("refuse", "how: port").gap("m2")
    for socket in range(2, count + 2):
        tale.connect(socket, opened=False).fire(socket=socket).lose("refused", socket)
    tale.back("m2", socket=count + 2)


def _repeated(tale: Faulty, count: int) -> None:
    tale.arm("repeat", "what: message")
    for label in _publish_all(tale, count):
        tale.on_message(label).say(f"+{label} >{label}")


def _cut_in_vain(tale: Faulty, count: int) -> None:
    """All fire at one socket that is confirmed again and again and never ends."""
    tale.arm("cut", "how: rst")
    for _ in range(count):
        tale.fire(socket=1).control("confirm", 1)


SHAPES: dict[str, Callable[[Faulty, int], Any]] = {
    "in order": _said("+M"),
    "each at the head": _at_the_head,
    "each before the first": _said("+M/m1"),
    "all lost": _said(">M"),
    "all twice": _said("+M +M"),
    "all flickering": _said("+M -M *M"),
    "all by catch-up": _said("*M"),
    "all gone": _said("+M -M"),
    "all own": _said("own:M id:M"),
    "all failed": _said("own:M failed:M"),
    "nothing but strangers": lambda tale, count: [tale.say(f"+x{number}") for number in range(count)],
    "nobody knows": lambda tale, count: [tale.say(f"m{number}? +m{number}") for number in range(2, count)],
    "all refused": lambda tale, count: [tale.say(f"m{number}! +m{number}") for number in range(2, count)],
    "all late": lambda tale, count: tale.say("|") and _said("+M")(tale, count),
    "read after each": _read_often,
    "a cut for each": _cut_often,
    "a cut for each, and all lost": _cut_and_lose,
    "each held": _hold_often,
    "each slowed down": _slow,
    "each repeated": _repeated,
    "the same frame": _same_frame,
    "each attempt refused": _refused_often,
    "cut in vain": _cut_in_vain,
}


class Text(str):
    """A text that counts how often it is compared, as a search through a list would."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Text.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def work(tell: Callable[[Faulty, int], Any], count: int) -> int:
    """The calls and comparisons that it takes to judge a history of this shape and size."""
    tale = Faulty()
    tell(tale, count)
    events, truth = finished(tale)
    calls = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    truth = Truth(tuple(Stored(Text(stored.id), stored.body, key=stored.key) for stored in truth.messages))
    Text.compared = 0
    sys.setprofile(tick)
    try:
        verdict = judge(events, truth)
    finally:
        sys.setprofile(None)
    assert verdict.bug is None
    return calls + Text.compared


@pytest.mark.parametrize("shape", SHAPES)
@unmeasured()
def test_work_grows_with_the_history_and_not_with_its_square(shape: str) -> None:
    small, large = work(SHAPES[shape], SMALL), work(SHAPES[shape], SMALL * FACTOR)
    assert large < small * FACTOR * 1.5


def test_the_count_would_notice_a_search_through_a_list() -> None:
    def search(count: int) -> int:
        ids = [Text(number) for number in range(count)]
        Text.compared = 0
        assert all(str(number) in ids for number in range(count))
        return Text.compared

    assert search(SMALL * FACTOR) > search(SMALL) * FACTOR * 3


MILLION = 1_000_000


def _million(after: Callable[[int], int]) -> Iterator[Event]:
    """A million bubbles of a first page, and one message of the story."""
    yield RunBegan(
        0.0, "r1", "million", "hellotext", "sim", "bundled", ("c1",), "abc", "0.1.0", "2026-01-01T00:00:00Z"
    )
    for number in range(1, MILLION):
        yield Shown(1.0, "c1", number, after(number), "initial", str(number))
    mark = str(mark_in(body_of("m1")))
    yield PublishInvoked(2.0, "m1", mark)
    yield PublishAcknowledged(2.0, "m1", "last")
    yield Shown(3.0, "c1", MILLION, after(MILLION), "socket", "last", mark)
    yield ClosingBegan(4.0)


@pytest.mark.takes(seconds=10)
@pytest.mark.parametrize("shape", ["backwards", "from the middle"])
@unmeasured()
def test_a_million_messages_are_judged_whatever_their_order(shape: str) -> None:
    after: dict[str, Callable[[int], int]] = {
        "backwards": lambda number: 0,
        "from the middle": lambda number: (number - 1) // 2,
    }
    ids = [str(number) for number in range(1, MILLION)] + ["last"]
    if shape == "backwards":
        ids.reverse()
    truth = Truth(tuple(Stored(id_, body_of("m1") if id_ == "last" else "") for id_ in ids))

    def run() -> Iterator[Event]:
        yield from _million(after[shape])
        if shape != "from the middle":
            digest = timeline_digest(ids)
            yield TimelineRead(5.0, "c1", MILLION, digest)
        yield RunEnded(6.0, "complete")

    verdict = judge(run(), truth)
    assert verdict.bug is None
    if shape == "from the middle":
        assert (
            len(verdict.findings) == MILLION - (MILLION + 1).bit_length() + 1
        )  # the way down a binary tree is left
    else:
        assert verdict.outcome is Outcome.VERIFIED
