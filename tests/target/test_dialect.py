"""Between the reference client, which speaks as hellotext.js does, and a target that words things in its own way."""

from __future__ import annotations

import json

import pytest

from cablecheck.cable import commands, frames
from cablecheck.target.dialect import Dialect
from cablecheck.target.wire import Ask
from tests.target.files import wire

OWN = '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"c"}'
THEIRS = '{ "room":"1", "channel":"C" }'
MORE = """
live = {select = {kind = "said"}, id = "key", body = "text", created_at_format = "s"}
send = {request = "POST https://chat.example/say", form = {text = "{body}", tag = "{nonce}"}, accept = [302, 201], own_id = "{nonce}"}
"""


def dialect(more: str = MORE, **tables: str) -> Dialect:
    tables = {"subscription": f"{{identifier = '{THEIRS}'}}"} | tables
    return Dialect(wire(more=more, **tables), OWN)


COMMANDS = {
    "subscribing": (commands.subscribe(OWN), commands.subscribe(THEIRS, bare=True)),
    "unsubscribing": (commands.unsubscribe(OWN), commands.unsubscribe(THEIRS, bare=True)),
    "typing": (commands.perform(OWN, "typing"), None),
    "what no command is": ("hello", "hello"),
}


@pytest.mark.parametrize(("said", "sent"), COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_goes_out_in_the_targets_words(said: str, sent: str | None) -> None:
    assert dialect().command(said) == sent


def test_the_identifier_goes_out_byte_for_byte() -> None:
    sent = dialect().command(commands.subscribe(OWN))
    assert sent is not None
    assert json.loads(sent)["identifier"] == THEIRS


ANEW = '{"channel":"C","room":"1"}'  # as django-actioncable writes it
OTHER = '{"room":"2","channel":"C"}'
OWN_ANEW = json.dumps(json.loads(OWN), sort_keys=True)
MINE = {"kind": "said", "key": 7, "text": "hi", "created_at": 1764036000}
TOLD = {"type": "message", "id": 7, "body": "hi", "created_at": "2025-11-25T02:00:00.000Z"}
FRAMES = {
    "a confirmation": (frames.confirm(THEIRS), frames.confirm(OWN)),
    "one that the server wrote anew": (frames.confirm(ANEW), frames.confirm(OWN_ANEW)),
    "another's": (frames.confirm(OTHER), frames.confirm(OTHER)),
    "one that names nobody": ('{"type":"confirm_subscription"}', '{"type":"confirm_subscription"}'),
    "a rejection": (frames.reject(THEIRS), frames.reject(OWN)),
    "a message": (frames.message(THEIRS, MINE), frames.message(OWN, TOLD)),
    "a message written anew": (frames.message(ANEW, MINE), frames.message(OWN_ANEW, TOLD)),
    "what is no message": (
        frames.message(THEIRS, {"kind": "typing"}),
        frames.message(OWN, {"type": "another"}),
    ),
    "what is no object": (frames.message(THEIRS, 0), frames.message(OWN, {"type": "another"})),
    "a message of another subscription": (
        frames.message(OTHER, MINE),
        frames.message(OTHER, {"type": "another"}),
    ),
    "a welcome": (frames.welcome(), frames.welcome()),
    "a ping": (frames.ping(5), frames.ping(5)),
    "a disconnect": (frames.disconnect("remote", True), frames.disconnect("remote", True)),
    "no JSON": ("hello", "hello"),
}


@pytest.mark.parametrize(("came", "told"), FRAMES.values(), ids=list(FRAMES))
def test_a_frame_is_told_in_the_clients_words(came: str, told: str) -> None:
    assert dialect().frame(came) == told


MESSAGES = "/public/webchats/w/messages"
REQUESTS = {
    "a catch-up": ("?after_id=a%20b&session=s", "https://chat.example/messages?after=a%20b"),
    "one from nothing": ("?session=s", "https://chat.example/messages"),
    "one that no cache may answer": ("?after_id=1&session=s&fresh=00ff", "https://chat.example/messages?after=1&fresh=00ff"),
    "one from nothing that no cache may answer": ("?session=s&fresh=00ff", "https://chat.example/messages?fresh=00ff"),
    "an id that looks like a URL": ("?after_id=https%3A%2F%2Fevil%2F", "https://chat.example/messages?after=https%3A%2F%2Fevil%2F"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "url"), REQUESTS.values(), ids=list(REQUESTS))
def test_a_catch_up_asks_in_the_targets_words(query: str, url: str) -> None:
    assert dialect().request("GET", MESSAGES + query, None) == Ask("GET", url)


def test_a_client_that_can_not_ask_asks_nothing() -> None:
    assert dialect(catch_up="").request("GET", f"{MESSAGES}?after_id=1", None) is None
    skipping = dialect(catch_up="{request = 'GET https://chat.example/?a={cursor}', empty_cursor = 'skip'}")
    assert skipping.request("GET", f"{MESSAGES}?session=s&fresh=1", None) is None


SENT = json.dumps({"session": "s", "body": "m1 [cc:3f:m1]"})


def test_the_visitor_sends_in_the_targets_words() -> None:
    assert dialect().request("POST", MESSAGES, SENT) == Ask(
        "POST", "https://chat.example/say", (("Content-Type", "application/x-www-form-urlencoded"),),
        b"text=m1+%5Bcc%3A3f%3Am1%5D&tag=%5Bcc%3A3f%3Am1%5D",
    )  # fmt: skip


ANSWERS: dict[str, tuple[str, int, str, tuple[int, str]]] = {
    "a sent message": ("POST", 302, "<html>", (201, '{"id":"[cc:3f:m1]","conversation":"c"}')),
    "one that was refused": ("POST", 422, '{"error":1}', (422, '{"error":1}')),
    "a page": (
        "GET", 200, '{"messages":[{"id":1,"body":"b","created_at":"x","extra":2}],"next":5}',
        (200, '{"messages":[{"id":1,"body":"b","created_at":"x"}],"next":null}'),
    ),
    "what is no page": ("GET", 200, '{"error":1}', (200, '{"error":1}')),
    "what is no JSON": ("GET", 502, "<html>", (502, "<html>")),
}  # fmt: skip


@pytest.mark.parametrize(("method", "status", "text", "told"), ANSWERS.values(), ids=list(ANSWERS))
def test_an_answer_is_told_in_the_clients_words(
    method: str, status: int, text: str, told: tuple[int, str]
) -> None:
    assert dialect().answer(method, SENT if method == "POST" else None, status, text) == told


def test_what_nobody_asked_is_told_as_it_came() -> None:
    assert dialect(catch_up="").answer("GET", None, 200, '{"messages":[]}') == (200, '{"messages":[]}')
    assert dialect(more="").answer("POST", SENT, 201, '{"id":1}') == (201, '{"id":1}')
