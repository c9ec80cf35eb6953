"""What was asked of `cablecheck run`, and what of it can be played."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from cablecheck.cli.deploying import deploy_story, is_named, runs_a_command
from cablecheck.cli.screen import keep_secret, remark
from cablecheck.client.profiles import Profile, profile_named
from cablecheck.errors import BadInputError
from cablecheck.report.kinds import kinds_named
from cablecheck.scenario.defects import Defect, defects_named
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path
from cablecheck.scenario.rollout import NAME
from cablecheck.scenario.shelf import find_all, shipped
from cablecheck.scenario.units import seconds
from cablecheck.target.fitting import unfit
from cablecheck.target.reading import FILE, Described, read_target

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line; nothing of it is read yet."""

    words: tuple[str, ...] = ()
    profile: str = "hellotext"
    without: tuple[str, ...] = ()
    simulate: bool = False
    seed: int | None = None
    jobs: int = 1
    report_dir: Path = Path("reports")
    as_json: bool = False
    stop_at_first: bool = False
    strict: bool = False
    defects: tuple[str, ...] = ()
    target: str | None = None
    targets: Path = Path(FILE)
    during: str | None = None
    within: str | None = None
    clients: int | None = None
    conversations: int | None = None
    rate: str | None = None
    yes: bool = False
    wait_for_target: str | None = None
    report: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario, and the word that `run` takes for it."""

    scenario: Scenario
    word: str


def read(wish: Wish) -> tuple[list[Story], Profile, Described | None]:
    """The stories, the profile and the target that were asked for. Raises BadInputError, with every finding at once."""
    findings: list[str] = []
    profile = _try(lambda: _profile(wish), findings)
    if wish.simulate and wish.target is not None:
        findings.append(
            "--simulate: no target is simulated but the bundled chat; leave one of --simulate and --target out"
        )
    if wish.seed is not None and not wish.simulate:
        findings.append("--seed: over real sockets chance is not ours; give --simulate too")
    _try(lambda: _check_place(wish.report_dir), findings)
    _try(lambda: kinds_named(wish.report), findings)
    target = _try(lambda: _target(wish), findings)
    findings += _wait_findings(wish)
    stories = _wanted(wish, findings)
    defects = _try(lambda: defects_named(wish.defects), findings) or ()
    if wish.target is not None and defects:
        findings.append("--defect: only the bundled chat has defects to switch on; leave out --target")
    if target is not None:
        stories = _within(_playable_there(stories, target, findings, wish.words), target)
    if wish.simulate:
        stories = _without_live(stories, findings, wish.words)
    if findings or profile is None:
        raise BadInputError(*findings)
    if any(set(defects).difference(story.scenario.defects) for story in stories):
        remark("with --defect no expectation of a scenario holds: a loss is a loss, known or not")
    return [_with_defects(story, defects) for story in stories], profile, target


def _target(wish: Wish) -> Described | None:
    if wish.target is None:
        return None
    described = read_target(wish.targets, wish.target, os.environ)
    keep_secret(described.secrets.masked)
    return described


def _wait_findings(wish: Wish) -> list[str]:
    if wish.wait_for_target is None:
        return []
    if wish.target is None:
        return ["--wait-for-target: the bundled server is waited for anyway; leave it out, or give --target"]
    try:
        seconds(wish.wait_for_target)
    except ValueError as error:
        return [f"--wait-for-target: {error}"]
    return []


def _wanted(wish: Wish, findings: list[str]) -> list[Story]:
    """The stories that were asked for. One that runs a command is only played if it was named itself: a folder is no consent."""
    deploy = _try(lambda: deploy_story(wish), findings)
    if wish.during is not None:
        return [Story(deploy, NAME)] if deploy else []
    stories = _stories(_try(lambda: find_all(wish.words), findings) or (), findings)
    left = [
        story for story in stories if runs_a_command(story.scenario) and not is_named(story.word, wish.words)
    ]
    fact = "runs a command of its own; name it itself to have it run"
    if left and len(left) == len(stories):
        findings += [f"{story.word}: {fact}" for story in left]
    elif left:
        remark(f"left out: {', '.join(story.word for story in left)}; each {fact}")
    return [story for story in stories if story not in left]


def _profile(wish: Wish) -> Profile:
    profile = profile_named(wish.profile)
    for rule in wish.without:
        profile = profile.without(rule)
    return profile


def _without_live(stories: list[Story], findings: list[str], named: Container[str]) -> list[Story]:
    """The stories that can be simulated."""
    left = [story for story in stories if story.scenario.world == "live"]
    return _left_out(
        stories, left, "can be played over real sockets only", "--simulate", findings, named=named
    )


def _with_defects(story: Story, defects: tuple[Defect, ...]) -> Story:
    scenario = story.scenario
    more = tuple(defect for defect in defects if defect not in scenario.defects)
    if not more:
        return story
    changed = msgspec.structs.replace(scenario, defects=scenario.defects + more, expect={})
    return replace(story, scenario=changed)


def _playable_there(
    stories: list[Story], described: Described, findings: list[str], named: Container[str]
) -> list[Story]:
    """The stories that this target can play."""
    reasons = {story.word: unfit(story.scenario, described.written, described.target) for story in stories}
    for fact in dict.fromkeys(reason for reason in reasons.values() if reason is not None):
        left = [story for story in stories if reasons[story.word] == fact]
        stories = _left_out(stories, left, fact, "--target", findings, named)
    return stories


def _within(stories: list[Story], described: Described) -> list[Story]:
    """With the target's own deadline: what a slow one needs is no loss."""
    recovered = described.target.deadlines.recovered
    if recovered is None:
        return stories
    return [
        replace(each, scenario=msgspec.structs.replace(each.scenario, deadline=recovered)) for each in stories
    ]


def _left_out(
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


def _try(read: Callable[[], T], findings: list[str]) -> T | None:
    """What was read, or None and its findings among the others: a person wants to hear all of them at once."""
    try:
        return read()
    except BadInputError as error:
        findings += error.findings
        return None


def _stories(paths: Iterable[Path], findings: list[str]) -> list[Story]:
    stories: dict[str, Story] = {}
    ours = shipped()
    for path in paths:
        scenario = _try(lambda path=path: read_path(path), findings)  # type: ignore[misc]
        if scenario is None:
            continue
        if scenario.name in stories:
            there = stories[scenario.name].scenario.source
            findings.append(
                f"{path}: a scenario named '{scenario.name}' is in {there} already; rename one of them"
            )
        stories[scenario.name] = Story(scenario, scenario.name if path in ours else str(path))
    return list(stories.values())


def _check_place(report_dir: Path) -> None:
    """Each run makes its own folder; that there can be one is said before anything is played, and nothing is made yet."""
    places = (report_dir, *report_dir.absolute().parents)
    there = next(place for place in places if os.path.exists(place))  # noqa: PTH110 - False for a name that is too long
    if not there.is_dir():
        fact = f"{there} is a file"
    elif not os.access(there, os.W_OK | os.X_OK):
        fact = f"{there} may not be written to"
    else:
        return
    raise BadInputError(f"--report-dir {report_dir}: {fact}; give a folder that you may write to")
