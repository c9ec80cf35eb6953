"""What the checker says of a fault, held against what leaving it out really changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from cablecheck.client.profiles import HELLOTEXT
from cablecheck.hunt.blame import Arrival, Blame, Trial
from cablecheck.hunt.cells import singles
from cablecheck.hunt.worlds import random_world
from cablecheck.scenario.model import Scenario
from cablecheck.sim.world import Cast
from tests.runs import shelf, told
from tests.unmeasured import unmeasured

# Else one reconnect less changes the dice of all later ones.
STEADY = HELLOTEXT.without("jitter")
PARTS = 4
WORLDS = 480  # two thirds of them cells of the sweep; each is played again without each of its faults


def worlds(part: int) -> Iterator[Cast]:
    cells = Random(4).sample(list(singles()), 2 * WORLDS // 3)
    for seed in range(part, WORLDS // 3, PARTS):
        yield Cast(random_world(seed), STEADY, seed)
    for cell in cells[part::PARTS]:
        yield Cast(cell.scenario(), STEADY, 1)


@pytest.mark.takes(seconds=6)
@pytest.mark.parametrize("part", range(PARTS))
@unmeasured()
def test_what_the_checker_believes_of_a_fault_is_so(part: int) -> None:
    """Nearly. Where the message would have been missed all the same (a first subscription without a catch-up), or the client was right to
    ignore what it was sent besides, leaving the fault out changes nothing, and no history of one run can tell. Nor can it tell what a
    hold of an instant does, which is how a cell of the sweep takes aim. What never fired never changed anything, but for a restart of
    the server before any client was there to be touched.
    """
    counts: Counter[tuple[bool, bool | None]] = Counter()
    for cast in worlds(part):
        trial = Trial(cast)
        fired = {fault.fault: fault.fired for fault in trial.whole.judgement.verdict.faults}
        for blame in trial.blames():
            counts[blame.derived, blame.mattered] += 1
            assert fired[blame.fault] or not blame.mattered or blame.verb == "restart", (
                cast.scenario.name,
                blame,
            )
    right, wrong, missed = counts[True, True], counts[True, False], counts[False, True]
    assert right > 30
    assert right / (right + wrong) > 0.8, counts
    assert right / (right + missed) > 0.6, counts
    assert counts[False, False] > 30


GAP = """
steps:
  - publish: {count: 2}
  - await: {shown: m2}
  - hold: {what: subscribe, id: queue}
  - cut: {how: rst, id: outage}
  - publish: {count: 1}
  - await: {fired: queue}
  - wait: {for: 100ms}
  - release: {id: queue}
  - await: {shown: m3}
"""


def blames(scenario: Scenario) -> dict[str, Blame]:
    return {blame.fault: blame for blame in Trial(Cast(scenario, HELLOTEXT, 0)).blames()}


def test_a_cut_without_which_nothing_is_missed_is_to_blame() -> None:
    outage = blames(told(GAP))["outage"]
    assert (outage.derived, outage.changed, outage.besides) == (True, ("m3",), ())


def test_what_a_fault_did_can_not_be_told_where_the_story_stops_without_it() -> None:
    story = """
steps:
  - publish: {count: 2}
  - await: {shown: m2}
  - cut: {how: rst, id: outage}
  - await: {event: connecting, within: 2s}
  - publish: {count: 1}
  - await: {shown: m3}
"""
    outage = blames(told(story))["outage"]
    assert (outage.derived, outage.mattered, outage.stops_at) == (True, None, 4)


def test_two_faults_that_do_the_same_are_left_out_together() -> None:
    twice = told(GAP.replace("- cut:", "- refuse: {how: reset, times: 1, id: door}\n  - cut:"))
    assert blames(twice)["door"].mattered


def test_a_fault_that_another_one_covers_is_to_blame_once_the_other_is_left_out() -> None:
    """The held subscribe changes nothing while the confirmation is held longer."""
    found = blames(next(story for story in shelf() if story.name == "duplicate-delivery"))
    assert found["queue"].besides == ("late",)
    assert found["queue"].mattered


def arrival(*ways: str, before: str = "m1", words: tuple[str, ...] = (), lag: float | None = 0.1) -> Arrival:
    return Arrival(tuple((way, frozenset(before.split())) for way in ways), words, lag)


ARRIVALS = {
    "the same": (arrival("socket"), True),
    "a little later": (arrival("socket", lag=0.14), True),
    "much later": (arrival("socket", lag=0.2), False),
    "by another way": (arrival("catch-up"), False),
    "overtaken": (arrival("socket", before="m1 m3"), False),
    "overtaken by what is in one of the worlds only": (arrival("socket", before="m1 m9"), True),
    "twice": (arrival("socket", "socket"), False),
    "late": (arrival("socket", words=("late",)), False),
    "never": (arrival("socket", lag=None), False),
}


@pytest.mark.parametrize("case", ARRIVALS)
def test_an_arrival_is_the_same_only_if_its_way_its_order_and_its_time_are(case: str) -> None:
    other, same = ARRIVALS[case]
    assert arrival("socket").same(other, among=frozenset({"m1", "m2", "m3"})) is same
