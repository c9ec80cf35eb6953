"""The catch-up: its cursor, its one fetch at a time, and all the ways in which it loses a gap for good."""

from typing import Any

import pytest

from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import HELLOTEXT, Rule
from cablecheck.client.signals import Answered, AnswerUnreadable, FetchFailed, Show, Submitted
from tests.client.acting import Acting, connected, cursors_in, item, raised_in, rejected_in


def path(cursor: str) -> str:
    return f"/public/webchats/wc-1/messages?after_id={cursor}&session=sess-1"


def test_the_cursor_is_the_last_persisted_bubble_at_the_drop() -> None:
    acting = connected("m1")
    acting.hear("m3", 3)
    acting.hear("m2", 2)
    assert cursors_in(acting.lose_and_return(1)) == [path("m3")]


def test_an_empty_timeline_has_no_cursor_and_asks_for_nothing() -> None:
    acting = connected()
    assert acting.lose_and_return(1) == []
    acting.hear("m5", 5, socket=2)
    assert cursors_in(acting.lose_and_return(2)) == [path("m5")]


def test_an_empty_id_is_no_cursor() -> None:
    acting = connected()
    acting.hear("", 1)
    assert acting.lose_and_return(1) == []


def test_bubbles_without_the_class_are_no_cursor() -> None:
    acting = connected(page=Page("wc-1", "sess-1", "conv-1", (InitialMessage("m1"),), initial_class=False))
    assert acting.lose_and_return(1) == []


def test_the_cursor_is_captured_anew_at_every_failed_attempt() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.closed(2)
    acting.ring()
    acting.answer(1, item("m2", 2))
    acting.closed(3)
    acting.ring()
    acting.opened(4)
    assert cursors_in(acting.confirm(4)) == [path("m2")]


def test_what_was_missed_goes_where_it_belongs_and_says_where_it_came_from() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.hear("m4", 4, socket=2)
    shown = acting.answer(1, item("m2", 2), item("m3", 3))
    assert shown == [
        Show(3, 1, "catch-up", "m2", "x", fetch=1),
        Show(4, 3, "catch-up", "m3", "x", fetch=1),
    ]
    assert acting.shown == "m1 m2 m3 m4"


def test_items_are_rendered_whatever_their_type() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.answer(1, item("m2", 2, type="note"), item("m3", 3, type=None))
    assert acting.shown == "m1 m2 m3"


def test_a_catch_up_that_is_confirmed_while_another_is_under_way_is_dropped() -> None:
    acting = connected("m1")
    assert len(cursors_in(acting.lose_and_return(1))) == 1
    assert cursors_in(acting.lose_and_return(2)) == []
    acting.answer(1)
    assert len(cursors_in(acting.lose_and_return(3))) == 1


def test_a_catch_up_that_never_answers_blocks_all_that_follow() -> None:
    acting = connected("m1")
    assert [len(cursors_in(acting.lose_and_return(socket))) for socket in range(1, 6)] == [1, 0, 0, 0, 0]


def test_a_late_answer_overwrites_the_cursor_of_a_later_drop() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.hear("m9", 9, socket=2)
    acting.closed(2)
    acting.answer(1, item("m20", 20))
    acting.ring()
    acting.opened(3)
    assert cursors_in(acting.confirm(3)) == [path("m20")]


def test_an_answer_outlives_the_socket_that_asked_for_it() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.closed(2)
    acting.answer(1, item("m2", 2))
    assert acting.shown == "m1 m2"


@pytest.mark.parametrize("status", [200, 404, 500])
def test_the_status_of_the_answer_is_not_looked_at(status: int) -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.answer(1, item("m2", 2), status=status)
    assert acting.shown == "m1 m2"


SUCCESSES: list[Any] = [{}, {"error": "x"}, {"messages": []}, [], "text", 5, True]


@pytest.mark.parametrize("body", SUCCESSES)
def test_a_body_without_messages_is_an_empty_page(body: Any) -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    assert acting.tell(Answered(1, 500, body)) == []
    assert len(cursors_in(acting.lose_and_return(2))) == 1


FAILURES: list[Any] = [
    None,
    {"messages": None},
    {"messages": 5},
    {"messages": "m2"},
    {"messages": {"0": {}}},
    {"messages": True},
]


@pytest.mark.parametrize("body", FAILURES)
def test_a_body_that_cannot_be_read_is_a_rejection_and_is_not_asked_for_again(body: Any) -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    actions = acting.tell(Answered(1, 200, body))
    assert (len(actions), rejected_in(actions), raised_in(actions)) == (1, 1, 0)


@pytest.mark.parametrize("failure", [AnswerUnreadable(1, 200), FetchFailed(1)])
def test_a_failed_catch_up_heals_only_if_nothing_newer_came(failure: AnswerUnreadable | FetchFailed) -> None:
    quiet, busy = connected("m1"), connected("m1")
    for acting in (quiet, busy):
        acting.lose_and_return(1)
        assert rejected_in(acting.tell(failure)) == 1
    busy.hear("m9", 9, socket=2)
    assert cursors_in(quiet.lose_and_return(2)) == [path("m1")]
    assert cursors_in(busy.lose_and_return(2)) == [path("m9")]


def test_one_bad_item_ends_the_page_and_leaves_the_cursor() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    actions = acting.answer(1, item("m2", 2), item("m3", 3, attachments="x"), item("m4", 4))
    assert rejected_in(actions) == 1
    assert acting.shown == "m1 m2"
    acting.tell(Submitted("hi"))
    assert cursors_in(acting.lose_and_return(2)) == [path("m2")]


def test_an_item_that_is_null_ends_the_page_and_one_that_is_a_number_does_not() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    assert rejected_in(acting.answer(1, 5, None, item("m2", 2))) == 1
    assert acting.shown == "m1 undefined"


def test_the_answers_of_nobodys_fetches_are_ignored() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.answer(1, item("m2", 2))
    assert acting.answer(1, item("m3", 3)) == []
    assert acting.tell(FetchFailed(7), AnswerUnreadable(0, 200)) == []


def test_the_cursor_and_the_page_are_written_into_the_address_as_a_browser_does() -> None:
    acting = connected("a b/ü&~*", page=Page("wc 1/ä", "s+1", "conv-1", (InitialMessage("a b/ü&~*\ud800"),)))
    assert cursors_in(acting.lose_and_return(1)) == [
        "/public/webchats/wc%201/%C3%A4/messages?after_id=a+b%2F%C3%BC%26%7E*%EF%BF%BD&session=s%2B1"
    ]


# Each rule left out ------------------------------------------------------------------------------------------------------------


def lossy(rule: Rule) -> Acting:
    return connected("m1", profile=HELLOTEXT.without(rule))


def test_without_a_captured_cursor_nothing_is_asked() -> None:
    assert lossy(Rule.CAPTURE_CURSOR).lose_and_return(1) == []


def test_without_the_catch_up_nothing_is_asked() -> None:
    assert lossy(Rule.CATCH_UP).lose_and_return(1) == []


def test_without_the_guard_catch_ups_overlap() -> None:
    acting = lossy(Rule.ONE_CATCH_UP)
    assert [len(cursors_in(acting.lose_and_return(socket))) for socket in (1, 2)] == [1, 1]


def test_without_advancing_the_cursor_a_late_answer_leaves_it_alone() -> None:
    acting = lossy(Rule.ADVANCE_CURSOR)
    acting.lose_and_return(1)
    acting.closed(2)
    acting.answer(1, item("m20", 20))
    acting.ring()
    acting.opened(3)
    assert cursors_in(acting.confirm(3)) == [path("m1")]
