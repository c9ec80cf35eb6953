"""Playing stories against a target by the command line, through a target file, as anybody would."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import trio

from cablecheck.checker.verdict import WORDS, Judgement, Verdict
from cablecheck.errors import ExitCode
from cablecheck.report.machine import read_json
from cablecheck.scenario.model import Scenario
from cablecheck.target.fitting import unfit
from cablecheck.target.reading import FILE, read_target
from tests.runs import events, shelf

NAME = "here"
_CATCH_UP = """\
[target.here.catch_up]
request = "GET {api}/public/webchats/{webchat}/messages?after_id={cursor}&session={session}&limit=LIMIT"
next = "next"
"""
STORIES = Path(__file__).parent / "stories"


class Server(Protocol):
    """What a target says of itself."""

    webchat: str
    token: str

    @property
    def api(self) -> str: ...
    @property
    def cable(self) -> str: ...


def write_target(
    server: Server,
    folder: Path,
    *,
    api: str | None = None,
    subprotocols: Sequence[str] = (),
    page_limit: int | None = None,
) -> Path:
    """Write a target file with one target, NAME.

    `api` is the root of another server's REST API; `page_limit`: a catch-up asks for pages of this size.
    """
    offered = f", subprotocols = {json.dumps(subprotocols)}" if subprotocols else ""
    file = folder / FILE
    file.write_text(
        f"[target.{NAME}]\n"
        'max_rate = "10000/s"\n'  # it is ours: nobody else's chat suffers
        'deadlines = {answer = "30s"}\n'  # nor is it anybody's fault that the machine is busy
        f'cable = {{url = "{server.cable}"{offered}}}\n'
        f'webchat = {{api = "{api or server.api}", id = "{server.webchat}", token = "{server.token}"}}\n'
        + (_CATCH_UP.replace("LIMIT", str(page_limit)) if page_limit else ""),
        encoding="utf-8",
    )
    return file


def playable(target_file: Path) -> list[Scenario]:
    """The shipped scenarios that can be played there."""
    target = read_target(target_file, NAME, {})
    return [scenario for scenario in shelf() if unfit(scenario, target.written, target.target) is None]


@dataclass(frozen=True)
class Run:
    """One scenario as it was played: its judgement, and the folder of the run."""

    judgement: Judgement
    folder: Path

    @property
    def verdict(self) -> Verdict:
        """What came of it."""
        return self.judgement.verdict

    @property
    def gist(self) -> str:
        """The verdict in a line."""
        return gist_of(self.verdict)

    def wrong(self) -> dict[str, tuple[str, ...]]:
        """What went wrong with which messages, by their labels."""
        return wrong_in(self.verdict)

    def happened(self, kind: str) -> Iterator[dict[str, Any]]:
        """The events of a kind, in order."""
        return (event for event in events(self.folder) if event["event"] == kind)


def wrong_in(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    """What went wrong with which messages, by their labels."""
    return {word: verdict.labels(word) for word in WORDS if verdict.labels(word)}


def gist_of(verdict: Verdict) -> str:
    """A verdict in a line: how it came out, what went wrong with which messages, and why nobody knows, if so."""
    wrong = [f"{word} {' '.join(labels)}" for word, labels in wrong_in(verdict).items()]
    return "; ".join([str(verdict.outcome), *wrong, *verdict.reasons])


@dataclass(frozen=True)
class Played:
    """What a command came to."""

    exit_code: int
    said: str
    runs: dict[str, Run]


async def play(
    words: Sequence[str | Path],
    folder: Path,
    *,
    profile: str = "hellotext",
    without: Sequence[str] = (),
    jobs: int = 8,
) -> Played:
    """`cablecheck run` with these scenarios against the target of the folder's file.

    It is not measured how much of the code that covers: other tests show that, and these are many.
    """
    reports = folder / "reports"
    command = [sys.executable, "-m", "cablecheck", "run", *map(str, words), "--profile", profile]
    command += [word for rule in without for word in ("--without", rule)]
    command += ["--jobs", str(jobs), "--report-dir", str(reports), "--target", NAME]
    environment = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_START"}
    ran = await trio.run_process(
        command, cwd=folder, env=environment, check=False, capture_stdout=True, capture_stderr=True,
    )  # fmt: skip
    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode in {ExitCode.VERIFIED, ExitCode.VIOLATED, ExitCode.INCONCLUSIVE}, said
    # In the order of their folders' names, which begin with the time: of one that was played again the last counts.
    read = [Run(read_json(file.read_bytes()), file.parent) for file in sorted(reports.glob("*/verdict.json"))]
    return Played(ran.returncode, said, {run.verdict.scenario: run for run in read})
