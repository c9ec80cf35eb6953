"""What a [webchat] stands for, and which stories a target can play."""

from __future__ import annotations

import pytest

from cablecheck.target.fitting import unfit
from cablecheck.target.reading import Described, read_text
from cablecheck.target.webchat import completed, has_one_conversation, is_the_sdks
from cablecheck.target.wire import Wire
from tests.runs import told
from tests.target.files import described

WEBCHAT = """
[target.t]
cable = {url = "wss://chat.example/cable"}
webchat = {api = "https://chat.example/v1/", id = "w", token = "abcdef"%s}
"""


def webchat(more: str = "", tables: str = "") -> Described:
    return read_text(WEBCHAT % more + tables, "x.toml", "t", {})


def test_a_webchat_says_everything() -> None:
    target = webchat().target
    wire = Wire(target, {**target.values, "session": "s", "conversation": "c", "body": "b"})
    assert wire.identifier == '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"c"}'
    assert target.publish is not None
    assert wire.publishing(target.publish).url == "https://chat.example/v1/public/webchats/w/messages"
    assert target.catch_up is not None
    ask = wire.listing(target.catch_up, "7")
    assert ask is not None
    assert ask.url == "https://chat.example/v1/public/webchats/w/messages?after_id=7&session=s"
    assert is_the_sdks(webchat().written)


BEGINNINGS = {
    "a session of its own": ("", ["sessions"]),
    "a session whose conversation is asked for": (", session = 's'", ["messages"]),
    "both are known": (", session = 's', conversation = 'c'", []),
}


@pytest.mark.parametrize(("more", "asked"), BEGINNINGS.values(), ids=list(BEGINNINGS))
def test_a_conversation_begins_with_what_is_not_known(more: str, asked: list[str]) -> None:
    steps = webchat(more).target.conversation
    assert [step.request.rpartition("/")[2] for step in steps] == asked


def test_what_the_file_says_itself_stands() -> None:
    tables = "live = {select = {type = 'other'}}\ntruth = {ledger = true}\nsend = {request = 'POST https://chat.example/{body}'}\n"
    whole = webchat(tables=tables)
    assert whole.target.live.select == {"type": "other"}
    assert whole.target.truth.ledger
    assert whole.target.send is not None
    assert whole.target.send.request == "POST https://chat.example/{body}"
    assert not is_the_sdks(whole.written)


def test_without_a_webchat_nothing_is_added() -> None:
    assert completed(described().written) == described().target
    assert not is_the_sdks(described().written)


STORIES = {
    "publish: {count: 1}": None,
    "restart:": "restarts the server, for which the target file has no [restart]",
    "send:": "lets the visitor send, for which the target file has no [send]",
    "switch:": "moves to another conversation, which only a chat in hellotext.js's own words tells its page",
    "publish: {created_at: -3s}": "chooses created_at, for which the target file's [publish] has no created_at_field",
    "page: {limit: 2}": "shortens a page of {messages, next}, which is not how this target answers",
}


@pytest.mark.parametrize(("step", "fact"), STORIES.items(), ids=list(STORIES))
def test_a_target_plays_what_it_can(step: str, fact: str | None) -> None:
    scenario = told(f"steps:\n  - publish:\n  - {step}\n")
    least = described()
    assert unfit(scenario, least.written, least.target) == fact
    whole = webchat(tables="restart = {command = './restart'}\n")
    assert unfit(scenario, whole.written, whole.target) is None


def test_a_story_with_a_defect_is_the_bundled_chats() -> None:
    scenario = told("defects: [muted-stream]\nsteps:\n  - publish: {count: 5}\n")
    fact = "is told with a defect, which only the bundled chat can switch on"
    assert unfit(scenario, webchat().written, webchat().target) == fact


ONE_CONVERSATION = {
    "begun anew": ("", False),
    "a session whose conversation is asked for": (", session = 's'", True),
    "named": (", session = 's', conversation = 'c'", True),
}


@pytest.mark.parametrize(("more", "one"), ONE_CONVERSATION.values(), ids=list(ONE_CONVERSATION))
def test_a_file_that_names_a_conversation_has_one(more: str, one: bool) -> None:
    target = webchat(more)
    assert has_one_conversation(target.target) is one
    several = told("conversations: 2\nsteps:\n  - publish:\n")
    fact = "has several conversations, and the target file names one"
    assert unfit(several, target.written, target.target) == (fact if one else None)
