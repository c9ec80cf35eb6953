"""The whole of it, as a stranger runs it: every shipped story on real sockets."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.errors import ExitCode
from tests.runs import cablecheck, events, play, shelf, told

pytestmark = pytest.mark.takes(seconds=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("main-job")


@pytest.fixture(scope="module")
def main_job(folder: Path) -> subprocess.CompletedProcess[str]:
    return cablecheck("run", "--json", folder=folder)


def test_the_main_job_exits_0_and_every_known_loss_is_known(
    main_job: subprocess.CompletedProcess[str],
) -> None:
    said = json.loads(main_job.stdout)
    odd = {
        run["verdict"]["scenario"]: (run["standing"], run.get("why"))
        for run in said["runs"]
        if run["standing"] not in {Standing.VERIFIED, Standing.KNOWN}
    }
    assert odd == {}
    assert main_job.returncode == ExitCode.VERIFIED
    assert len(said["runs"]) == len(shelf()) >= 16


def test_every_fault_of_every_story_fires_is_felt_and_matters(
    main_job: subprocess.CompletedProcess[str],
) -> None:
    for run in json.loads(main_job.stdout)["runs"]:
        for fault in run["verdict"].get("faults", []):
            assert fault.get("fired"), (run["verdict"]["scenario"], fault)
            assert fault.get("felt"), (run["verdict"]["scenario"], fault)
            assert fault.get("mattered"), (run["verdict"]["scenario"], fault)


def test_what_the_files_say_is_what_the_run_said(
    main_job: subprocess.CompletedProcess[str], folder: Path
) -> None:
    """judge makes the same verdict again from every folder."""
    said = {run["verdict"]["run"]: run["standing"] for run in json.loads(main_job.stdout)["runs"]}
    again = cablecheck("judge", "--json", *map(str, sorted((folder / "reports").iterdir())), folder=folder)
    assert {run["verdict"]["run"]: run["standing"] for run in json.loads(again.stdout)["runs"]} == said
    assert again.returncode == main_job.returncode


def test_strict_fails_on_known_losses(folder: Path) -> None:
    ran = cablecheck("run", "first-message-while-down", "--strict", folder=folder)
    assert ran.returncode == ExitCode.VIOLATED


def test_a_fault_that_can_not_fire_proves_nothing(tmp_path: Path) -> None:
    text = "steps:\n  - hold: {what: reject, id: never}\n  - publish: {count: 2}\n  - await: {shown: m2}\n"
    (tmp_path / "vain.yaml").write_text(f"name: vain\nstory: A hold on a frame that never comes.\n{text}")
    ran = cablecheck("run", "vain.yaml", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE
    assert "never" in ran.stdout


def test_an_unreachable_target_is_one_line_and_exit_3(tmp_path: Path) -> None:
    (tmp_path / "down.toml").write_text(
        'cable = "ws://127.0.0.1:9/cable"\napi = "http://127.0.0.1:9/v1"\nwebchat = "w"\nsession = "s"\ntoken = "t"\n'
    )
    ran = cablecheck("run", "calm", "--target", "down.toml", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE
    assert len((ran.stdout + ran.stderr).strip().splitlines()) == 1
    assert "the target is down" in ran.stderr


def test_the_first_failure_ends_the_rest_in_good_order(tmp_path: Path) -> None:
    ran = cablecheck("run", "-x", "-j", "37", "--profile", "before-catch-up", folder=tmp_path)
    assert ran.returncode == ExitCode.VIOLATED, ran.stderr
    for run in (tmp_path / "reports").iterdir():
        assert events(run)[-1]["event"] == "run-ended"


def test_one_that_hangs_harms_no_other(tmp_path: Path) -> None:
    stuck = told("steps:\n  - await: {event: rejected, within: 8s}\n", "stuck")
    calm = told("steps:\n  - publish: {count: 2}\n  - await: {shown: m2}\n", "calm")
    judged = play([stuck, calm], tmp_path)
    assert judged["calm"].verdict.outcome is Outcome.VERIFIED
    assert judged["stuck"].verdict.outcome is Outcome.INCONCLUSIVE
