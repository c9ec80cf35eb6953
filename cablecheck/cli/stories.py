"""The stories that a command was asked to play, and why some of them are not."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from cablecheck.cli.screen import remark
from cablecheck.errors import BadInputError
from cablecheck.scenario.defects import Defect
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.rollout import NAME
from cablecheck.scenario.shelf import shipped

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario, and the word that `run` takes for it."""

    scenario: Scenario
    word: str


def with_defects(story: Story, defects: tuple[Defect, ...]) -> Story:
    """The same story, told with these faults of the chat too; then nothing is expected of it any more."""
    scenario = story.scenario
    more = tuple(defect for defect in defects if defect not in scenario.defects)
    if not more:
        return story
    changed = msgspec.structs.replace(scenario, defects=scenario.defects + more, expect={})
    return replace(story, scenario=changed)


def left_out(
    stories: list[Story],
    left: list[Story],
    fact: str,
    option: str,
    findings: list[str],
    named: Container[str],
) -> list[Story]:
    """Without these: one that was named itself is a finding, the others are left out aloud."""
    findings += [
        f"{story.word}: {fact}; play it without {option}{_or_yours(story, option)}"
        for story in left
        if story.word in named
    ]
    others = [story.word for story in left if story.word not in named]
    if others:
        remark(f"left out: {', '.join(others)}; each {fact}")
    return [story for story in stories if story not in left]


def _or_yours(story: Story, option: str) -> str:
    return ", or give your own deploy with --during" if (story.word, option) == (NAME, "--target") else ""


def tried(read: Callable[[], T], findings: list[str]) -> T | None:
    """What was read, or None and its findings among the others: a person wants to hear all of them at once."""
    try:
        return read()
    except BadInputError as error:
        findings += error.findings
        return None


def stories_of(paths: Iterable[Path], findings: list[str]) -> list[Story]:
    """What these files tell; what can't be read, and a name that two of them have, is among the findings."""
    stories: dict[str, Story] = {}
    ours = shipped()
    for path in paths:
        scenario = tried(lambda path=path: read_path(path), findings)  # type: ignore[misc]
        if scenario is None:
            continue
        if scenario.name in stories:
            there = stories[scenario.name].scenario.source
            findings.append(
                f"{path}: a scenario named '{scenario.name}' is in {there} already; rename one of them"
            )
        stories[scenario.name] = Story(scenario, scenario.name if path in ours else str(path))
    return list(stories.values())
