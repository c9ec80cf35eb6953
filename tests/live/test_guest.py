"""What cablecheck does to a target, seen from the target: every byte that arrives is written down and looked at afterwards.

The whole shelf is played there, as far as a target can play it, each story in a conversation of its own. Meanwhile a bystander sits on
the same server, on a socket of its own, and must notice nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trio
from wsproto.events import TextMessage

from cablecheck.checker.verdict import Judgement, Outcome
from cablecheck.client.profiles import profile_named
from cablecheck.history import mark_in
from cablecheck.live.session import play_all
from cablecheck.scenario.model import Scenario, Send, Switch
from cablecheck.target.fitting import unfit
from tests.demo.house import Cable, cable, rest
from tests.live.recorder import Asked, Recorder, recorded
from tests.runs import events, shelf, told

RATE = 25  # messages a second: what the shelf wants at its busiest is more
ROOT = "/v1/public/webchats/w1"


@dataclass
class Bystander:
    """Somebody else's chat on the same server: what its socket was told, and whether it still lives."""

    frames: list[dict[str, Any]] = field(default_factory=list)
    alive: bool = False
    leave: trio.Event = field(default_factory=trio.Event)

    async def sit(self, recorder: Recorder, task_status: trio.TaskStatus[None]) -> None:
        async with (
            rest(recorder.serving) as api,
            cable(recorder.serving) as line,
            trio.open_nursery() as nursery,
        ):
            session, conversation = await api.begin()
            await line.subscribe(session, conversation)
            nursery.start_soon(self._listen, line)
            await api.agent(conversation, "before")
            task_status.started()
            await self.leave.wait()
            await api.agent(conversation, "after")
            with trio.fail_after(10):
                while self.bodies[-1:] != ["after"]:  # noqa: ASYNC110 - the server sets no event of ours
                    await trio.sleep(0.01)
            self.alive = not line.socket.closed
            nursery.cancel_scope.cancel()

    async def _listen(self, line: Cable) -> None:
        """Hear every frame; a ping that stays away is an end."""
        while True:
            with trio.fail_after(10):
                self.frames.append(json.loads(await line.socket.get_message()))

    @property
    def bodies(self) -> list[str]:
        """The messages among the frames."""
        return [frame["message"]["body"] for frame in self.frames if "type" not in frame]


@dataclass(frozen=True)
class Stay:
    """What a target saw of one command."""

    recorder: Recorder
    bystander: Bystander
    judgements: list[Judgement]
    reports: Path

    @property
    def nonces(self) -> set[str]:
        """Of every run."""
        return {events(run)[0]["nonce"] for run in self.reports.iterdir()}

    @property
    def rooms(self) -> int:
        """In how many conversations all stories were told: each begins its own."""
        return sum(len({*events(run)[0].get("rooms", [1])}) for run in self.reports.iterdir())

    @property
    def asked(self) -> Iterator[Asked]:
        for visit in self.recorder.visits:
            if (request := visit.request) is not None:
                yield request

    def posts(self, path: str) -> Iterator[Asked]:
        return (each for each in self.asked if each.method == "POST" and each.path == f"{ROOT}/{path}")

    @property
    def ours(self) -> tuple[set[str], set[str]]:
        """The sessions and the conversations that the server gave out on being asked to, and what the file names or leads to."""
        begun = [post.visit.answer for post in self.posts("sessions")]
        moved = [post.visit.answer for post in self.posts("conversations")]
        named = [self.recorder.named] if self.recorder.named else []
        led_to = [post.visit.answer for post in self.posts("messages") if named and _says(post, "hello")]
        return (
            {each["session"] for each in begun + named},
            {each["conversation"] for each in begun + moved + named + led_to if "conversation" in each},
        )


def stayed(stories: list[Scenario], folder: Path, profile: str, names: Sequence[str] = ()) -> Stay:
    """Play the stories against a server that writes everything down."""

    async def stay() -> Stay:
        async with recorded(names, f'max_rate = "{RATE}/s"') as recorder, trio.open_nursery() as nursery:
            bystander = Bystander()
            await nursery.start(bystander.sit, recorder)
            fit = [
                each
                for each in stories
                if unfit(each, recorder.target.written, recorder.target.target) is None
            ]
            judgements = await play_all(
                fit,
                profile=profile_named(profile),
                jobs=16,  # the server has its turns in the same process
                report_dir=folder,
                target=recorder.target,
                stop_at_first=False,
                strict=False,
                progress=lambda _: None,
            )
            bystander.leave.set()
        return Stay(recorder, bystander, judgements, folder)

    return trio.run(stay)


