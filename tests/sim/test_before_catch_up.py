"""The client before the pull request is the negative control: what it loses is found."""

from __future__ import annotations

import pytest

from cablecheck.checker.verdict import Standing
from cablecheck.client.profiles import BEFORE_CATCH_UP
from cablecheck.scenario.model import Cut, Publish, Restart, Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf


@pytest.mark.parametrize("story", shelf(), ids=lambda story: story.name)
def test_the_client_before_the_pull_request_is_caught_by_label_wherever_a_gap_is(story: Scenario) -> None:
    judgement = simulate(Cast(story, BEFORE_CATCH_UP, 0)).judgement
    verbs = [placed.step for placed in story.steps]
    first_cut = next((at for at, step in enumerate(verbs) if isinstance(step, Cut | Restart)), None)
    if story.name == "calm":
        assert judgement.standing == Standing.VERIFIED
    elif first_cut is not None and any(isinstance(step, Publish) for step in verbs[first_cut:]):
        assert judgement.standing == Standing.VIOLATED
        assert judgement.verdict.labels("lost")
        assert all(finding.id for finding in judgement.verdict.findings if finding.word == "lost")
