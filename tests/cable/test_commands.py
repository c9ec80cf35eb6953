"""What a client says, in the SDK's bytes, and what of it Rails would ignore."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cable import commands
from cablecheck.cable.commands import (
    Command,
    Perform,
    Subscribe,
    UnknownCommand,
    Unsubscribe,
    identifier_of_command,
    kind_of_command,
    read_command,
)
from tests.cable.test_json_values import JSON

IDENTIFIER = '{"channel":"A"}'


def test_the_commands_are_written_with_the_bytes_of_the_sdk() -> None:
    assert (
        commands.subscribe(IDENTIFIER)
        == '{"command":"subscribe","identifier":"{\\"channel\\":\\"A\\"}","data":"{}"}'
    )
    assert (
        commands.unsubscribe(IDENTIFIER)
        == '{"command":"unsubscribe","identifier":"{\\"channel\\":\\"A\\"}","data":"{}"}'
    )
    assert commands.perform(IDENTIFIER, "started_typing") == (
        '{"command":"message","identifier":"{\\"channel\\":\\"A\\"}","data":"{\\"action\\":\\"started_typing\\"}"}'
    )


READ: list[tuple[str, Command]] = [
    (commands.subscribe(IDENTIFIER), Subscribe(IDENTIFIER)),
    ('{"command":"subscribe","identifier":"{}","extra":1}', Subscribe("{}")),
    (commands.unsubscribe(IDENTIFIER), Unsubscribe(IDENTIFIER)),
    ('{"command":"unsubscribe","identifier":"never subscribed"}', Unsubscribe("never subscribed")),
    (commands.perform(IDENTIFIER, "go"), Perform(IDENTIFIER, '{"action":"go"}', "go")),
    ('{"command":"message","identifier":"x","data":"{}"}', Perform("x", "{}", "receive")),
    (
        '{"command":"message","identifier":"x","data":"{\\"action\\":\\" \\"}"}',
        Perform("x", '{"action":" "}', "receive"),
    ),
]


@pytest.mark.parametrize(("text", "command"), READ)
def test_a_command_is_read(text: str, command: Command) -> None:
    assert read_command(text) == command


IGNORED = [
    ("nonsense", "not JSON"),
    ("[]", "no JSON object"),
    ("{}", "unknown command None"),
    ('{"command":"pong"}', "unknown command 'pong'"),
    ('{"command":"history","identifier":"x"}', "unknown command 'history'"),
    ('{"command":["subscribe"],"identifier":"{}"}', "unknown command"),
    ('{"command":"subscribe"}', "the identifier is no string"),
    ('{"command":"subscribe","identifier":{"channel":"A"}}', "the identifier is no string"),
    ('{"command":"subscribe","identifier":"not json"}', "the identifier is no JSON object"),
    ('{"command":"subscribe","identifier":"[1]"}', "the identifier is no JSON object"),
    ('{"command":"message","identifier":"x"}', "data is no string"),
    ('{"command":"message","identifier":"x","data":{"action":"go"}}', "data is no string"),
    ('{"command":"message","identifier":"x","data":"nonsense"}', "data is no JSON object"),
]


@pytest.mark.parametrize(("text", "reason"), IGNORED)
def test_what_rails_ignores_is_a_value_with_its_reason(text: str, reason: str) -> None:
    command = read_command(text)
    assert isinstance(command, UnknownCommand)
    assert command.text == text
    assert reason in command.reason


def test_every_command_has_its_word_and_its_identifier() -> None:
    every: list[Command] = [Subscribe("a"), Unsubscribe("b"), Perform("c", "{}"), UnknownCommand("", "")]
    assert [kind_of_command(command) for command in every] == [
        "subscribe",
        "unsubscribe",
        "message",
        "unknown",
    ]
    assert [identifier_of_command(command) for command in every] == ["a", "b", "c", None]


@given(
    st.text()
    | st.dictionaries(
        st.sampled_from(["command", "identifier", "data"]),
        JSON | st.sampled_from(["subscribe", "message", "{}"]),
    ).map(json.dumps)
)
def test_no_command_whatever_raises(text: str) -> None:
    assert kind_of_command(read_command(text))


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_an_identifier_arrives_as_it_was_sent(value: dict[str, object]) -> None:
    identifier = json.dumps(value)
    assert read_command(commands.subscribe(identifier)) == Subscribe(identifier)
