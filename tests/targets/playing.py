"""Playing stories against a target, in this process: each in a session of its own, several at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import trio

from cablecheck.checker.verdict import WORDS, Judgement, Verdict
from cablecheck.client.profiles import Profile, profile_named
from cablecheck.live.chat_api import ChatApi
from cablecheck.live.judged import Performance, perform
from cablecheck.live.targets import Place, Target
from cablecheck.scenario.model import Restart, Scenario
from tests.runs import shelf


class Server(Protocol):
    """What a target says of itself."""

    webchat: str
    token: str

    @property
    def api(self) -> str: ...
    @property
    def cable(self) -> str: ...


async def place_at(server: Server) -> Place:
    """A new session there."""
    chat = ChatApi(server.api, server.webchat, server.token)
    try:
        session, conversation = await chat.open_session()
    finally:
        await chat.aclose()
    target = Target(server.cable, server.api, server.webchat, session, server.token, conversation)
    return Place(
        server.api, server.cable, server.api, server.webchat, server.token, session, conversation, target.masked()
    )


async def play_at(
    server: Server,
    scenarios: Iterable[Scenario],
    folder: Path,
    *,
    profile: str = "hellotext",
    without: Sequence[str] = (),
    jobs: int = 8,
) -> dict[str, Judgement]:
    """The judgements by the names of the scenarios."""
    judgements: dict[str, Judgement] = {}
    performance = Performance(profile_of(profile, without), folder, lambda _: None)
    slots = trio.CapacityLimiter(jobs)

    async def play(scenario: Scenario) -> None:
        async with slots:
            place = await place_at(server)
            await perform(performance, scenario, place, None, trio.Event(), deliver)

    def deliver(judgement: Judgement, _run: Path) -> None:
        judgements[judgement.verdict.scenario] = judgement

    async with trio.open_nursery() as nursery:
        for scenario in scenarios:
            nursery.start_soon(play, scenario)
    return judgements


def profile_of(name: str, without: Sequence[str] = ()) -> Profile:
    """A profile without some of its rules."""
    profile = profile_named(name)
    for rule in without:
        profile = profile.without(rule)
    return profile


def stories() -> list[Scenario]:
    """The shipped scenarios that any server can play: told without a defect of the bundled chat, and without restarting it."""
    return [
        scenario
        for scenario in shelf()
        if not scenario.defects and not any(isinstance(at.step, Restart) for at in scenario.steps)
    ]


def gist(verdict: Verdict) -> str:
    """A verdict in a line: how it came out, and what went wrong with which messages."""
    wrong = [f"{word} {' '.join(verdict.labels(word))}" for word in WORDS if verdict.labels(word)]
    return "; ".join([str(verdict.outcome), *wrong, *verdict.reasons])
