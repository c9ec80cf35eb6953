"""The evidence is real: a nemesis that only says that it did something is found out, of all faults and of any one among real ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cablecheck.checker.verdict import Judgement, Outcome
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.nemesis.shadow import PartlyShadow, Shadow
from cablecheck.scenario.model import Faulty, Restart, Scenario, Step
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import play, shelf

FAULTY = [
    story for story in shelf() if any(isinstance(placed.step, Faulty | Restart) for placed in story.steps)
]


def with_a_liar(scenario: Scenario) -> Iterator[tuple[Scenario, Step, str]]:
    """The scenario once for each of its faults, with that one's step as an object of its own; and its verb."""
    for index, placed in enumerate(scenario.steps):
        if isinstance(placed.step, Faulty | Restart):
            liar = replace(placed.step)
            steps = (*scenario.steps[:index], replace(placed, step=liar), *scenario.steps[index + 1 :])
            yield replace(scenario, name=f"{scenario.name} {index + 1}", steps=steps), liar, placed.verb


def believed(judgement: Judgement, name: str) -> list[str]:
    """Why the liar, whose step the name tells, is believed, if it is."""
    faults = judgement.verdict.faults
    return [fault.why for fault in faults if fault.felt and name.endswith(f" {fault.step}")]


@pytest.mark.parametrize("story", FAULTY, ids=lambda story: story.name)
def test_a_simulated_nemesis_that_only_journals_proves_nothing(story: Scenario) -> None:
    for seed in range(3):
        verdict = simulate(Cast(story, HELLOTEXT, seed, nemesis=Shadow)).judgement.verdict
        assert verdict.outcome is not Outcome.VERIFIED
        assert not any(fault.felt for fault in verdict.faults)


# Their chat itself leaves a subscribe unanswered, as the held one would be.
UNDECIDED = {"confirm-lost", "zombie-subscription"}


@pytest.mark.parametrize(
    "story", [story for story in FAULTY if story.name not in UNDECIDED], ids=lambda story: story.name
)
def test_one_simulated_fault_that_is_only_journalled_is_not_believed_though_the_others_are_real(
    story: Scenario,
) -> None:
    for told, liar, _ in with_a_liar(story):
        nemesis = lambda rng, liar=liar: PartlyShadow(rng, lambda step: step is liar)  # noqa: E731
        judgement = simulate(Cast(told, HELLOTEXT, 0, nemesis=nemesis)).judgement
        assert believed(judgement, told.name) == [], told.name


@pytest.mark.takes(seconds=20)
def test_over_real_sockets_too_a_liar_of_each_verb_is_not_believed(tmp_path: Path) -> None:
    by_verb = {verb: (told, liar) for story in reversed(FAULTY) for told, liar, verb in with_a_liar(story)}
    liars = {id(liar) for _, liar in by_verb.values()}
    judged = play(
        [told for told, _ in by_verb.values()],
        tmp_path,
        nemesis=lambda rng: PartlyShadow(rng, lambda step: id(step) in liars),
    )
    assert {name: why for name, judgement in judged.items() if (why := believed(judgement, name))} == {}
    assert len(judged) == len(by_verb) > 12


@pytest.mark.takes(seconds=15)
def test_over_real_sockets_too_a_nemesis_that_only_journals_proves_nothing(tmp_path: Path) -> None:
    names = (
        "socket-kill",
        "clean-close",
        "catch-up-fails",
        "half-open-then-reset",
        "duplicate-delivery",
        "slow-line",
    )
    judged = play([story for story in FAULTY if story.name in names], tmp_path, nemesis=Shadow)
    assert {
        name for name, judgement in judged.items() if judgement.verdict.outcome is Outcome.INCONCLUSIVE
    } == {*names}
