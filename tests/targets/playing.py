"""Playing stories against a target, through a target file as anybody would write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from cablecheck.checker.verdict import WORDS, Judgement, Verdict
from cablecheck.client.profiles import Profile, profile_named
from cablecheck.live.session import play_all
from cablecheck.scenario.model import Scenario
from cablecheck.target.fitting import unfit
from cablecheck.target.reading import FILE, Described, read_target
from tests.runs import shelf

NAME = "here"


class Server(Protocol):
    """What a target says of itself."""

    webchat: str
    token: str

    @property
    def api(self) -> str: ...
    @property
    def cable(self) -> str: ...


def target_file(server: Server, folder: Path, more: str = "", *, api: str | None = None) -> Path:
    """Write a target file with one target, NAME; `more` are further tables of it, `api` the root of another server's REST API."""
    file = folder / FILE
    file.write_text(
        f"[target.{NAME}]\n"
        f'cable = {{url = "{server.cable}"}}\n'
        f'webchat = {{api = "{api or server.api}", id = "{server.webchat}", token = "{server.token}"}}\n{more}',
        encoding="utf-8",
    )
    return file


def described(server: Server, folder: Path, more: str = "", *, api: str | None = None) -> Described:
    """That target, read."""
    return read_target(target_file(server, folder, more, api=api), NAME, {})


async def play_at(
    target: Described,
    scenarios: Sequence[Scenario],
    folder: Path,
    *,
    profile: str = "hellotext",
    without: Sequence[str] = (),
    jobs: int = 8,
) -> dict[str, Judgement]:
    """The judgements by the names of the scenarios, each of which has a session of its own."""
    judgements = await play_all(
        scenarios,
        profile=profile_of(profile, without),
        jobs=jobs,
        report_dir=folder / "reports",
        target=target,
        stop_at_first=False,
        strict=False,
        progress=lambda _: None,
    )
    return {judgement.verdict.scenario: judgement for judgement in judgements}


def profile_of(name: str, without: Sequence[str] = ()) -> Profile:
    """A profile without some of its rules."""
    profile = profile_named(name)
    for rule in without:
        profile = profile.without(rule)
    return profile


def stories(target: Described) -> list[Scenario]:
    """The shipped scenarios that can be played there."""
    return [scenario for scenario in shelf() if unfit(scenario, target.written, target.target) is None]


def gist(verdict: Verdict) -> str:
    """A verdict in a line: how it came out, and what went wrong with which messages, or why nobody knows."""
    wrong = [f"{word} {' '.join(verdict.labels(word))}" for word in WORDS if verdict.labels(word)]
    return "; ".join([str(verdict.outcome), *wrong, *verdict.reasons])
