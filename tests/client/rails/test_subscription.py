"""The subscription: asked for on every welcome until it is answered, forgotten once it is rejected or given up."""

from cablecheck.cable import frames
from cablecheck.client.profiles import RAILS, Rule
from cablecheck.client.signals import (
    Connect,
    SetTimer,
    Submitted,
    Subscribed,
    TimerFired,
    Typed,
    Unsubscribed,
)
from tests.client.acting import commands_in
from tests.client.rails.riding import OTHER, Riding, riding, sent_in

IDENTIFIER = '"{\\"channel\\":\\"WebchatChannel\\",\\"id\\":\\"wc-1\\",\\"session\\":\\"sess-1\\",\\"conversation\\":\\"conv-1\\"}"'
SUBSCRIBE = f'{{"command":"subscribe","identifier":{IDENTIFIER}}}'
UNSUBSCRIBE = f'{{"command":"unsubscribe","identifier":{IDENTIFIER}}}'
TYPING = f'{{"command":"message","identifier":{IDENTIFIER},"data":"{{\\"action\\":\\"started_typing\\"}}"}}'


def test_the_commands_are_the_official_client_s_to_the_byte() -> None:
    page = Riding()
    page.open_()
    assert sent_in(page.welcome()) == [SUBSCRIBE]
    assert sent_in(page.tell(Typed())) == [TYPING]
    assert sent_in(page.tell(Typed())) == []  # told once, until the keys have rested
    assert sent_in(page.tell(Unsubscribed())) == [UNSUBSCRIBE]


def test_nothing_is_subscribed_to_before_the_welcome() -> None:
    page = Riding()
    assert sent_in(page.open_()) == []
    assert sent_in(page.wait(5.0)) == []
    assert sent_in(page.welcome()) == [SUBSCRIBE]


def test_without_awaiting_the_welcome_the_open_socket_is_enough() -> None:
    page = Riding(profile=RAILS.without(Rule.AWAIT_WELCOME))
    assert sent_in(page.open_()) == [SUBSCRIBE]


def test_a_subscribe_is_sent_again_every_500_ms_until_it_is_confirmed() -> None:
    page = Riding()
    page.open_()
    assert SetTimer("guarantor", 500, watch=True) in page.welcome()
    assert sent_in(page.wait(5.0)) == [SUBSCRIBE] * 10
    page.confirm()
    assert sent_in(page.wait(5.0)) == []


def test_a_foreign_confirmation_does_not_end_it() -> None:
    page = Riding()
    page.open_()
    page.welcome()
    page.confirm(identifier=OTHER)
    assert sent_in(page.wait(1.0)) == [SUBSCRIBE] * 2


def test_it_ends_with_the_socket_and_begins_anew_with_the_next_welcome() -> None:
    page = Riding()
    page.open_()
    page.welcome()
    page.closed()
    assert sent_in(page.wait(2.0)) == []
    page.until_connect()
    page.open_(2)
    page.welcome(2)
    assert sent_in(page.wait(1.0)) == [SUBSCRIBE] * 2


def test_without_the_guarantor_a_subscribe_is_sent_once() -> None:
    page = Riding(profile=RAILS.without(Rule.GUARANTEE))
    page.open_()
    assert sent_in(page.welcome()) == [SUBSCRIBE]
    assert sent_in(page.wait(60.0)) == []


def test_a_rejected_subscription_is_never_asked_for_again() -> None:
    page = Riding()
    page.open_()
    page.welcome()
    page.say(frames.reject(page.client.identifier))
    assert sent_in(page.wait(3.0)) == []
    page.closed()
    page.until_connect()
    assert sent_in(page.greet(2)) == []
    assert page.hear("m1", 1, socket=2) == []


def test_without_forgetting_a_rejection_changes_nothing() -> None:
    page = Riding(profile=RAILS.without(Rule.FORGET_REJECTED))
    page.open_()
    page.welcome()
    page.say(frames.reject(page.client.identifier))
    assert sent_in(page.wait(1.0)) == [SUBSCRIBE] * 2


def test_a_foreign_rejection_changes_nothing() -> None:
    page = Riding()
    page.open_()
    page.welcome()
    page.say(frames.reject(OTHER))
    assert sent_in(page.wait(1.0)) == [SUBSCRIBE] * 2


def test_what_is_given_up_on_a_dead_socket_is_given_up_without_a_word() -> None:
    page = riding("m1")
    page.closed()
    assert sent_in(page.tell(Unsubscribed())) == []
    page.until_connect()
    page.open_(2)
    assert sent_in(page.welcome(2)) == []


def test_asking_anew_on_an_open_socket_subscribes_at_once() -> None:
    page = riding("m1")
    page.tell(Unsubscribed())
    assert sent_in(page.tell(Subscribed())) == [SUBSCRIBE]


def test_asking_anew_without_a_socket_opens_one_at_once() -> None:
    page = riding("m1")
    page.closed()
    assert [action for action in page.tell(Subscribed()) if isinstance(action, Connect)] != []
    page.open_(2)
    assert sent_in(page.welcome(2)) == [SUBSCRIBE]


def test_without_resubscribing_only_the_first_welcome_subscribes() -> None:
    page = riding("m1", profile=RAILS.without(Rule.RESUBSCRIBE))
    page.closed()
    page.until_connect()
    page.open_(2)
    assert sent_in(page.welcome(2)) == []


def test_a_move_to_another_conversation_leaves_at_once_and_joins_a_second_later() -> None:
    page = riding("m1")
    page.tell(Submitted("hello"))
    left = page.answer_post("n1", "conv-2")
    assert commands_in(left) == [(1, "unsubscribe", "conv-1")]
    assert commands_in(page.wait(1.0)) == [(1, "subscribe", "conv-2")]
    assert page.hear("m2", 2) == []  # of the old conversation
    page.say(frames.message(page.client.identifier, {"type": "message", "id": "m3", "body": "x"}))
    assert page.shown == "m1 n1 m3"


def test_a_move_timer_that_was_never_set_does_nothing() -> None:
    page = riding("m1")
    assert page.tell(TimerFired("switch")) == []
