"""The visitor's own messages: shown at once, never an anchor, hardly ever the cursor."""

import json

import pytest

from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.signals import (
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
from tests.client.acting import commands_in, connected, cursors_in, rejected_in


def stored(fetch: int, id_: object = "own-1", **more: object) -> Answered:
    return Answered(fetch, 201, {"id": id_, "conversation": "conv-1"} | more)


def test_a_message_is_shown_at_once_and_posted_as_json() -> None:
    shown, sent = connected("m1").tell(Submitted('say "hi"'))
    assert shown == Show(2, 1, "own", None, 'say "hi"')
    assert isinstance(sent, Fetch)
    assert (sent.fetch, sent.method, sent.path, sent.catch_up) == (
        1,
        "POST",
        "/public/webchats/wc-1/messages",
        False,
    )
    assert json.loads(sent.body or "") == {"session": "sess-1", "body": 'say "hi"'}


@pytest.mark.parametrize("blank", ["", "  ", "\n\t\ufeff\u00a0"])
def test_a_blank_message_is_not_sent(blank: str) -> None:
    assert connected().tell(Submitted(blank)) == []


def test_what_is_white_space_to_python_alone_is_sent() -> None:
    assert len(connected().tell(Submitted("\x1c"))) == 2


def test_the_answer_gives_the_bubble_its_id_and_nothing_else() -> None:
    acting = connected()
    acting.tell(Submitted("hi"))
    assert acting.tell(stored(1)) == [Identify(1, "own-1")]
    (node,) = acting.client.timeline
    assert (node.id, node.created_at, node.persisted, node.visitor, node.failed) == (
        "own-1",
        None,
        False,
        True,
        False,
    )


def test_an_id_is_what_a_browser_makes_of_it() -> None:
    acting = connected()
    acting.tell(Submitted("a"), Submitted("b"), stored(1, 7.0), Answered(2, 200, {"conversation": "conv-1"}))
    assert acting.shown == "7 undefined"


def test_an_own_message_is_neither_cursor_nor_anchor_but_drops_its_echo() -> None:
    acting = connected("m1")
    acting.tell(Submitted("hi"), stored(1))
    assert acting.hear("own-1", 1) == []
    acting.hear("m3", 3)
    acting.hear("m2", 2)
    assert acting.shown == "m1 own-1 m2 m3"
    assert "after_id=m3&" in cursors_in(acting.lose_and_return(1))[0]


def test_an_echo_that_comes_before_the_answer_is_a_second_bubble() -> None:
    acting = connected("m1")
    acting.tell(Submitted("hi"))
    acting.hear("own-1", 1)
    acting.tell(stored(1))
    assert acting.shown == "m1 own-1 own-1"


def test_with_the_class_in_the_template_an_own_message_can_be_the_cursor_but_not_an_anchor() -> None:
    page = Page(
        "wc-1", "sess-1", "conv-1", (InitialMessage("m1", "2026-06-01T12:00:01Z"),), template_class=True
    )
    acting = connected(page=page)
    acting.tell(Submitted("hi"))
    assert [node.persisted for node in acting.client.timeline] == [True, False]
    acting.tell(stored(1))
    assert "after_id=own-1&" in cursors_in(acting.lose_and_return(1))[0]
    acting.hear("m0", 0, socket=2)
    assert acting.shown == "m0 m1 own-1"


@pytest.mark.parametrize(
    "refusal", [Answered(1, 500, {"id": "x"}), Answered(1, 199, None), AnswerUnreadable(1, 422)]
)
def test_a_refused_message_is_marked_as_failed(refusal: Answered | AnswerUnreadable) -> None:
    acting = connected()
    acting.tell(Submitted("hi"))
    assert acting.tell(refusal) == [MarkFailed(1)]
    assert acting.client.timeline[0].failed
    assert acting.shown == "-"


@pytest.mark.parametrize("silence", [FetchFailed(1), AnswerUnreadable(1, 200), Answered(1, 200, None)])
def test_without_an_answer_the_bubble_stays_unmarked_and_nothing_is_sent_again(silence: FetchFailed) -> None:
    acting = connected()
    acting.tell(Submitted("hi"))
    actions = acting.tell(silence)
    assert (len(actions), rejected_in(actions)) == (1, 1)
    assert not acting.client.timeline[0].failed


def test_a_quick_reply_never_learns_its_id_and_moves_no_channel() -> None:
    acting = connected("m1")
    assert len(acting.tell(QuickReplied("yes"))) == 2
    assert acting.tell(stored(1, conversation="conv-2")) == []
    assert acting.shown == "m1 -"
    acting.hear("own-1", 2)
    assert acting.shown == "m1 - own-1"


def test_a_refused_quick_reply_is_marked_too() -> None:
    acting = connected()
    acting.tell(QuickReplied("yes"))
    assert acting.tell(Answered(1, 404, {})) == [MarkFailed(1)]


def test_the_same_conversation_moves_nothing() -> None:
    acting = connected()
    acting.tell(Submitted("hi"))
    assert commands_in(acting.tell(stored(1))) == []
