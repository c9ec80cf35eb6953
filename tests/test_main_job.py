"""The whole of it, as a stranger runs it: every shipped story on real sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.errors import ExitCode
from cablecheck.scenario.model import Cut, Publish, Restart
from tests.runs import cablecheck, events, play, shelf, told, until


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


def test_the_client_before_the_pull_request_is_caught_by_label_wherever_a_gap_is(tmp_path: Path) -> None:
    stories = shelf()
    judged = play(stories, tmp_path, profile="before-catch-up")
    assert judged["calm"].standing == Standing.VERIFIED
    for story in stories:
        verbs = [placed.step for placed in story.steps]
        first_cut = next((at for at, step in enumerate(verbs) if isinstance(step, Cut | Restart)), None)
        if first_cut is not None and any(isinstance(step, Publish) for step in verbs[first_cut:]):
            verdict = judged[story.name].verdict
            assert judged[story.name].standing == Standing.VIOLATED, story.name
            assert verdict.labels("lost"), story.name
            assert all(finding.id for finding in verdict.findings if finding.word == "lost"), story.name


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


FAULTS = {
    "none": "",
    "port": "  - refuse: {how: port}\n  - cut: {how: rst}\n",
    "hang": "  - refuse: {how: hang}\n  - cut: {how: fin}\n",
    "blackhole": "  - blackhole: {direction: both}\n",
    "hold": "  - hold: {what: message}\n",
}
LONG = "  - publish: {count: 200, rate: 20/s}\n  - settle: {within: 5s}\n"


def started(folder: Path, fault: str = "none") -> tuple[subprocess.Popen[str], Path]:
    """A long run under way: its process and its folder, in which some messages are published already."""
    (folder / "long.yaml").write_text(f"name: long\nstory: A long one.\nsteps:\n{FAULTS[fault]}{LONG}")
    process = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", "run", "long.yaml"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )

    def under_way() -> Path | None:
        runs = list(folder.glob("reports/*-long-*/history.jsonl"))
        published = runs[0].read_bytes().count(b'"publish-acknowledged"') if runs else 0
        return runs[0].parent if published > 10 else None

    return process, until(under_way)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_interrupt_heals_whatever_stands_and_writes_what_there_is(fault: str, tmp_path: Path) -> None:
    process, run = started(tmp_path, fault)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED, complaint
    assert "INCONCLUSIVE" in said
    assert_ended_in_good_order(run, tmp_path)
    happened = [event["event"] for event in events(run)]
    assert happened.count("healed") == (fault != "none")


def test_a_termination_ends_a_run_in_good_order(tmp_path: Path) -> None:
    process, run = started(tmp_path)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == ExitCode.TERMINATED
    assert_ended_in_good_order(run, tmp_path)


def assert_ended_in_good_order(run: Path, folder: Path) -> None:
    assert events(run)[-1]["event"] == "run-ended"
    assert events(run)[-1]["ended"] == "interrupted"
    assert json.loads((run / "verdict.json").read_bytes())["standing"] == Standing.INCONCLUSIVE
    assert_nothing_left(folder)


def test_what_an_interrupt_heals_still_reaches_the_client(tmp_path: Path) -> None:
    process, run = started(tmp_path, "hold")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    happened = events(run)
    healed = next(at for at, event in enumerate(happened) if event["event"] == "healed")
    assert any(event["event"] == "shown" for event in happened[healed:])


def test_the_first_failure_ends_the_rest_in_good_order(tmp_path: Path) -> None:
    ran = cablecheck("run", "-x", "-j", "37", "--profile", "before-catch-up", folder=tmp_path)
    assert ran.returncode == ExitCode.VIOLATED, ran.stderr
    for run in (tmp_path / "reports").iterdir():
        assert events(run)[-1]["event"] == "run-ended"


def test_a_killed_run_is_judged_on_what_is_there(tmp_path: Path) -> None:
    process, run = started(tmp_path)
    process.kill()
    process.communicate(timeout=20)
    judged = cablecheck("judge", str(run), folder=tmp_path)
    assert judged.returncode == ExitCode.INCONCLUSIVE
    assert "cut short" in judged.stdout
    assert_nothing_left(tmp_path)


def assert_nothing_left(folder: Path) -> None:
    """The run's server keeps its data in this folder: no process that names it may remain."""
    until(lambda: True if not [words for words in _commands() if str(folder) in words] else None)


def _commands() -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue


def test_one_that_hangs_harms_no_other(tmp_path: Path) -> None:
    stuck = told("steps:\n  - await: {event: rejected, within: 8s}\n", "stuck")
    calm = told("steps:\n  - publish: {count: 2}\n  - await: {shown: m2}\n", "calm")
    judged = play([stuck, calm], tmp_path)
    assert judged["calm"].verdict.outcome is Outcome.VERIFIED
    assert judged["stuck"].verdict.outcome is Outcome.INCONCLUSIVE
