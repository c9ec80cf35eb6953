from __future__ import annotations

import pytest

from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Outcome
from cablecheck.history import (
    Armed,
    Errored,
    Event,
    FetchEnded,
    Healed,
    PublishAcknowledged,
    Raised,
    Received,
    Released,
    Sent,
    ServerStarted,
    ServerStopped,
    StepBegan,
    TimerCancelled,
    TimerFired,
    TimerSet,
    VisitorActed,
)
from tests.checker.doubtful import good
from tests.history.every import KINDS, full, spare

NEITHER_HERE_NOR_THERE: list[Event] = [
    TimerSet(0.5, "c1", "reconnect", 500),
    TimerCancelled(0.5, "c1", "reconnect"),
    TimerFired(0.5, "c1", "reconnect"),
    Raised(0.5, "c1", "TypeError"),
    Errored(0.5, "c1", 1, "refused"),
    VisitorActed(0.5, "", "switch"),
    FetchEnded(0.5, "c1", 9, 200, ("101",)),
    Sent(0.5, "c1", 1, "subscribe"),
    Sent(0.5, "c1", 1, "message", "i"),
    Received(0.5, "c1", 1, "message"),
    Received(0.5, "c1", 1, "ping", None, None, "d"),
    Released(0.5, "no such fault", "c1"),
    Healed(0.5, "no such fault"),
    StepBegan(0.5, 1, "publish"),
    StepBegan(0.5, 9, "cut", True),
    Armed(0.5, "closing", "cut", 9, None, "", True),
    ServerStopped(0.5, "TERM"),
    ServerStarted(0.5),
]


def test_what_no_rule_asks_for_changes_no_verdict() -> None:
    events, truth = good()
    plain = judge(events, truth)
    assert plain.outcome is Outcome.VERIFIED
    assert judge([events[0], *NEITHER_HERE_NOR_THERE, *events[1:]], truth) == plain


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_event_can_stand_alone_or_twice_and_is_never_verified(kind: type[Event]) -> None:
    for event in (full(kind), spare(kind)):
        assert judge([event], None).outcome is not Outcome.VERIFIED
        assert judge([event, event], None).outcome is not Outcome.VERIFIED


def test_a_publish_keeps_its_first_certain_outcome() -> None:
    events, truth = good()
    at = next(index for index, event in enumerate(events) if isinstance(event, PublishAcknowledged))
    again = PublishAcknowledged(9.0, "m1", "999")
    assert judge([*events[: at + 1], again, *events[at + 1 :]], truth) == judge(events, truth)


def test_the_first_contradiction_is_the_one_that_is_told() -> None:
    events, truth = good()
    nobody = PublishAcknowledged(0.5, "m8", "8")
    verdict = judge([events[0], nobody, PublishAcknowledged(0.5, "m9", "9"), *events[1:]], truth)
    assert (
        verdict.bug
        == "the history contradicts itself: at 0.500 s the outcome of m8 is known, which nobody published"
    )
