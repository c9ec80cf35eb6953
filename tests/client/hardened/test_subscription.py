"""The subscription: asked for until it is confirmed, on every socket, and moved at once."""

import json

from cablecheck.cable import frames
from cablecheck.client.profiles import Rule
from cablecheck.client.signals import Answered, Close, Send, Submitted, Subscribed, Typed, Unsubscribed
from tests.client.acting import commands_in
from tests.client.hardened.living import Living, living, read_from, timers

REKEYED = '{"conversation":"conv-1","session":"sess-1","id":"wc-1","channel":"WebchatChannel"}'
FOREIGN = '{"channel":"WebchatChannel","id":"wc-1","session":"sess-1","conversation":"conv-9"}'


def asked(actions: list) -> list[tuple[int, str, str]]:
    return commands_in(actions)


def test_a_subscribe_that_is_not_confirmed_is_sent_again_and_then_the_socket_is_given_up() -> None:
    page = Living()
    assert timers(page.welcomed())["subscribe"] == (2000, False)
    assert asked(page.ring("subscribe")) == [(1, "subscribe", "conv-1")]
    assert asked(page.ring("subscribe")) == [(1, "subscribe", "conv-1")]
    assert Close(1) in page.ring("subscribe")


def test_a_rejected_one_is_asked_for_again_like_one_that_was_not_answered() -> None:
    page = Living()
    page.welcomed()
    assert page.say(frames.reject(page.client.identifier)) == []
    assert asked(page.ring("subscribe")) == [(1, "subscribe", "conv-1")]


def test_a_confirmed_one_is_not_asked_for_again() -> None:
    page = Living()
    page.subscribed()
    assert page.ring("subscribe") == []


def test_without_asking_again_only_the_deadline_is_left() -> None:
    page = Living(without=Rule.SUBSCRIBE_AGAIN)
    page.welcomed()
    assert [asked(page.ring("subscribe")) for _ in range(2)] == [[], []]
    assert Close(1) in page.ring("subscribe")


def test_without_the_deadline_it_is_asked_for_for_ever() -> None:
    page = Living(without=Rule.CONFIRM_DEADLINE)
    page.welcomed()
    assert [len(asked(page.ring("subscribe"))) for _ in range(9)] == [1] * 9


def test_every_new_socket_is_asked() -> None:
    page = living()
    page.closed(1)
    page.ring()
    assert asked(page.welcomed(2)) == [(2, "subscribe", "conv-1")]


def test_without_resubscribing_only_the_first_is() -> None:
    page = living(without=Rule.RESUBSCRIBE)
    page.closed(1)
    page.ring()
    assert asked(page.welcomed(2)) == []


def test_a_confirmation_counts_once_and_only_for_what_was_asked_for() -> None:
    page = Living("m1")
    page.opened()
    assert page.confirm() == []
    page.say(frames.welcome())
    assert page.confirm(identifier=FOREIGN) == []
    assert page.say('{"type":"confirm_subscription","identifier":null}') == []
    assert read_from(page.confirm()) == [None]
    assert page.confirm() == []


def test_an_identifier_that_the_server_wrote_anew_is_the_same() -> None:
    page = Living("m1")
    page.welcomed()
    assert read_from(page.confirm(identifier=REKEYED)) == [None]
    blind = Living("m1", without=Rule.PARSE_IDENTIFIER)
    blind.welcomed()
    assert blind.confirm(identifier=REKEYED) == []
    assert read_from(blind.confirm()) == [None]


def test_without_looking_whose_it_is_any_confirmation_counts() -> None:
    page = Living("m1", without=Rule.OWN_CONFIRM)
    page.welcomed()
    assert read_from(page.confirm(identifier=FOREIGN)) == [None]


def test_a_broadcast_of_another_subscription_is_not_shown() -> None:
    text = frames.message(FOREIGN, {"type": "message", "id": "m9", "body": "x"})
    page, careless = living("m1"), living("m1", without=Rule.OWN_FRAMES)
    page.say(text)
    careless.say(text)
    assert (page.shown, careless.shown) == ("m1", "m1 m9")


def test_what_the_page_gave_up_no_later_socket_asks_for() -> None:
    page = living("m1")
    assert asked(page.tell(Unsubscribed())) == [(1, "unsubscribe", "conv-1")]
    assert page.confirm() == []
    page.closed(1)
    page.ring()
    assert asked(page.welcomed(2)) == []
    assert page.ring("read") == []


def test_what_the_page_wants_again_is_asked_for_and_read() -> None:
    page = living("m1")
    page.tell(Unsubscribed())
    assert asked(page.tell(Subscribed())) == [(1, "subscribe", "conv-1")]
    assert read_from(page.confirm()) == [None]


def test_a_read_that_is_under_way_when_the_page_gives_up_is_the_last() -> None:
    page = Living("m1")
    page.subscribed()
    page.tell(Unsubscribed())
    page.read(1, "m1 m2")
    assert timers(page.page(2)) == {}
    assert page.shown == "m1 m2"


def test_the_conversation_of_an_answer_is_followed_at_once() -> None:
    page = living("m1")
    page.tell(Submitted("hi"))
    actions = page.tell(Answered(3, 201, {"id": "m2", "conversation": "conv-2"}))
    assert asked(actions) == [(1, "unsubscribe", "conv-1"), (1, "subscribe", "conv-2")]
    assert read_from(page.confirm()) == [None]
    page.tell(Submitted("hi"))
    assert asked(page.tell(Answered(5, 201, {"id": "m3", "conversation": "conv-2"}))) == []


def test_one_that_is_followed_while_the_socket_is_away_is_asked_for_on_the_next() -> None:
    page = living("m1")
    page.tell(Submitted("hi"))
    page.closed(1)
    assert asked(page.tell(Answered(3, 201, {"id": "m2", "conversation": "conv-2"}))) == []
    page.ring()
    assert asked(page.welcomed(2)) == [(2, "subscribe", "conv-2")]


def test_an_answer_without_a_conversation_moves_nothing() -> None:
    for more in ({}, {"conversation": None}):
        page = living("m1")
        page.tell(Submitted("hi"))
        assert asked(page.tell(Answered(3, 201, {"id": "m2"} | more))) == []


def test_without_following_the_page_stays_where_it_is() -> None:
    page = living("m1", without=Rule.FOLLOW_CONVERSATION)
    page.tell(Submitted("hi"))
    assert asked(page.tell(Answered(3, 201, {"id": "m2", "conversation": "conv-2"}))) == []


def test_typing_is_told_once_until_the_keys_have_rested() -> None:
    page = living()
    told = []
    for now in (0.0, 2.0, 4.9, 8.0):
        page.now = now
        told.append([json.loads(each.text)["data"] for each in page.tell(Typed()) if isinstance(each, Send)])
    assert told == [['{"action":"started_typing"}'], [], [], ['{"action":"started_typing"}']]


def test_a_page_that_gives_up_while_the_socket_is_away_says_so_to_nobody() -> None:
    page = living()
    page.closed(1)
    assert asked(page.tell(Unsubscribed())) == []


def test_typing_that_nobody_would_hear_is_not_told() -> None:
    page = Living()
    assert page.tell(Typed()) == []
