"""What `cablecheck run` does: read everything, play it, tell what came of it. Import it late: it pulls in the live world."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import trio

from cablecheck.cli.deploying import words_of
from cablecheck.cli.ending import foreseen
from cablecheck.cli.manners import ask_leave, doings_of, tell_slowed
from cablecheck.cli.progress import displayed
from cablecheck.cli.screen import remark, without_secrets
from cablecheck.cli.simulating import simulate_all
from cablecheck.cli.telling import tell, write_reports
from cablecheck.cli.wishing import Story, Wish, read
from cablecheck.client.profiles import Profile, profile_words
from cablecheck.errors import CablecheckError, ExitCode
from cablecheck.history.folder import began_at
from cablecheck.live.arrival import await_target
from cablecheck.live.session import play_all
from cablecheck.report.kinds import kinds_named
from cablecheck.report.machine import Reported
from cablecheck.report.progress import Finished, Progress
from cablecheck.report.story_line import line_of
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.units import seconds
from cablecheck.target.reading import FILE, Described
from cablecheck.target.webchat import LEARN


def play(wish: Wish) -> ExitCode:
    """Play what was asked for and tell it. Raises BadInputError, with every finding at once, before anything is played."""
    stories, profile, target = read(wish)
    kinds = kinds_named(wish.report)
    scenarios = [story.scenario for story in stories]
    if target is not None:
        _ask_leave(target, scenarios, wish)
    finished: dict[str, Finished] = {}
    ended_by = _waited(target, wish) or _played(scenarios, wish, profile, target, finished)
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
        kinds=kinds,
        report_dir=wish.report_dir,
    )


def _ask_leave(target: Described, scenarios: Sequence[Scenario], wish: Wish) -> None:
    """Ask once. Waiting for the target begins a conversation too."""
    doings = doings_of(scenarios, target.target)
    if wish.wait_for_target is not None:
        hellos = target.target.conversation.count(LEARN)
        doings = replace(doings, messages=doings.messages + hellos, begun=doings.begun + 1)
    ask_leave(target, doings, yes=wish.yes)
    tell_slowed(scenarios, target)


def _waited(target: Described | None, wish: Wish) -> Sequence[CablecheckError]:
    """Wait for the target, where that was asked for; why it never answered, if so."""
    if target is None or wish.wait_for_target is None:
        return ()
    try:
        trio.run(await_target, target, seconds(wish.wait_for_target), remark)
    except Exception as error:
        if ours := foreseen(error):
            return ours
        raise
    return ()


def _played(
    scenarios: Sequence[Scenario],
    wish: Wish,
    profile: Profile,
    target: Described | None,
    finished: dict[str, Finished],
) -> Sequence[CablecheckError]:
    """Play them, each into `finished` as soon as it is; what ended it early, if anything did."""
    with displayed(len(scenarios)) as show:

        def progress(event: Progress) -> None:
            if isinstance(event, Finished):
                finished[event.judgement.verdict.scenario] = event
            show(event)

        try:
            _play_all(scenarios, wish, profile, target, progress)
        except Exception as error:
            if ours := foreseen(error):
                return ours
            raise
    return ()


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
