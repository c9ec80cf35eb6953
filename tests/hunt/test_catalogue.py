"""The catalogue: every row stands there, and each that can be provoked is."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from msgspec.structs import replace

from cablecheck.chat.defects.registry import DEFECTS
from cablecheck.checker.evidence import FAULT_VERBS
from cablecheck.client.profiles import profile_named
from cablecheck.history import Armed, Event, Fired, Healed, Released, RunBegan, TruthRead
from cablecheck.hunt.catalogue import CATALOGUE, Row, rows_of
from cablecheck.nemesis.shadow import PartlyShadow
from cablecheck.scenario.defects import Defect
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf

STORIES = {scenario.name: scenario for scenario in shelf()}
# Whose rules a row is about, where it is not the SDK's.
PROFILES = {"N18": "rails", "C03": "rails", "C11": "rails"}
JOURNAL = Armed | Fired | Released | Healed | RunBegan | TruthRead


def test_every_row_stands_there_once_and_in_order() -> None:
    wanted = [
        f"{letter}{number:02}"
        for letter, last in (("F", 31), ("C", 32), ("N", 18))
        for number in range(1, last + 1)
    ]
    assert [row.id for row in CATALOGUE] == wanted


def test_a_row_has_means_and_a_story_or_else_a_reason() -> None:
    for row in CATALOGUE:
        assert bool(row.means) == bool(row.scenario) != bool(row.reason), row
        assert set(row.means) <= FAULT_VERBS | set(Defect), row


def test_a_defect_and_the_catalogue_name_each_other() -> None:
    ids = {row.id for row in CATALOGUE}
    for defect, flaw in DEFECTS.items():
        assert set(rows_of(defect)) <= set(flaw.rows) <= ids, defect


def test_every_verb_and_every_defect_but_the_sdks_own_provokes_a_row() -> None:
    unprovoking = {verb for verb in FAULT_VERBS if not rows_of(verb)}
    assert unprovoking <= {
        *("reorder", "delay", "page"),  # which a defect does to the chat itself
        "deploy",  # what a command of the user's own provokes, nobody knows
    }


def happened(scenario: Scenario, profile: str, spared: Collection[str] = ()) -> list[Event]:
    """What happened, without what the journal says of it; `spared` verbs do nothing."""
    steps = [placed.step for placed in scenario.steps if placed.verb in spared]
    nemesis = lambda rng: PartlyShadow(rng, lambda step: any(step is each for each in steps))  # noqa: E731
    events = simulate(Cast(scenario, profile_named(profile), 1, nemesis=nemesis)).events
    return [event for event in events if not isinstance(event, JOURNAL)]


@pytest.mark.parametrize("row", [row for row in CATALOGUE if row.means], ids=lambda row: row.id)
def test_the_story_of_a_row_goes_otherwise_without_what_provokes_it(row: Row) -> None:
    scenario, profile = STORIES[row.scenario], PROFILES.get(row.id, "hellotext")
    without = replace(scenario, defects=tuple(each for each in scenario.defects if each not in row.means))
    verbs = [mean for mean in row.means if mean in FAULT_VERBS]
    assert happened(scenario, profile) != happened(without, profile, verbs)
    assert happened(scenario, profile) == happened(scenario, profile)
