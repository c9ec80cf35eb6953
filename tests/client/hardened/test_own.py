"""The visitor's own messages: stored, refused, or nobody knows."""

from typing import Any

import pytest

from cablecheck.client.profiles import Rule
from cablecheck.client.signals import (
    Abort,
    Answered,
    AnswerUnreadable,
    Fetch,
    FetchFailed,
    Identify,
    MarkFailed,
    QuickReplied,
    Show,
    Submitted,
)
from tests.client.acting import NOON
from tests.client.hardened.living import Living, living, timers

OWN = {"id": "m2", "body": "hi", "created_at": NOON.format(2)}


def sent(**more: Any) -> Living:
    """A page that shows m1, and what the visitor wrote, whose POST is fetch 3."""
    page = living("m1", **more)
    page.tell(Submitted("hi"))
    return page


@pytest.mark.parametrize("write", [Submitted, QuickReplied])
def test_what_the_visitor_writes_is_shown_at_once_and_sent(write: Any) -> None:
    show, post, *_ = living("m1").tell(write("hi"))
    assert show == Show(2, 1, "own", None, "hi")
    assert post == Fetch(3, "POST", "/public/webchats/wc-1/messages", '{"session":"sess-1","body":"hi"}')


def test_blanks_are_not_sent() -> None:
    assert living("m1").tell(Submitted(" \n")) == []


def test_the_answer_names_it_and_is_a_sign_of_life() -> None:
    actions = sent().tell(Answered(3, 201, OWN))
    assert actions[1] == Identify(2, "m2")
    assert timers(actions)["read"] == (3000, False)


@pytest.mark.parametrize(
    "refusal", [Answered(3, 422, {}), AnswerUnreadable(3, 404), Answered(3, 302, {"id": "m2"})]
)
def test_one_that_is_certainly_not_stored_is_marked(refusal: Any) -> None:
    assert MarkFailed(2) in sent().tell(refusal)


UNKNOWN: list[Any] = [
    FetchFailed(3),
    AnswerUnreadable(3, 201),
    Answered(3, 503, {"error": "x"}),
    Answered(3, 201, {"no": "id"}),
    Answered(3, 201, None),
]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_one_whose_outcome_nobody_knows_is_looked_for_in_the_list(unknown: Any) -> None:
    page = sent()
    assert timers(page.tell(unknown))["read"] == (3000, False)
    page.ring("read")
    assert Identify(2, "m2") in page.page(4, OWN)
    assert page.shown == "m1 m2"
    page.ring("read")
    assert MarkFailed(2) not in page.page(5, OWN)


def test_what_two_reads_do_not_find_was_not_stored() -> None:
    page = sent()
    page.tell(FetchFailed(3))
    page.ring("read")
    assert MarkFailed(2) not in page.page(4)
    page.ring("read")
    assert MarkFailed(2) in page.page(5)
    page.ring("read")
    page.page(6, OWN)
    assert page.shown == "m1 - m2"


def test_a_post_that_hangs_is_given_up() -> None:
    page = sent()
    assert Abort(3) in page.ring("fetch-3")
    page.ring("read")
    assert MarkFailed(2) not in page.page(4)


def test_the_list_may_be_faster_than_the_answer() -> None:
    page = sent()
    page.ring("read")
    page.page(4, OWN)
    assert page.shown == "m1 m2"
    assert Identify(2, "m2") not in page.tell(Answered(3, 201, OWN))
    assert page.shown == "m1 m2"


def test_so_may_a_broadcast_and_a_late_refusal_changes_nothing() -> None:
    page = sent()
    page.hear("m2", 2, body="hi")
    assert page.shown == "m1 m2"
    assert MarkFailed(2) not in page.tell(Answered(3, 404, {}))


def test_without_matching_it_by_its_text_it_is_shown_twice() -> None:
    page = sent(without=Rule.MATCH_OWN)
    page.ring("read")
    page.page(4, OWN)
    page.tell(Answered(3, 201, OWN))
    assert page.shown == "m1 m2 m2"


def test_another_text_is_another_message() -> None:
    page = sent()
    page.ring("read")
    page.page(4, OWN | {"body": "hello"})
    assert page.shown == "m1 - m2"
