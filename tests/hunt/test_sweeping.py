"""A sweep counts every cell once, whatever the number of processes, and calls nothing proved that was not played."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cablecheck.checker.verdict import FaultEvidence, Finding, Verdict
from cablecheck.checker.verdict import Outcome as Judged
from cablecheck.errors import BadInputError
from cablecheck.hunt import sweeping
from cablecheck.hunt.outcomes import Outcome, Result, result_of
from cablecheck.hunt.sweeping import Plan, Sweep, play, sweep
from tests.runs import told
from tests.unmeasured import unmeasured

FEW = Plan("hellotext", random=600, seed=3)


@pytest.mark.takes(seconds=6)
@unmeasured()
def test_the_same_plan_gives_the_same_sweep_on_one_process_and_on_two() -> None:
    told_of: list[int] = []
    alone, together = sweep(FEW, jobs=1), sweep(FEW, jobs=2, progress=told_of.append)
    assert alone == together
    assert sum(told_of) == 600
    assert alone.whole
    assert alone.outcomes[Outcome.LOSING] > 10
    assert alone.outcomes.total() == 600


def test_a_single_cell_that_loses_loses_again_when_it_is_played_as_a_story() -> None:
    plan = Plan("hellotext", pairs=False)
    names = {plan.scenario(index).name: index for index in range(plan.size)}
    index = names["reconnect-during-answer-fin-publish-at-strike-1"]
    result, seconds = play(plan, index)
    assert result == Result(Outcome.LOSING, {"lost": ("m3",)})
    assert seconds > 3
    assert plan.place(index) == ("reconnect during-answer", "fin")


def test_a_cell_that_is_not_reached_says_so() -> None:
    """hellotext asks for nothing after a first confirmation."""
    plan = Plan("hellotext", pairs=False)
    names = {plan.scenario(index).name: index for index in range(plan.size)}
    assert play(plan, names["page-before-answer-rst-publish-before-all"])[0].outcome is Outcome.UNREACHED


@unmeasured()
def test_a_pair_stands_apart_in_the_matrix() -> None:
    plan = Plan("hellotext")
    assert plan.size > 200_000
    assert plan.place(plan.size - 1) == ("reconnect during-answer, then another", "refuse")
    assert Plan("hellotext", random=5).place(2) == ("random worlds", "all")


def test_a_sweep_that_was_not_played_to_its_end_is_not_whole() -> None:
    swept = Sweep(replace(FEW, random=2))
    swept.add(0, Result(Outcome.EFFECTIVE))
    assert not swept.whole
    swept.add(1, Result(Outcome.DEAF))
    assert swept.whole
    assert [index for index, _ in swept.losing] == [1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sweep_that_is_stopped_is_not_whole(jobs: int) -> None:
    told_of: list[int] = []
    swept = sweep(FEW, jobs=jobs, progress=told_of.append, stopped=lambda: told_of)
    assert 0 < swept.played == sum(told_of) < 600
    assert not swept.whole


def test_an_error_of_ours_is_raised_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("cablecheck.sim.world.World.play", broken)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        play(FEW, 0)


def test_a_run_that_does_not_end_is_counted_as_hung(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cablecheck.sim.world.BUDGET", 20)
    assert play(FEW, 0)[0].outcome is Outcome.HUNG


def test_a_rule_is_left_out_by_name_and_an_unknown_one_is_bad_input() -> None:
    assert Plan("hellotext", ("jitter",)).client.name == "hellotext-without-jitter"
    with pytest.raises(BadInputError, match="no rule 'jitterr'"):
        _ = Plan("hellotext", ("jitterr",)).client


FIRED = FaultEvidence("f", "cut", fired=1)
STAKED = FaultEvidence("f", "cut", fired=1, felt=True, mattered=True)
LOST, PROBE = Finding("lost", "m1"), Finding("lost", "p1", probe=True)
RESULTS = {
    "a loss is one, however the story was told": ((LOST,), (FIRED,), False, Outcome.LOSING),
    "a story that was not told as written": ((), (STAKED,), False, Outcome.UNREACHED),
    "a lost probe": ((PROBE,), (STAKED,), True, Outcome.DEAF),
    "nothing at stake": ((), (FIRED,), True, Outcome.IDLE),
    "something at stake": ((), (STAKED,), True, Outcome.EFFECTIVE),
}


@pytest.mark.parametrize("case", RESULTS)
def test_what_a_verdict_says_of_a_cell(case: str) -> None:
    findings, faults, as_written, outcome = RESULTS[case]
    verdict = Verdict(Judged.VERIFIED, findings=findings, faults=faults, stored=1)
    result = result_of(verdict, told=as_written)
    assert result.outcome is outcome
    assert str(result) == ("lost m1" if outcome is Outcome.LOSING else outcome)


def test_a_worlds_plan_is_its_seed_and_its_place() -> None:
    plan = Plan("hellotext", random=10, seed=100)
    assert (plan.size, plan.seed_of(3), plan.scenario(3).name) == (10, 103, "world-103")
    assert sweeping.MOST_KEPT > 10
    assert told("steps:\n  - publish:\n").name == "told"
