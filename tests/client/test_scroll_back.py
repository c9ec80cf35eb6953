"""Scroll-back: older messages at the head, page by page, without a look at what is there."""

from typing import Any

import pytest

from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.signals import (
    Answered,
    AnswerUnreadable,
    ClientAction,
    Fetch,
    FetchFailed,
    ScrolledBack,
    Show,
)
from tests.client.acting import Acting, connected, cursors_in, item, rejected_in

INITIAL = (InitialMessage("m5", "2026-06-01T12:00:05Z"), InitialMessage("m6", "2026-06-01T12:00:06Z"))


def page_with(next_page: int | None) -> Acting:
    return connected(page=Page("wc-1", "s 1", "conv-1", INITIAL, next_page=next_page))


def asked(actions: list[ClientAction]) -> list[str]:
    return [action.path for action in actions if isinstance(action, Fetch)]


def answered(acting: Acting, fetch: int, next_page: object, *messages: object) -> list[ClientAction]:
    return acting.tell(Answered(fetch, 200, {"messages": list(messages), "next": next_page}))


def test_the_next_page_is_asked_for_as_a_browser_writes_it_and_is_no_catch_up() -> None:
    (fetch,) = page_with(2).tell(ScrolledBack())
    assert fetch == Fetch(1, "GET", "/public/webchats/wc-1/messages?page=2&session=s+1")


@pytest.mark.parametrize("next_page", [None, 0])
def test_without_a_next_page_nothing_is_asked(next_page: int | None) -> None:
    assert page_with(next_page).tell(ScrolledBack()) == []


def test_each_item_goes_before_all_that_is_there_so_a_page_stands_in_the_reverse_of_its_order() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    shown = answered(acting, 1, None, item("m4", 4), item("m3", 3))
    assert shown == [
        Show(3, 0, "scroll-back", "m4", "x", fetch=1),
        Show(4, 0, "scroll-back", "m3", "x", fetch=1),
    ]
    assert acting.shown == "m3 m4 m5 m6"


def test_the_pages_come_one_after_the_other_and_one_at_a_time() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    assert acting.tell(ScrolledBack()) == []
    answered(acting, 1, 3, item("m4", 4))
    assert "?page=3&" in asked(acting.tell(ScrolledBack()))[0]
    answered(acting, 2, None)
    assert acting.tell(ScrolledBack()) == []


NEXT: list[tuple[Any, str | None]] = [
    (3, "3"), ("3", "3"), (2.5, "2.5"), (" 4 ", "4"), ("1_0", "10"), ("1e1", "10"), (-1, "-1"), ([7], "7"),
    (0, None), ("0", None), ("", None), ("none", None), (None, None), (True, None), ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("next_page", "query"), NEXT)
def test_the_next_page_is_kept_as_a_number(next_page: Any, query: str | None) -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    answered(acting, 1, next_page)
    paths = asked(acting.tell(ScrolledBack()))
    assert [path.partition("?")[2] for path in paths] == (
        [] if query is None else [f"page={query}&session=s+1"]
    )


def test_a_page_without_a_next_one_is_the_last() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    acting.answer(1, item("m4", 4))
    assert acting.tell(ScrolledBack()) == []


def test_what_is_shown_already_is_shown_again() -> None:
    acting = page_with(2)
    acting.hear("m7", 7)
    acting.tell(ScrolledBack())
    answered(acting, 1, None, item("m7", 7), item("m5", 5), item("m5", 5))
    assert acting.shown == "m5 m5 m7 m5 m6 m7"


def test_it_claims_nothing_but_what_it_shows_is_found_when_it_comes_again() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    answered(acting, 1, None, item("m4", 4), item(77))
    assert acting.hear("m4", 4) == []
    acting.hear(77, 7)
    assert acting.shown == "77 m4 m5 m6 77"


def test_what_it_shows_is_persisted_anchor_and_cursor_like_any_other() -> None:
    acting = connected(page=Page("wc-1", "sess-1", "conv-1", next_page=2))
    acting.tell(ScrolledBack())
    answered(acting, 1, None, item("m4", 4), item("m9", createdAt="2026-06-01T12:00:09Z"))
    assert [(node.created_at, node.persisted) for node in acting.client.timeline] == [
        ("2026-06-01T12:00:09Z", True),
        ("2026-06-01T12:00:04.000Z", True),
    ]
    acting.hear("m5", 5)
    assert acting.shown == "m5 m9 m4"
    assert "after_id=m4&" in cursors_in(acting.lose_and_return(1))[0]


def test_a_message_of_the_visitors_is_told_by_its_state() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    answered(acting, 1, None, item("m4", 4), item("own-1", 3, state="received"))
    assert [node.visitor for node in acting.client.timeline] == [True, False, False, False]


def test_a_carousel_is_shown_by_its_body_and_an_item_without_an_id_as_undefined() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    answered(acting, 1, None, item("m4", carousel=True), 5)
    assert [(node.id, node.text) for node in acting.client.timeline][:2] == [
        ("undefined", "undefined"),
        ("m4", "x"),
    ]


FAILURES: list[Any] = [
    AnswerUnreadable(1, 200),
    FetchFailed(1),
    Answered(1, 200, None),
    Answered(1, 200, {}),
    Answered(1, 500, {"error": "x", "next": 3}),
    Answered(1, 200, {"messages": None, "next": 3}),
    Answered(1, 200, {"messages": [None], "next": 3}),
    Answered(1, 200, {"messages": [{"id": "m4", "attachments": "x"}], "next": 3}),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_what_goes_wrong_once_ends_scroll_back_for_good(failure: Any) -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    assert rejected_in(acting.tell(failure)) == 1
    assert acting.shown == "m5 m6"
    assert acting.tell(ScrolledBack()) == []


def test_a_bad_item_ends_its_page_and_leaves_what_came_before_it() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    answered(acting, 1, 3, item("m4", 4), None, item("m3", 3))
    assert acting.shown == "m4 m5 m6"


def test_a_scroll_back_and_a_catch_up_do_not_wait_for_each_other() -> None:
    acting = page_with(2)
    acting.tell(ScrolledBack())
    assert len(cursors_in(acting.lose_and_return(1))) == 1
