"""Which frame does what, and what the page's own callbacks make of it."""

import pytest

from cablecheck.cable import frames
from cablecheck.client.profiles import RAILS, RAILS_6_1, RAILS_7_0, Profile, Rule
from cablecheck.client.signals import Submitted, Unsubscribed
from tests.client.acting import cursors_in, raised_in
from tests.client.rails.riding import OTHER, Riding, connects_in, riding

AFTER_M1 = ["/public/webchats/wc-1/messages?after_id=m1&session=sess-1"]


def back(page: Riding) -> Riding:
    """The first socket was lost; the second is open and welcomed."""
    page.closed()
    page.until_connect()
    page.open_(2)
    page.welcome(2)
    return page


def test_a_confirmation_after_a_reconnect_asks_for_what_came_after_the_last_bubble() -> None:
    page = back(riding("m1"))
    assert cursors_in(page.confirm(2)) == AFTER_M1
    page.answer(1, {"id": "m2", "body": "x", "created_at": "2026-06-01T12:00:02Z"})
    assert page.shown == "m1 m2"


def test_the_first_confirmation_of_all_asks_for_nothing() -> None:
    page = Riding("m1")
    assert cursors_in(page.greet()) == []


def test_only_the_first_confirmation_says_that_it_was_a_reconnect() -> None:
    page = back(riding("m1"))
    page.confirm(2)
    page.answer(1)
    assert cursors_in(page.confirm(2)) == []


def test_a_foreign_confirmation_takes_the_word_away_from_the_own_one() -> None:
    page = back(riding("m1"))
    assert cursors_in(page.confirm(2, identifier=OTHER)) == []
    assert cursors_in(page.confirm(2)) == []


@pytest.mark.parametrize("profile", [RAILS_7_0, RAILS_6_1], ids=lambda profile: profile.name)
def test_before_7_1_every_own_confirmation_catches_up(profile: Profile) -> None:
    page = back(riding("m1", profile=profile))
    assert cursors_in(page.confirm(2, identifier=OTHER)) == []
    assert cursors_in(page.confirm(2)) == AFTER_M1
    page.answer(1)
    assert cursors_in(page.confirm(2)) == AFTER_M1


def test_a_socket_that_the_monitor_did_not_open_is_no_reconnect() -> None:
    page = riding("m1")
    page.tell(Submitted("hello"))
    page.answer_post("n1", "conv-2")
    page.closed()  # it has no subscription now, so nobody notes a cursor either
    assert connects_in(page.wait(1.0)) == [2]  # to join the other conversation
    assert cursors_in(page.greet(2)) == []


def test_a_page_that_gave_its_subscription_up_notes_no_cursor() -> None:
    page = riding("m1")
    page.tell(Unsubscribed())
    page.closed()
    page.until_connect()
    page.open_(2)
    assert cursors_in([*page.welcome(2), *page.confirm(2)]) == []


def test_a_broadcast_is_shown_and_one_of_another_subscription_is_not() -> None:
    page = riding("m1")
    identifier = page.client.identifier
    page.say(frames.message(identifier, {"type": "message", "id": "m2", "body": "x"}))
    page.say(frames.message(OTHER, {"type": "message", "id": "m3", "body": "x"}))
    page.say(frames.message(identifier, {"type": "started_typing"}))
    assert page.shown == "m1 m2"


def test_without_matching_it_every_identifier_is_its_own() -> None:
    page = riding("m1", profile=RAILS.without(Rule.MATCH_IDENTIFIER))
    page.say(frames.message(OTHER, {"type": "message", "id": "m3", "body": "x"}))
    assert page.shown == "m1 m3"


def test_an_identifier_that_was_written_anew_is_another() -> None:
    page = Riding("m1")
    page.open_()
    page.welcome()
    page.confirm(identifier=page.client.identifier.replace(":", ": "))
    assert page.wait(0.5) != []  # it subscribes again


THROWS = {
    "no JSON": "nonsense",
    "null": "null",
    "a number": "5",
    "a list": "[]",
    "a message without an identifier": '{"message":{"type":"message","id":"m2"}}',
    "a message whose identifier is null": '{"identifier":null,"message":{"type":"message","id":"m2"}}',
    "a confirmation without an identifier": '{"type":"confirm_subscription"}',
    "an unknown type": '{"type":"pong"}',
}
HARMLESS = {
    "a rejection without an identifier": '{"type":"reject_subscription"}',
    "an identifier that is no text": '{"identifier":{"channel":"x"},"message":{"type":"message","id":"m2"}}',
    "an unknown type of another subscription": '{"type":"pong","identifier":"x"}',
}


@pytest.mark.parametrize("frame", THROWS.values(), ids=THROWS)
def test_where_the_official_client_throws_it_is_one_error_and_nothing_more(frame: str) -> None:
    page = riding("m1")
    assert raised_in(page.say(frame)) == 1
    assert page.shown == "m1"


@pytest.mark.parametrize("frame", HARMLESS.values(), ids=HARMLESS)
def test_what_it_does_not_know_does_no_harm(frame: str) -> None:
    page = riding("m1")
    assert page.say(frame) == []
    assert page.shown == "m1"


def test_an_own_message_without_a_payload_throws_in_the_page_s_callback() -> None:
    page = riding("m1")
    assert raised_in(page.say(frames.message(page.client.identifier, None))) == 1
