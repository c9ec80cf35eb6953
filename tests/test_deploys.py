"""Deploys, for real: a server of the user's own that a script takes down and brings up again, and the one-liner that CI runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import junitparser
import pytest

from cablecheck.errors import ExitCode
from tests.report.runner import commands_in
from tests.runs import cablecheck, events, until
from tests.test_workflows import steps

STORY = Path(__file__).parent / "stories" / "rollout.yaml"
TOKEN = "the-agents-own-secret"
DEMO = (
    f"{shlex.quote(sys.executable)} -m cablecheck demo --data chat.sqlite3 --token {TOKEN} --webchat w --json"
)

# The old process is gone before the new one begins, as in a deploy without a second machine.
DEPLOY = """\
#!/bin/sh
set -eu
cd "$(dirname "$0")"
echo "stopping $(cat server.pid)"
kill "$(cat server.pid)"
while kill -0 "$(cat server.pid)" 2> /dev/null && ! grep -q '^State:.Z' "/proc/$(cat server.pid)/status"; do sleep 0.05; done
sleep 1
rm -f said.json
{demo} --port {port} > said.json 2>> server.log &
echo $! > server.pid
until test -s said.json; do sleep 0.05; done
echo "started $(cat server.pid) for $AGENT_TOKEN"
"""


@dataclass(frozen=True)
class Staging:
    """A server that runs in a folder, with a deploy.sh and a target file beside it."""

    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return cablecheck("run", *words, "--target", "staging", folder=self.folder)

    @property
    def log(self) -> str:
        [log] = self.folder.glob("reports/*/deploy-3.log")
        return log.read_text()


def _said(folder: Path) -> dict[str, Any] | None:
    said = folder / "said.json"
    return json.loads(said.read_text()) if said.exists() and said.read_text().endswith("\n") else None


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    monkeypatch.setenv("AGENT_TOKEN", TOKEN)
    with (tmp_path / "said.json").open("wb") as said, (tmp_path / "server.log").open("wb") as log:
        words = [*shlex.split(DEMO), "--port", "0"]
        server = subprocess.Popen(words, cwd=tmp_path, stdout=said, stderr=log)
    (tmp_path / "server.pid").write_text(f"{server.pid}\n")
    began = until(lambda: _said(tmp_path))
    script = tmp_path / "deploy.sh"
    script.write_text(DEPLOY.format(demo=DEMO, port=began["port"]))
    script.chmod(0o755)
    (tmp_path / "cablecheck.toml").write_text(
        f"[target.staging]\ncable = {{url = {json.dumps(began['cable'])}}}\n"
        f"webchat = {{api = {json.dumps(began['api'])}, id = 'w', token = '${{AGENT_TOKEN}}'}}\n"
    )
    yield Staging(tmp_path)
    os.kill(int((tmp_path / "server.pid").read_text()), signal.SIGKILL)
    server.wait(10)


@pytest.mark.takes(seconds=20)
def test_the_one_liner_verifies_a_client_that_loses_nothing(staging: Staging) -> None:
    ran = staging.run("deploy", "--during", "./deploy.sh", "--profile", "hardened", "--json")
    assert ran.returncode == ExitCode.VERIFIED, ran.stdout + ran.stderr
    [run] = json.loads(ran.stdout)["runs"]
    [fault] = run["verdict"]["faults"]
    assert (fault["verb"], fault["fired"], fault["felt"], fault["mattered"]) == ("deploy", 6, True, True)
    assert re.fullmatch(r"started [0-9]+ for \*\*\*", staging.log.splitlines()[-1])
    kept = [path for path in (staging.folder / "reports").rglob("*") if path.is_file()]
    assert [path.name for path in kept if TOKEN in path.read_text()] == []
    assert TOKEN not in ran.stdout + ran.stderr
    assert "--during ./deploy.sh" in run["play_again"]
    judged = cablecheck("judge", run["folder"], folder=staging.folder)
    assert judged.returncode == ExitCode.VERIFIED, judged.stdout + judged.stderr
    assert f"cablecheck run {run['folder']}/scenario.yaml" in judged.stdout


@pytest.mark.takes(seconds=20)
def test_the_deploy_of_the_readmes_workflow_works_as_it_is_written(staging: Staging) -> None:
    [script] = [step["run"] for step in steps("staging") if "--during" in step.get("run", "")]
    summary = staging.folder / "step.md"
    of_the_runner = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "CI": "true"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=staging.folder,
        env=os.environ | of_the_runner | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ran.returncode == ExitCode.VERIFIED, ran.stdout + ran.stderr
    assert commands_in(ran.stdout + ran.stderr) == []
    assert summary.read_text().startswith(
        "## cablecheck: VERIFIED: 1 scenario judged: 1 verified; exit code 0\n"
    )
    reports = staging.folder / "reports" / "deploy"
    assert (reports / "summary.md").read_text() == summary.read_text()
    xml = junitparser.JUnitXml.fromfile(str(reports / "junit.xml"))
    assert [(suite.name, suite.failures, suite.errors, suite.skipped) for suite in xml] == [
        ("deploy", 0, 0, 0)
    ]


@pytest.mark.takes(seconds=80)
def test_the_one_liner_finds_what_a_client_without_a_catch_up_loses(staging: Staging) -> None:
    ran = staging.run(
        "deploy", "--during", "./deploy.sh", "--profile", "before-catch-up", "--conversations", "1",
        "--clients", "1", "--rate", "4/s",
    )  # fmt: skip
    assert ran.returncode == ExitCode.VIOLATED, ran.stdout + ran.stderr
    assert "VIOLATED deploy (before-catch-up): lost " in ran.stdout
    assert "felt; mattered to " in ran.stdout


@pytest.mark.takes(seconds=15)
def test_a_story_of_ones_own_runs_a_command_that_it_names(staging: Staging) -> None:
    (staging.folder / "rollout.yaml").write_text(STORY.read_text())
    ran = staging.run("rollout.yaml")
    assert ran.returncode == ExitCode.VERIFIED, ran.stdout + ran.stderr
    assert "started " in staging.log


@pytest.mark.takes(seconds=10)
def test_a_deploy_that_fails_proves_nothing_and_says_why(tmp_path: Path) -> None:
    ran = cablecheck("run", "deploy", "--during", "echo no such image >&2; exit 3", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE, ran.stdout + ran.stderr
    why = "the deploy itself failed: deploy ended with exit code 3 ('no such image'); see deploy-3.log"
    assert why in ran.stdout


@pytest.mark.takes(seconds=10)
def test_a_deploy_that_ends_no_connection_proves_nothing(tmp_path: Path) -> None:
    ran = cablecheck("run", "deploy", "--during", "true", "--clients", "2", "--rate", "5/s", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE, ran.stdout + ran.stderr
    assert "the deploy ended no connection: a rolling restart kept the sockets, or the command restarted" in (
        ran.stdout
    )


@pytest.mark.takes(seconds=10)
def test_a_deploy_that_can_not_be_started_and_one_that_hangs_prove_nothing(tmp_path: Path) -> None:
    steps = "steps:\n  - publish: {count: 2}\n  - deploy: {command: [./no-such.sh]}\n  - publish:\n"
    head = "story: A story.\nworld: live\nwhy: a command\n"
    (tmp_path / "absent.yaml").write_text(f"name: absent\n{head}{steps}")
    hung = steps.replace("[./no-such.sh]", "sleep 300, within: 1s")
    (tmp_path / "hung.yaml").write_text(f"name: hung\n{head}{hung}")
    ran = cablecheck("run", "absent.yaml", "hung.yaml", folder=tmp_path)
    assert ran.returncode == ExitCode.INCONCLUSIVE, ran.stdout + ran.stderr
    assert "deploy-2 could not be started: No such file or directory" in ran.stdout
    assert "deploy-2 did not end in time and was killed by SIGTERM" in ran.stdout


# Commands that nobody asked for


@pytest.mark.takes(seconds=10)
def test_a_command_is_only_run_for_whoever_names_its_story(tmp_path: Path) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    steps = "steps:\n  - publish: {count: 1}\n"
    (stories / "calm.yaml").write_text(f"name: calm\nstory: A calm one.\n{steps}")
    deploy = f"{steps}  - deploy: {{command: touch run}}\n  - publish:\n"
    (stories / "touch.yaml").write_text(f"name: touch\nstory: A.\nworld: live\nwhy: a command\n{deploy}")
    ran = cablecheck("run", "stories", folder=tmp_path)
    assert ran.returncode == ExitCode.VERIFIED, ran.stdout + ran.stderr
    assert "left out: stories/touch.yaml; each runs a command of its own; name it itself to have it run" in (
        ran.stderr
    )
    assert not (tmp_path / "run").exists()
    (stories / "calm.yaml").unlink()
    ran = cablecheck("run", "stories", folder=tmp_path)
    assert ran.returncode == ExitCode.BAD_INPUT
    assert ran.stderr == "stories/touch.yaml: runs a command of its own; name it itself to have it run\n"
    cablecheck("run", "./stories/touch.yaml", folder=tmp_path)
    assert (tmp_path / "run").exists()


# However a run ends, its command ends with it


def under_way(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A run whose command is under way, and that command's process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", "run", "deploy", "--during", "echo $$ > pid; sleep 300"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    pid = folder / "pid"
    return process, until(lambda: int(pid.read_text()) if pid.exists() and pid.read_text().strip() else None)


def gone(pid: int) -> bool | None:
    """True once there is no such process, or only what nobody has waited for; None until then."""
    try:
        return True if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z" else None
    except OSError:
        return True


@pytest.mark.takes(seconds=5)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_command_running(number: signal.Signals, tmp_path: Path) -> None:
    process, pid = under_way(tmp_path)
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert gone(pid)
    assert "the deploy itself failed: deploy was killed when the run was over; see deploy-3.log" in said
    [run] = tmp_path.glob("reports/*")
    assert [event["event"] for event in events(run)][-2:] == ["deploy-ended", "run-ended"]


@pytest.mark.takes(seconds=5)
def test_a_run_that_is_killed_leaves_no_command_running(tmp_path: Path) -> None:
    process, pid = under_way(tmp_path)
    process.kill()
    process.communicate(timeout=30)
    assert until(lambda: gone(pid))
