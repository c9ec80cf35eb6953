"""However a run is ended, it ends in good order: what stands is healed, what there is is written, and nothing is left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablecheck.checker.verdict import Standing
from cablecheck.errors import ExitCode
from tests.runs import cablecheck, events, until

pytestmark = pytest.mark.takes(seconds=2)

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
