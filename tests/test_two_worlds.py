"""One story, two worlds: what a scenario shows over real sockets it shows in virtual time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cablecheck.checker.verdict import WORDS, Judgement
from cablecheck.client.profiles import profile_named
from cablecheck.history import Event, FetchSent, PublishAcknowledged
from cablecheck.history.lines import read_events
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import play, shelf

# before-catch-up waits in vain in nearly every story, which over real sockets takes a minute and shows nothing that hellotext does not.
PROFILES = ("hellotext",)


def told(judgement: Judgement, events: Iterable[Event]) -> dict[str, object]:
    """What must be the same in both worlds: the standing, what went wrong with which message, and where each catch-up began."""
    verdict = judgement.verdict
    return {
        "standing": judgement.standing,
        **{word: verdict.labels(word) for word in WORDS},
        "cursors": cursors(events),
    }


def cursors(events: Iterable[Event]) -> dict[str, list[str]]:
    """The label after which each catch-up of each client asked, in order."""
    labels: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    asked: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, PublishAcknowledged):
            labels[event.id] = event.label
        elif isinstance(event, FetchSent) and event.catch_up:
            after = parse_qs(urlsplit(event.url).query).get("after_id", ["-"])
            asked.append((event.client, after[0]))
    for client, after_id in asked:
        found.setdefault(client, []).append(labels.get(after_id, after_id))
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_every_story_is_told_alike_in_both_worlds(profile: str, tmp_path: Path) -> None:
    stories = [story for story in shelf() if story.world == "both"]
    live = played_live(stories, profile, tmp_path)
    different = {
        story.name: (live[story.name], simulated)
        for story in stories
        if (simulated := played_simulated(story, profile)) != live[story.name]
    }
    assert different == {}


def played_live(stories: list[Scenario], profile: str, folder: Path) -> dict[str, dict[str, object]]:
    judgements = play(stories, folder, profile=profile)
    runs = {run.name.split("Z-", 1)[1].rsplit("-", 1)[0]: run for run in folder.iterdir()}
    return {
        name: told(
            judgement, read_events((runs[name] / "history.jsonl").read_bytes().splitlines(True)).events
        )
        for name, judgement in judgements.items()
    }


def played_simulated(story: Scenario, profile: str) -> dict[str, object]:
    simulated = simulate(Cast(story, profile_named(profile), seed=1))
    return told(simulated.judgement, simulated.events)
