"""The evidence is real: a nemesis that only says it did something, and a proxy that drops a byte, are both found out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
from msgspec.structs import replace

from cablecheck.checker.expectation import exit_code
from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.errors import ExitCode
from cablecheck.live.proxy_lane import write_all
from cablecheck.nemesis.shadow import PartlyShadow, Shadow
from cablecheck.scenario.model import Faulty, Restart, Scenario, Step
from tests.runs import play, shelf


def test_with_a_nemesis_that_only_journals_every_story_with_a_fault_is_inconclusive(tmp_path: Path) -> None:
    judged = play(shelf(), tmp_path, nemesis=Shadow, jobs=40)
    assert judged.pop("calm").verdict.outcome is Outcome.VERIFIED
    believed = {
        name: judgement.standing for name, judgement in judged.items() if judgement.standing != "inconclusive"
    }
    assert believed == {}


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


@pytest.mark.parametrize("place", [40, 400, 900])
def test_a_proxy_that_drops_one_byte_unasked_ends_with_exit_4(place: int, tmp_path: Path) -> None:
    passed = 0
    dropped = False

    async def lossy(stream: trio.abc.Stream, data: bytes) -> None:
        nonlocal passed, dropped
        passed += len(data)
        if not dropped and passed > place:
            dropped = True
            data = data[:-1]
        await write_all(stream, data)

    stories = [story for story in shelf() if story.name == "calm"]
    judgement = play(stories, tmp_path, pump=lossy)["calm"]
    assert dropped
    assert judgement.standing is Standing.BUG
    assert exit_code(judgement, strict=False) is ExitCode.BUG
    assert "bytes" in str(judgement.verdict.bug)
