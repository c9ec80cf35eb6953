"""The evidence of each fault is its own: one that is only journalled is found out among real ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cablecheck.nemesis.shadow import PartlyShadow
from cablecheck.scenario.model import Faulty, Restart, Scenario, Step
from tests.runs import play, shelf

pytestmark = pytest.mark.takes(seconds=60)


def test_one_fault_of_a_story_that_is_only_journalled_is_not_believed_though_the_others_are_real(
    tmp_path: Path,
) -> None:
    stories = [story for each in shelf() for story in _with_a_liar(each)]
    liars = {id(liar) for _, liar in stories}
    judged = play(
        [story for story, _ in stories],
        tmp_path,
        nemesis=lambda rng: PartlyShadow(rng, lambda step: id(step) in liars),
        jobs=24,  # all at once, the machine is so slow that a hold of 100 ms can't be told from it
    )
    believed = {
        name: fault.why
        for name, judgement in judged.items()
        for fault in judgement.verdict.faults
        if fault.felt and name.endswith(f" {fault.step}")
    }
    assert believed == {}
    assert len(judged) == len(stories)


def _with_a_liar(scenario: Scenario) -> Iterator[tuple[Scenario, Step]]:
    """The scenario once for each of its faults, with that one's step as an object of its own."""
    for index, placed in enumerate(scenario.steps):
        if isinstance(placed.step, Faulty | Restart):
            liar = replace(placed.step)
            steps = (*scenario.steps[:index], replace(placed, step=liar), *scenario.steps[index + 1 :])
            yield replace(scenario, name=f"{scenario.name} {index + 1}", steps=steps), liar
