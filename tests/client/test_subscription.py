"""The channel: what it wants, which confirmation counts, and how it moves."""

import json

import pytest

from cablecheck.cable import frames
from cablecheck.client.profiles import BEFORE_CATCH_UP, HELLOTEXT, Rule
from cablecheck.client.signals import (
    Answered,
    Connect,
    Fetch,
    Send,
    SetTimer,
    Submitted,
    Subscribed,
    Typed,
    Unsubscribed,
)
from tests.client.acting import Acting, commands_in, connected, cursors_in, raised_in

SUBSCRIBE = (
    '{"command":"subscribe","identifier":"{\\"channel\\":\\"WebchatChannel\\",\\"id\\":\\"wc-1\\",'
    '\\"session\\":\\"sess-1\\",\\"conversation\\":\\"conv-1\\"}","data":"{}"}'
)
OWN = {"channel": "WebchatChannel", "id": "wc-1", "session": "sess-1", "conversation": "conv-1"}


def returning() -> Acting:
    """A page that lost its socket and waits for the confirmation on the second."""
    acting = connected("m1")
    acting.closed(1)
    acting.ring()
    acting.opened(2)
    return acting


def test_the_subscription_goes_out_when_the_socket_opens_not_when_it_welcomes() -> None:
    acting = Acting()
    assert acting.begun == [Connect(1)]
    assert acting.opened() == [Send(1, SUBSCRIBE)]
    assert acting.say(frames.welcome()) == []


def test_the_first_confirmation_asks_for_nothing() -> None:
    acting = Acting("m1")
    acting.opened()
    assert acting.confirm() == []


def test_the_first_confirmation_after_a_failed_first_attempt_asks() -> None:
    acting = Acting("m1")
    assert len(cursors_in(acting.lose_and_return(1))) == 1


def test_only_the_first_matching_confirmation_asks() -> None:
    acting = returning()
    assert len(cursors_in(acting.confirm(2))) == 1
    assert acting.confirm(2) == []


@pytest.mark.parametrize("key", OWN)
def test_a_confirmation_that_differs_in_one_key_is_someone_elses(key: str) -> None:
    acting = returning()
    assert acting.confirm(2, json.dumps(OWN | {key: "other"})) == []
    assert len(cursors_in(acting.confirm(2))) == 1


def test_order_spaces_and_further_keys_of_the_identifier_do_not_matter() -> None:
    acting = returning()
    assert (
        len(cursors_in(acting.confirm(2, json.dumps({"more": 1, **dict(reversed(OWN.items()))}, indent=1))))
        == 1
    )


def test_an_identifier_that_is_an_object_is_accepted() -> None:
    acting = returning()
    assert (
        len(cursors_in(acting.say(json.dumps({"type": "confirm_subscription", "identifier": OWN}), 2))) == 1
    )


@pytest.mark.parametrize(
    "frame", ['{"type":"confirm_subscription","identifier":null}', '{"type":"confirm_subscription"}']
)
def test_a_null_or_missing_identifier_throws_once_and_goes_on_waiting(frame: str) -> None:
    acting = returning()
    assert raised_in(acting.say(frame, 2)) == 1
    assert len(cursors_in(acting.confirm(2))) == 1


def test_a_null_identifier_in_a_string_throws_as_well() -> None:
    assert raised_in(returning().confirm(2, "null")) == 1


@pytest.mark.parametrize("identifier", ["not json", "5", "[]", '"x"', "true"])
def test_an_identifier_that_says_nothing_is_ignored(identifier: str) -> None:
    acting = returning()
    assert acting.confirm(2, identifier) == []
    assert len(cursors_in(acting.confirm(2))) == 1


def test_a_bad_identifier_matters_only_while_a_confirmation_is_awaited() -> None:
    assert connected("m1").say('{"type":"confirm_subscription"}') == []


def test_a_confirmation_is_awaited_across_another_outage() -> None:
    acting = returning()
    acting.closed(2)
    acting.ring()
    acting.opened(3)
    assert len(cursors_in(acting.confirm(3))) == 1
    assert acting.confirm(3) == []


def test_who_unsubscribed_is_not_subscribed_again_by_a_new_socket() -> None:
    acting = connected("m1")
    assert commands_in(acting.tell(Unsubscribed())) == [(1, "unsubscribe", "conv-1")]
    acting.closed(1)
    acting.ring()
    assert acting.opened(2) == []


def test_who_subscribes_by_its_own_wish_does_not_catch_up() -> None:
    acting = connected("m1")
    acting.tell(Unsubscribed())
    assert commands_in(acting.tell(Subscribed())) == [(1, "subscribe", "conv-1")]
    assert acting.confirm() == []


def test_without_resubscribing_the_new_socket_is_deaf() -> None:
    acting = connected("m1", profile=HELLOTEXT.without(Rule.RESUBSCRIBE))
    acting.closed(1)
    acting.ring()
    assert acting.opened(2) == []


# Moving to another conversation ------------------------------------------------------------------------------------------------


def moved(acting: Acting, fetch: int, answer: dict[str, object]) -> list[tuple[int, str, str]]:
    """What goes out when the answer to a send names a conversation."""
    acting.tell(Submitted("hi"))
    return commands_in(acting.tell(Answered(fetch, 201, {"id": f"own-{fetch}"} | answer)))


