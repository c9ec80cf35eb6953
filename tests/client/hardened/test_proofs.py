"""Every rule of the hardened client against the scenario that it is there for, simulated."""

import msgspec
import pytest

from cablecheck.checker.verdict import Outcome, Verdict
from cablecheck.client.hardened.proofs import PROOFS, UNWINNABLE
from cablecheck.client.profiles import HARDENED, Profile, Rule
from cablecheck.scenario.known import Known
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf

STORIES = {scenario.name: scenario for scenario in shelf()}
SEEDS = range(3)


def verdicts(scenario: str, profile: Profile) -> list[Verdict]:
    story = msgspec.structs.replace(STORIES[scenario], expect={})
    return [simulate(Cast(story, profile, seed)).judgement.verdict for seed in SEEDS]


@pytest.mark.parametrize("rule", PROOFS)
def test_without_the_rule_its_scenario_is_violated_and_with_it_verified(rule: Rule) -> None:
    without, with_it = verdicts(PROOFS[rule], HARDENED.without(rule)), verdicts(PROOFS[rule], HARDENED)
    assert [verdict.outcome for verdict in without] == [Outcome.VIOLATED] * len(SEEDS)
    assert [verdict.outcome for verdict in with_it] == [Outcome.VERIFIED] * len(SEEDS)


def test_what_no_client_wins_is_what_the_stories_expect() -> None:
    known = {name for name, scenario in STORIES.items() if isinstance(scenario.expect.get("hardened"), Known)}
    assert set(UNWINNABLE) == known
    assert all(why.endswith(".") for why in UNWINNABLE.values())


@pytest.mark.parametrize("scenario", UNWINNABLE)
def test_where_no_client_wins_the_hardened_one_does_not(scenario: str) -> None:
    assert {verdict.outcome for verdict in verdicts(scenario, HARDENED)} == {Outcome.VIOLATED}
