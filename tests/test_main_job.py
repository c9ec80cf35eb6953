"""The whole of it, as a stranger runs it: every shipped story on real sockets."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cablecheck.checker.verdict import WORDS, Judgement, Standing
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.errors import ExitCode
from cablecheck.history import Event, FetchSent, PublishAcknowledged
from cablecheck.history.lines import read_events
from cablecheck.report.machine import read_json
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import cablecheck, shelf
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.takes(seconds=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("main-job")


@pytest.fixture(scope="module")
def main_job(folder: Path) -> subprocess.CompletedProcess[str]:
    with unmeasured():
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
            if fault.get("moot"):
                continue  # the SDK offers no subprotocol that could be taken away
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


def test_every_story_is_told_alike_in_both_worlds(
    main_job: subprocess.CompletedProcess[str], folder: Path
) -> None:
    """The same standing, the same words and labels, and the same catch-up cursors, simulated and over real sockets."""
    live = {
        run["verdict"]["scenario"]: gist(folder / run["folder"])
        for run in json.loads(main_job.stdout)["runs"]
    }
    different = {
        story.name: (live[story.name], simulated)
        for story in shelf()
        if story.world == "both" and (simulated := simulated_gist(story)) != live[story.name]
    }
    assert different == {}


def gist(run: Path) -> dict[str, object]:
    """What a live run comes to."""
    read = read_events((run / "history.jsonl").read_bytes().splitlines(keepends=True)).events
    return come_to(read_json((run / "verdict.json").read_bytes()), read)


def simulated_gist(story: Scenario) -> dict[str, object]:
    simulated = simulate(Cast(story, HELLOTEXT, seed=1))
    return come_to(simulated.judgement, simulated.events)


def come_to(judgement: Judgement, happened: Iterable[Event]) -> dict[str, object]:
    """The standing, what went wrong with which message, and the message after which each catch-up of each client asked."""
    labels: dict[str, str] = {}
    asked: dict[str, list[str]] = {}
    for event in happened:
        if isinstance(event, PublishAcknowledged):
            labels[event.id] = event.label
        elif isinstance(event, FetchSent) and event.catch_up:
            asked.setdefault(event.client, []).append(
                *parse_qs(urlsplit(event.url).query).get("after_id", "-")
            )
    verdict = judgement.verdict
    return {
        "standing": str(judgement.standing),
        **{word: verdict.labels(word) for word in WORDS},
        "cursors": {client: [labels.get(id_, id_) for id_ in ids] for client, ids in asked.items()},
    }
