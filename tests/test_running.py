"""`cablecheck run` as a stranger runs it, on a few stories: what it ends with when not all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.checker.verdict import Outcome
from cablecheck.errors import ExitCode
from tests.runs import cablecheck, events, play, shelf, told


@pytest.mark.takes(seconds=5)
def test_strict_fails_on_known_losses(tmp_path: Path) -> None:
    ran = cablecheck("run", "first-message-while-down", "--strict", folder=tmp_path)
    assert ran.returncode == ExitCode.VIOLATED


@pytest.mark.takes(seconds=5)
def test_a_fault_that_can_not_fire_proves_nothing(tmp_path: Path) -> None:
    text = "steps:\n  - hold: {what: reject, id: never}\n  - publish: {count: 2}\n  - await: {shown: m2}\n"
    (tmp_path / "vain.yaml").write_text(f"name: vain\nstory: A hold on a frame that never comes.\n{text}")
    ran = cablecheck("run", "vain.yaml", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE
    assert "never" in ran.stdout


def test_an_unreachable_target_is_one_line_and_exit_3(tmp_path: Path) -> None:
    (tmp_path / "cablecheck.toml").write_text(
        '[target.down]\ncable = {url = "ws://127.0.0.1:9/cable"}\n'
        'webchat = {api = "http://127.0.0.1:9/v1", id = "w", session = "s", token = "t"}\n'
    )
    ran = cablecheck("run", "calm", "--target", "down", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE
    assert len((ran.stdout + ran.stderr).strip().splitlines()) == 1
    assert "the target is down" in ran.stderr


@pytest.mark.takes(seconds=7)
def test_the_first_failure_ends_the_rest_in_good_order(tmp_path: Path) -> None:
    sound = [story.name for story in shelf() if not story.defects]
    ran = cablecheck("run", *sound, "-x", "-j", "37", "--profile", "before-catch-up", folder=tmp_path)
    assert ran.returncode == ExitCode.VIOLATED, ran.stderr
    for run in (tmp_path / "reports").iterdir():
        assert events(run)[-1]["event"] == "run-ended"


@pytest.mark.takes(seconds=12)
def test_one_that_hangs_harms_no_other(tmp_path: Path) -> None:
    stuck = told("steps:\n  - await: {event: rejected, within: 8s}\n", "stuck")
    calm = told("steps:\n  - publish: {count: 2}\n  - await: {shown: m2}\n", "calm")
    judged = play([stuck, calm], tmp_path)
    assert judged["calm"].verdict.outcome is Outcome.VERIFIED
    assert judged["stuck"].verdict.outcome is Outcome.INCONCLUSIVE
