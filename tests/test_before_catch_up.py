"""The profile without the pull request is the negative control: what it loses must be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.checker.verdict import Standing
from cablecheck.scenario.model import Cut, Publish, Restart
from tests.runs import play, shelf

pytestmark = pytest.mark.takes(seconds=30)


def test_the_client_before_the_pull_request_is_caught_by_label_wherever_a_gap_is(tmp_path: Path) -> None:
    stories = shelf()
    judged = play(stories, tmp_path, profile="before-catch-up", jobs=40)
    assert judged["calm"].standing == Standing.VERIFIED
    for story in stories:
        verbs = [placed.step for placed in story.steps]
        first_cut = next((at for at, step in enumerate(verbs) if isinstance(step, Cut | Restart)), None)
        if first_cut is not None and any(isinstance(step, Publish) for step in verbs[first_cut:]):
            verdict = judged[story.name].verdict
            assert judged[story.name].standing == Standing.VIOLATED, story.name
            assert verdict.labels("lost"), story.name
            assert all(finding.id for finding in verdict.findings if finding.word == "lost"), story.name
