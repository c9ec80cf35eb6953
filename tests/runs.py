"""Running the command as a stranger would, and playing scenarios in this process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import trio

from cablecheck.checker.verdict import Judgement
from cablecheck.client.profiles import profile_named
from cablecheck.live.session import play_all
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path, read_scenario
from cablecheck.scenario.shelf import shipped

T = TypeVar("T")


def cablecheck(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cablecheck", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )


def told(text: str, name: str = "told") -> Scenario:
    """A scenario from the steps and expectations of a YAML text."""
    return read_scenario(f"name: {name}\nstory: A story of the tests.\n{text}", f"{name}.yaml")


@cache
def shelf() -> tuple[Scenario, ...]:
    """Every shipped scenario, read once: many tests are dealt out a story each."""
    return tuple(read_path(path) for path in shipped())


def play(scenarios: Sequence[Scenario], folder: Path, **wishes: Any) -> dict[str, Judgement]:
    """Play scenarios on real sockets in this process; the judgements by name."""
    wanted: dict[str, Any] = {
        "profile": "hellotext",
        "jobs": 16,
        "report_dir": folder,
        "target": None,
        "stop_at_first": False,
        "strict": False,
        "progress": lambda _: None,
    }
    wanted |= wishes
    wanted["profile"] = profile_named(wanted["profile"])
    judgements = trio.run(partial(play_all, scenarios, **wanted))
    return {judgement.verdict.scenario: judgement for judgement in judgements}


def until(happened: Callable[[], T | None], patience_seconds: float = 30) -> T:
    """Look at another process's doings until something has happened; what the look gave. Fails when patience is over."""

    async def look() -> T:
        with trio.fail_after(patience_seconds):
            while (found := happened()) is None:  # noqa: ASYNC110 - another process sets no event of ours
                await trio.sleep(0.02)
            return found

    return trio.run(look)


def events(run: Path) -> list[dict[str, Any]]:
    """The history of a run, as plain objects; a torn last line is left out."""
    lines = (run / "history.jsonl").read_bytes().split(b"\n")
    return [json.loads(line) for line in lines[:-1]]
