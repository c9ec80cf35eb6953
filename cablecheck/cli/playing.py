"""What `cablecheck run` does: read everything, play it, tell what came of it. Import it late: it pulls in the live world."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import trio

from cablecheck.cli.deploying import deploy_story, is_named, runs_a_command, words_of
from cablecheck.cli.ending import foreseen
from cablecheck.cli.manners import ask_leave, doings_of, tell_slowed
from cablecheck.cli.progress import displayed
from cablecheck.cli.screen import keep_secret, remark, without_secrets
from cablecheck.cli.simulating import simulate_all
from cablecheck.cli.stories import Story, left_out, stories_of, tried, with_defects
from cablecheck.cli.telling import tell, write_reports
from cablecheck.client.profiles import Profile, profile_named, profile_words
from cablecheck.errors import BadInputError, CablecheckError, ExitCode
from cablecheck.history.folder import began_at
from cablecheck.live.session import play_all
from cablecheck.report.kinds import kinds_named
from cablecheck.report.machine import Reported
from cablecheck.report.progress import Finished, Progress
from cablecheck.report.story_line import line_of
from cablecheck.scenario.defects import defects_named
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.rollout import NAME
from cablecheck.scenario.shelf import find_all
from cablecheck.target.fitting import unfit
from cablecheck.target.reading import FILE, Described, read_target


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
    report: tuple[str, ...] = ()


def play(wish: Wish) -> ExitCode:
    """Play what was asked for and tell it. Raises BadInputError, with every finding at once, before anything is played."""
    stories, profile, target = _read(wish)
    if target is not None:
        scenarios = [story.scenario for story in stories]
        ask_leave(target, doings_of(scenarios, target.target), yes=wish.yes)
        tell_slowed(scenarios, target)
    finished: dict[str, Finished] = {}
    ended_by: Sequence[CablecheckError] = ()
    with displayed(len(stories)) as show:

        def progress(event: Progress) -> None:
            if isinstance(event, Finished):
                finished[event.judgement.verdict.scenario] = event
            show(event)

        try:
            _play_all([story.scenario for story in stories], wish, profile, target, progress)
        except Exception as error:
            ended_by = foreseen(error)
            if not ended_by:
                raise
    reported = [
        _reported(finished[story.scenario.name], story, wish)
        for story in stories
        if story.scenario.name in finished
    ]
    for one in reported:
        write_reports(one, verdict=False)
    return tell(
        reported,
        asked=len(stories),
        strict=wish.strict,
        as_json=wish.as_json,
        ended_by=ended_by,
        unplayed=[story.scenario.name for story in stories if story.scenario.name not in finished],
        kinds=kinds_named(wish.report),
        report_dir=wish.report_dir,
    )


def _play_all(
    scenarios: Sequence[Scenario],
    wish: Wish,
    profile: Profile,
    target: Described | None,
    progress: Callable[[Progress], None],
) -> None:
    ways: dict[str, Any] = {
        "profile": profile,
        "report_dir": wish.report_dir,
        "stop_at_first": wish.stop_at_first,
        "strict": wish.strict,
        "progress": progress,
    }
    if wish.simulate:
        simulate_all(scenarios, seed=wish.seed or 0, **ways)
    else:
        trio.run(partial(play_all, scenarios, jobs=wish.jobs, target=target, **ways))


def _reported(finished: Finished, story: Story, wish: Wish) -> Reported:
    words = ["cablecheck", "run", story.word, *words_of(wish)]
    words += profile_words(finished.judgement.verdict.profile)
    words += [word for defect in wish.defects for word in ("--defect", defect)]
    if wish.simulate:
        words += ["--simulate", "--seed", str(wish.seed or 0)]
    if wish.target is not None:
        words += ["--target", wish.target]
        words += ["--targets", str(wish.targets)] if wish.targets != Path(FILE) else []
    return Reported(
        finished.judgement,
        str(finished.folder),
        without_secrets(shlex.join(words)),
        story=None if story.word == story.scenario.name else story.word,
        line=line_of(story.scenario, finished.judgement.verdict),
        began=began_at(finished.folder),
    )


def _read(wish: Wish) -> tuple[list[Story], Profile, Described | None]:
    findings: list[str] = []
    profile = tried(lambda: _profile(wish), findings)
    if wish.simulate and wish.target is not None:
        findings.append(
            "--simulate: no target is simulated but the bundled chat; leave one of --simulate and --target out"
        )
    if wish.seed is not None and not wish.simulate:
        findings.append("--seed: over real sockets chance is not ours; give --simulate too")
    tried(lambda: _check_place(wish.report_dir), findings)
    tried(lambda: kinds_named(wish.report), findings)
    target = tried(lambda: _target(wish), findings)
    stories = _wanted(wish, findings)
    defects = tried(lambda: defects_named(wish.defects), findings) or ()
    if wish.target is not None and defects:
        findings.append("--defect: only the bundled chat has defects to switch on; leave out --target")
    if target is not None:
        stories = _playable_there(stories, target, findings, wish.words)
    if wish.simulate:
        stories = _without_live(stories, findings, wish.words)
    if findings or profile is None:
        raise BadInputError(*findings)
    if any(set(defects).difference(story.scenario.defects) for story in stories):
        remark("with --defect no expectation of a scenario holds: a loss is a loss, known or not")
    return [with_defects(story, defects) for story in stories], profile, target


def _target(wish: Wish) -> Described | None:
    if wish.target is None:
        return None
    described = read_target(wish.targets, wish.target, os.environ)
    keep_secret(described.secrets.masked)
    return described


def _wanted(wish: Wish, findings: list[str]) -> list[Story]:
    """The stories that were asked for. One that runs a command is only played if it was named itself: a folder is no consent."""
    deploy = tried(lambda: deploy_story(wish), findings)
    if wish.during is not None:
        return [Story(deploy, NAME)] if deploy else []
    stories = stories_of(tried(lambda: find_all(wish.words), findings) or (), findings)
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
    return left_out(
        stories, left, "can be played over real sockets only", "--simulate", findings, named=named
    )


def _playable_there(
    stories: list[Story], described: Described, findings: list[str], named: Container[str]
) -> list[Story]:
    """The stories that this target can play."""
    reasons = {story.word: unfit(story.scenario, described.written, described.target) for story in stories}
    for fact in dict.fromkeys(reason for reason in reasons.values() if reason is not None):
        left = [story for story in stories if reasons[story.word] == fact]
        stories = left_out(stories, left, fact, "--target", findings, named)
    return stories


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
