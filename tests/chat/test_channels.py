from __future__ import annotations

import json

import pytest

from cablecheck.chat.channels import PING_SECONDS
from cablecheck.chat.signals import Attach, Commanded, Left, Transmit
from tests.chat.play import ROOT, TOKEN, World


def received(world: World, socket: int) -> list[tuple[str, str]]:
    """Identifier and body of each broadcast that a socket got."""
    frames = [json.loads(text) for text in world.sent[socket]]
    return [(f["identifier"], f["message"]["body"]) for f in frames if "message" in f and "identifier" in f]


def test_a_subscription_is_attached_before_it_is_confirmed() -> None:
    world = World()
    session, conversation = world.begin()
    socket, identifier = world.subscribed(session, conversation)
    assert world.told[-2:] == [
        Attach(socket, identifier, conversation),
        Transmit(socket, json.dumps({"identifier": identifier, "type": "confirm_subscription"}, separators=(",", ":"))),
    ]  # fmt: skip


def test_the_identifier_comes_back_byte_for_byte_and_two_spellings_are_two_subscriptions() -> None:
    world = World()
    session, conversation = world.begin()
    socket = world.join()
    keys = {
        "channel": "WebchatChannel",
        "id": "w1",
        "session": session,
        "conversation": conversation,
        "é": 1.0,
    }
    spellings = [json.dumps(keys), json.dumps(dict(reversed(keys.items())), ensure_ascii=False, indent=1)]
    for spelling in spellings:
        (confirm,) = world.command(socket, command="subscribe", identifier=spelling)
        assert json.loads(confirm) == {"identifier": spelling, "type": "confirm_subscription"}
    world.agent(conversation, "hi")
    assert received(world, socket) == [(spelling, "hi") for spelling in spellings]


def test_a_broadcast_is_heard_by_all_who_are_attached_to_that_conversation_and_by_nobody_else() -> None:
    world = World()
    (one, first), (two, second) = world.begin(), world.begin()
    (a, a_identifier), (b, _), (c, c_identifier) = (
        world.subscribed(one, first), world.subscribed(two, second), world.subscribed(one, first))  # fmt: skip
    world.agent(first, "for one")
    assert received(world, a) == [(a_identifier, "for one")]
    assert received(world, b) == []
    assert received(world, c) == [(c_identifier, "for one")]


def test_an_older_conversation_of_the_session_may_still_be_heard() -> None:
    world = World()
    session, first = world.begin()
    world.ask("POST", f"{ROOT}/conversations", {"session": session}, TOKEN)
    socket, identifier = world.subscribed(session, first)
    world.agent(first, "old")
    assert received(world, socket) == [(identifier, "old")]


REJECTED = {
    "an unknown session": {"session": "nobody"},
    "a foreign conversation": {"conversation": "FOREIGN"},
    "an unknown conversation": {"conversation": "none"},
    "no conversation": {"conversation": None},
    "an empty conversation": {"conversation": ""},
    "a number for a session": {"session": 7},
    "another webchat": {"id": "w2"},
    "a number for a webchat": {"id": 1},
}


@pytest.mark.parametrize("case", REJECTED)
def test_who_may_not_hear_is_rejected_each_time_it_asks_and_hears_nothing(case: str) -> None:
    world = World()
    _, foreign = world.begin()
    session, conversation = world.begin()
    keys = {"channel": "WebchatChannel", "id": "w1", "session": session, "conversation": conversation}
    identifier = json.dumps({**keys, **REJECTED[case]}).replace("FOREIGN", foreign)
    socket = world.join()
    for _ in range(2):
        (reject,) = world.command(socket, command="subscribe", identifier=identifier)
        assert json.loads(reject) == {"identifier": identifier, "type": "reject_subscription"}
    world.agent(conversation, "own")
    world.agent(foreign, "foreign")
    assert received(world, socket) == []


SILENT = {
    "a duplicate subscribe": '{"command":"subscribe","identifier":IDENTIFIER}',
    "an unknown channel": '{"command":"subscribe","identifier":"{\\"channel\\":\\"Nope\\"}"}',
    "no channel": '{"command":"subscribe","identifier":"{}"}',
    "malformed JSON": '{"command":',
    "an array": "[1]",
    "null": "null",
    "an unknown command": '{"command":"dance","identifier":IDENTIFIER}',
    "an identifier that is no JSON": '{"command":"subscribe","identifier":"x"}',
    "an identifier that is an object": '{"command":"subscribe","identifier":{"channel":"WebchatChannel"}}',
    "no identifier": '{"command":"subscribe"}',
    "an identifier beyond depth": json.dumps({"command": "subscribe", "identifier": "[" * 100_000}),
    "a message to an unknown subscription": '{"command":"message","identifier":"{}","data":"{}"}',
    "data that is an object": '{"command":"message","identifier":IDENTIFIER,"data":{"action":"started_typing"}}',
    "an unknown action": '{"command":"message","identifier":IDENTIFIER,"data":"{\\"action\\":\\"dance\\"}"}',
    "typing": '{"command":"message","identifier":IDENTIFIER,"data":"{\\"action\\":\\"started_typing\\"}"}',
    "an unsubscribe of nothing": '{"command":"unsubscribe","identifier":"{}"}',
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_silence_is_the_answer_and_the_subscription_lives_on(case: str) -> None:
    world = World()
    session, conversation = world.begin()
    socket, identifier = world.subscribed(session, conversation)
    assert world.hear(socket, SILENT[case].replace("IDENTIFIER", json.dumps(identifier))) == []
    world.agent(conversation, "hi")
    assert received(world, socket) == [(identifier, "hi")]


def test_an_unsubscribe_is_silent_ends_one_subscription_and_allows_the_next() -> None:
    world = World()
    session, conversation = world.begin()
    socket, identifier = world.subscribed(session, conversation)
    other = identifier.replace(",", ", ")
    world.command(socket, command="subscribe", identifier=other)
    assert world.command(socket, command="unsubscribe", identifier=identifier) == []
    world.agent(conversation, "a")
    assert received(world, socket) == [(other, "a")]
    assert len(world.command(socket, command="subscribe", identifier=identifier)) == 1
    world.agent(conversation, "b")
    assert received(world, socket)[1:] == [(other, "b"), (identifier, "b")]


def test_a_socket_that_left_is_sent_nothing() -> None:
    world = World()
    session, conversation = world.begin()
    gone, identifier = world.subscribed(session, conversation)
    stays, _ = world.subscribed(session, conversation)
    world.tell(Left(gone))
    world.agent(conversation, "hi")
    assert received(world, gone) == []
    assert received(world, stays) == [(identifier, "hi")]


def test_a_command_may_come_in_any_number_before_anything_was_heard() -> None:
    world = World()
    session, conversation = world.begin()
    socket = world.join()
    for _ in range(1000):
        world.tell(Commanded(socket, "{}"))
    assert world.sent[socket] == ['{"type":"welcome"}']
    assert PING_SECONDS == 3.0
    assert session != conversation
