"""What a server says, and that nothing it could say raises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cable import frames
from cablecheck.cable.frames import (
    Confirm,
    Disconnect,
    Frame,
    Message,
    Ping,
    Reject,
    Unknown,
    Welcome,
    gist_of,
    read_frame,
)
from tests.cable.test_json_values import JSON

IDENTIFIER = '{"channel":"ChatChannel","room":"1"}'
# The bytes of a real Rails 6.1, for an identifier as a client sent it.
RAILS = {
    '{"type":"welcome"}': (frames.welcome(), Welcome()),
    '{"type":"ping","message":1795332215}': (frames.ping(1795332215), Ping(1795332215)),
    '{"identifier":"{\\"channel\\":\\"ChatChannel\\",\\"room\\":\\"1\\"}","type":"confirm_subscription"}': (
        frames.confirm(IDENTIFIER), Confirm(IDENTIFIER),
    ),
    '{"identifier":"{\\"channel\\":\\"ChatChannel\\",\\"room\\":\\"1\\"}","type":"reject_subscription"}': (
        frames.reject(IDENTIFIER), Reject(IDENTIFIER),
    ),
    '{"type":"disconnect","reason":"unauthorized","reconnect":false}': (
        frames.disconnect("unauthorized", False), Disconnect("unauthorized", False),
    ),
    '{"type":"disconnect","reason":null,"reconnect":true}': (frames.disconnect(None, True), Disconnect(None, True)),
    '{"identifier":"x","message":{"body":"\\u003cp\\u003ea \\u0026 b\\u003c/p\\u003e \\u2028é"}}': (
        frames.message("x", {"body": "<p>a & b</p> \u2028é"}), Message("x", {"body": "<p>a & b</p> \u2028é"}),
    ),
    '{"identifier":"x","message":0}': (frames.message("x", 0), Message("x", 0)),
    '{"identifier":"x","message":null}': (frames.message("x", None), Message("x", None)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "written"), [(text, pair[0]) for text, pair in RAILS.items()])
def test_a_frame_is_written_with_the_bytes_of_rails(text: str, written: str) -> None:
    assert written == text


@pytest.mark.parametrize(("text", "frame"), [(text, pair[1]) for text, pair in RAILS.items()])
def test_a_frame_of_rails_is_read(text: str, frame: Frame) -> None:
    assert read_frame(text) == frame


def test_the_identifier_of_a_confirmation_is_the_string_that_was_sent_spaces_and_all() -> None:
    odd = '{ "room" : 1, "channel":"é<" }'
    assert read_frame(frames.confirm(odd)) == Confirm(odd)


ANYCABLE = [
    ('{"type":"welcome","sid":"new","restored":true,"restored_ids":["a"]}', Welcome()),
    ('{"type":"confirm_subscription","identifier":"x"}', Confirm("x")),
    ('{"identifier":"x","message":1,"stream_id":"chat_1","epoch":"vRXl","offset":42}', Message("x", 1)),
    ('{"type":"disconnect","reason":"idle_timeout"}', Disconnect("idle_timeout", False)),
]


@pytest.mark.parametrize(("text", "frame"), ANYCABLE)
def test_the_extra_keys_of_anycable_are_tolerated(text: str, frame: Frame) -> None:
    assert read_frame(text) == frame


UNDERSTOOD_BY_NONE = [
    ("not json", "not JSON"),
    ("", "not JSON"),
    ("null", "no JSON object"),
    ("[1]", "no JSON object"),
    ('{"identifier":"x"}', "no message"),
    ('{"type":"welcom"}', "unknown type 'welcom'"),
    ('{"type":["a"]}', "unknown type"),
    ('{"type":"ping","message":NaN}', "NaN"),
    ('{"type":"pong"}', "AnyCable's pong frame"),
    ('{"type":"presence","identifier":"x","message":{}}', "AnyCable's presence frame"),
    ('{"type":"confirm_history","identifier":"x"}', "AnyCable's confirm_history frame"),
    ("[" * 100_000, "nested too deep"),
]


@pytest.mark.parametrize(("text", "reason"), UNDERSTOOD_BY_NONE)
def test_what_is_not_understood_is_a_value_with_its_reason(text: str, reason: str) -> None:
    frame = read_frame(text)
    assert isinstance(frame, Unknown)
    assert frame.text == text
    assert reason in frame.reason


@pytest.mark.parametrize("identifier", ["null", "{}", "1", "[]"])
def test_an_identifier_that_is_no_string_is_none(identifier: str) -> None:
    assert read_frame(f'{{"type":"confirm_subscription","identifier":{identifier}}}') == Confirm(None)
    assert read_frame(f'{{"type":"reject_subscription","identifier":{identifier}}}') == Reject(None)
    assert read_frame(f'{{"identifier":{identifier},"message":1}}') == Message(None, 1)


def test_a_message_under_an_unknown_type_is_still_a_message() -> None:
    assert read_frame('{"type":"x","identifier":"y","message":1}') == Message("y", 1)


def test_only_a_true_reconnect_allows_to_come_back() -> None:
    assert read_frame('{"type":"disconnect","reason":5,"reconnect":1}') == Disconnect(None, False)


def test_every_frame_has_its_word() -> None:
    every = [
        Welcome(),
        Ping(1),
        Confirm("x"),
        Reject("x"),
        Disconnect(None, True),
        Message("x", 1),
        Unknown("", ""),
    ]
    assert [gist_of(frame)[0] for frame in every] == [
        "welcome",
        "ping",
        "confirm",
        "reject",
        "disconnect",
        "message",
        "unknown",
    ]


def test_frames_of_a_subscription_tell_its_identifier_and_others_none() -> None:
    assert [gist_of(frame)[1] for frame in (Confirm("a"), Reject("b"), Message("c", 1))] == ["a", "b", "c"]
    assert gist_of(Welcome())[1] is None


def test_the_id_of_a_message_is_the_text_that_a_browser_prints() -> None:
    assert gist_of(read_frame('{"identifier":"x","message":{"id":77.0}}'))[2] == "77"
    assert gist_of(Message("x", {"id": None}))[2] == "null"
    assert gist_of(Message("x", {}))[2] is None
    assert gist_of(Message("x", "text"))[2] is None
    assert gist_of(Ping({"id": 1}))[2] is None


def test_a_lone_surrogate_can_be_written_and_sent() -> None:
    text = frames.message("x", "\udfff")
    text.encode("utf-8")
    assert json.loads(text)["message"] == "\udfff"


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from(["type", "identifier", "message", "reason", "reconnect"]), JSON).map(
        json.dumps
    )
)
def test_no_frame_whatever_raises(text: str) -> None:
    assert gist_of(read_frame(text))[0]


@given(st.text(), JSON)
def test_a_message_comes_back_as_it_was_written(identifier: str, payload: object) -> None:
    assert read_frame(frames.message(identifier, payload)) == Message(identifier, payload)