def test_the_channel_leaves_at_once_and_joins_a_second_later() -> None:
    acting = connected("m1")
    acting.tell(Submitted("hi"))
    actions = acting.tell(Answered(1, 201, {"id": "own-1", "conversation": "conv-2"}))
    assert commands_in(actions) == [(1, "unsubscribe", "conv-1")]
    assert actions[-1] == SetTimer("switch", 1000)
    assert commands_in(acting.ring("switch")) == [(1, "subscribe", "conv-2")]
    assert acting.confirm() == []
    assert json.loads(acting.client.identifier)["conversation"] == "conv-2"


MOVES: list[tuple[dict[str, object], str | None]] = [
    ({"conversation": "conv-1"}, None),
    ({}, ""),
    ({"conversation": None}, "null"),
    ({"conversation": 5}, "5"),
    ({"conversation": True}, "true"),
]


@pytest.mark.parametrize(("answer", "to"), MOVES)
def test_where_the_channel_moves_is_what_a_browser_makes_of_the_answer(
    answer: dict[str, object], to: str | None
) -> None:
    acting = connected("m1")
    assert moved(acting, 1, answer) == ([] if to is None else [(1, "unsubscribe", "conv-1")])
    assert commands_in(acting.ring("switch")) == ([] if to is None else [(1, "subscribe", to)])


def test_two_moves_within_a_second_both_happen() -> None:
    acting = connected("m1")
    moved(acting, 1, {"conversation": "conv-2"})
    acting.tell(Submitted("hi"))
    actions = acting.tell(Answered(2, 201, {"id": "own-2", "conversation": "conv-3"}))
    assert actions[-1] == SetTimer("switch-2", 1000)
    assert commands_in(acting.ring("switch")) == [(1, "subscribe", "conv-2")]
    assert commands_in(acting.ring("switch-2")) == [(1, "subscribe", "conv-3")]
    assert moved(acting, 3, {"conversation": "conv-4"}) == [(1, "unsubscribe", "conv-3")]
    assert commands_in(acting.ring("switch")) == [(1, "subscribe", "conv-4")]


def test_an_outage_within_that_second_gets_no_catch_up() -> None:
    acting = connected("m1")
    moved(acting, 1, {"conversation": "conv-2"})
    acting.closed(1)
    acting.ring()
    assert acting.opened(2) == []
    assert commands_in(acting.ring("switch")) == [(2, "subscribe", "conv-2")]
    assert acting.confirm(2) == []


def test_a_move_that_falls_into_an_outage_subscribes_twice_and_catches_up() -> None:
    acting = connected("m1")
    moved(acting, 1, {"conversation": "conv-2"})
    acting.closed(1)
    assert acting.ring("switch")[-1] == Connect(2)
    assert commands_in(acting.opened(2)) == [(2, "subscribe", "conv-2"), (2, "subscribe", "conv-2")]
    assert len(cursors_in(acting.confirm(2))) == 1


def test_what_was_awaited_before_a_move_is_answered_by_the_new_conversation() -> None:
    acting = returning()
    moved(acting, 1, {"conversation": "conv-2"})
    acting.ring("switch")
    assert len(cursors_in(acting.confirm(2))) == 1


def test_without_following_the_channel_stays() -> None:
    acting = connected("m1", profile=HELLOTEXT.without(Rule.FOLLOW_CONVERSATION))
    assert moved(acting, 1, {"conversation": "conv-2"}) == []


# Typing --------------------------------------------------------------------------------------------------------------------------


def typed_at(acting: Acting, *seconds: float) -> list[bool]:
    told = []
    for second in seconds:
        acting.now = second
        told.append(bool(acting.tell(Typed())))
    return told


def test_typing_is_told_again_only_when_the_keys_rested_for_3_s() -> None:
    assert typed_at(connected(), 0.0, 1.0, 3.5, 6.49, 9.49, 9.5) == [True, False, False, False, True, False]


def test_without_the_throttle_every_key_is_told() -> None:
    assert typed_at(connected(profile=HELLOTEXT.without(Rule.THROTTLE_TYPING)), 0.0, 0.1) == [True, True]


# Before pull request 50 ----------------------------------------------------------------------------------------------------------


def test_before_pull_request_50_there_is_one_socket_and_everything_after_it_is_lost() -> None:
    acting = connected("m1", profile=BEFORE_CATCH_UP)
    acting.hear("m2", 2)
    assert acting.closed(1) == []
    assert acting.ring() == []
    assert acting.tell(Typed(), Unsubscribed(), Subscribed()) == []
    acting.hear("m3", 3)
    assert acting.shown == "m1 m2"


def test_before_pull_request_50_a_visitors_message_is_still_sent_over_http() -> None:
    acting = connected("m1", profile=BEFORE_CATCH_UP)
    acting.closed(1)
    assert isinstance(acting.tell(Submitted("hi"))[-1], Fetch)


def test_before_pull_request_50_bubbles_stand_as_they_came() -> None:
    acting = connected("m1", profile=BEFORE_CATCH_UP)
    acting.hear("m3", 3)
    acting.hear("m2", 2)
    assert acting.shown == "m1 m3 m2"