def look(stay: Stay) -> None:
    """Everything that must be true of a guest."""
    assert stay.judgements
    only_what_the_target_file_describes(stay)
    only_into_conversations_of_its_own(stay)
    every_message_is_marked_and_posted_once(stay)
    the_cable_is_spoken_to_as_a_page_does(stay)
    no_faster_than_allowed(stay)
    the_bystander_noticed_nothing(stay)


def only_what_the_target_file_describes(stay: Stay) -> None:
    routes = Counter((each.method, each.path) for each in stay.asked)
    described = {
        ("POST", f"{ROOT}/sessions"),
        ("POST", f"{ROOT}/conversations"),
        ("POST", f"{ROOT}/messages"),
        ("GET", f"{ROOT}/messages"),
        ("GET", "/cable"),
    }
    assert set(routes) <= described, routes
    assert routes["POST", f"{ROOT}/messages"] >= 2 * len(stay.judgements)
    for each in stay.asked:
        assert each.method == "POST" or not each.body
        assert ("upgrade" in each.headers) == (each.path == "/cable")


def _says(post: Asked, label: str) -> bool:
    return str(mark_in(post.json["body"])).endswith(f":{label}]")


def only_into_conversations_of_its_own(stay: Stay) -> None:
    sessions, conversations = stay.ours
    assert len(sessions) == (1 if stay.recorder.named else stay.rooms)
    for post in [*stay.posts("messages"), *stay.posts("conversations")]:
        said = post.json
        assert said.get("session") in sessions or said.get("conversation") in conversations, said
    for each in stay.asked:
        if each.method == "GET" and each.path != "/cable":
            assert each.query["session"] in sessions


def every_message_is_marked_and_posted_once(stay: Stay) -> None:
    marks = [mark_in(post.json["body"]) for post in stay.posts("messages")]
    assert None not in marks
    nonces = {str(mark).split(":")[1] for mark in marks}
    assert nonces == stay.nonces
    assert [mark for mark, times in Counter(marks).items() if times > 1] == []


def the_cable_is_spoken_to_as_a_page_does(stay: Stay) -> None:
    sessions, conversations = stay.ours
    commands = Counter[str]()
    for visit in stay.recorder.visits:
        if visit.request is None or visit.request.path != "/cable":
            continue
        for frame in visit.frames():
            if isinstance(frame, TextMessage):
                said = json.loads(frame.data)
                commands[said["command"]] += 1
                about = json.loads(said["identifier"])
                assert about["session"] in sessions
                assert about["conversation"] in conversations
    assert commands["subscribe"] >= len(stay.judgements)
    assert set(commands) <= {"subscribe", "unsubscribe", "message"}


def no_faster_than_allowed(stay: Stay) -> None:
    """When something arrives is the machine's doing too, so this is looked at over seconds; the turns themselves have their own tests."""
    at = sorted(each.visit.at for each in stay.asked if each.method == "POST")
    for start in at:
        assert sum(start <= other < start + 4 for other in at) <= 4 * RATE + RATE / 2


def the_bystander_noticed_nothing(stay: Stay) -> None:
    kinds = Counter(frame.get("type", "message") for frame in stay.bystander.frames)
    assert set(kinds) <= {"ping", "message"}
    bodies = [
        frame["message"]["body"]
        for frame in stay.bystander.frames
        if "message" in frame and "type" not in frame
    ]
    assert bodies == ["before", "after"]
    assert stay.bystander.alive


@pytest.mark.takes(seconds=65)
def test_the_whole_shelf_is_a_good_guest(tmp_path: Path) -> None:
    stay = stayed(list(shelf()), tmp_path, "hellotext")
    assert len(stay.judgements) > 45
    look(stay)


@pytest.mark.takes(seconds=40)
def test_the_hardened_client_is_a_good_guest_too(tmp_path: Path) -> None:
    """It asks more often, and its visitors speak as all others do."""
    spoken = [
        each for each in shelf() if any(isinstance(placed.step, Send | Switch) for placed in each.steps)
    ]
    stay = stayed(spoken, tmp_path, "hardened")
    assert len(stay.judgements) >= 5
    look(stay)


@pytest.mark.takes(seconds=12)
@pytest.mark.parametrize("names", [["session"], ["session", "conversation"]])
def test_a_conversation_that_the_file_names_is_the_only_one(tmp_path: Path, names: list[str]) -> None:
    stay = stayed([told("steps:\n  - publish: {count: 2}\n  - send:\n")], tmp_path, "hardened", names)
    assert [judgement.verdict.outcome for judgement in stay.judgements] == [Outcome.VERIFIED]
    assert not list(stay.posts("sessions"))
    assert sum(_says(post, "hello") for post in stay.posts("messages")) == 2 - len(names)
    look(stay)
