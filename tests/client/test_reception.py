"""How a message becomes a bubble, and what keeps it from becoming one."""

import json
from typing import Any

import pytest

from cablecheck.cable import frames
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import HELLOTEXT, Rule
from cablecheck.client.signals import Show, Submitted
from tests.client.acting import Acting, connected, item, raised_in, rejected_in


def test_the_page_begins_with_what_was_rendered_into_it() -> None:
    page = Page(
        "wc-1", "sess-1", "conv-1", (InitialMessage("m1", body="a"), InitialMessage("m2", visitor=True))
    )
    acting = Acting(page=page)
    assert acting.begun[:2] == [Show(1, 0, "initial", "m1", "a"), Show(2, 1, "initial", "m2", "")]
    assert [node.visitor for node in acting.client.timeline] == [False, True]


def test_a_broadcast_says_where_it_stands_and_what_it_says() -> None:
    assert connected("m1").hear("m2", 2) == [Show(2, 1, "socket", "m2", "<p>m2</p>", socket=1)]


def test_a_broadcast_for_another_subscription_is_shown_all_the_same() -> None:
    acting = connected("m1")
    acting.say(frames.message("someone else's", {"type": "message", "id": "m2"}))
    assert acting.shown == "m1 m2"


def test_only_messages_are_shown_of_what_is_broadcast() -> None:
    acting = connected("m1")
    for type_ in ("note", "started_typing", None, ["message"], 1):
        assert acting.say(frames.message("x", {"type": type_, "id": "m2"})) == []
    assert acting.say(frames.message("x", "text")) == []
    assert acting.shown == "m1"


NOT_AGAIN: list[tuple[Any, Any, bool]] = [
    ("m2", "m2", True),
    ("77", 77, False),
    (77, "77", True),  # not by its claim: by the bubble, whose id is text
    (77, 77.0, True),
    (1, 1.0, True),
    (1, True, False),
    (True, True, True),
    (0, False, False),
    (None, None, True),
    (2**53, 2**53 + 1, True),
    ({"a": 1}, {"a": 1}, False),
    ([], [], False),
]


@pytest.mark.parametrize(("first", "second", "dropped"), NOT_AGAIN)
def test_an_id_is_claimed_as_a_set_of_javascript_would(first: Any, second: Any, dropped: bool) -> None:
    acting = connected()
    acting.hear(first, 1)
    assert (acting.hear(second, 2) == []) is dropped


def test_missing_ids_collapse_into_one() -> None:
    acting = connected()
    message = json.dumps({"message": {"type": "message", "body": "x"}})
    acting.say(message)
    assert acting.say(message) == []
    assert acting.shown == "undefined"


def test_an_id_in_the_page_is_a_string_so_a_number_is_another() -> None:
    acting = connected("77", "78")
    assert acting.hear("77", 5) == []
    assert acting.hear(78, 5) != []
    assert acting.shown == "77 78 78"


def test_a_missing_id_is_that_of_an_own_bubble_that_has_none_yet() -> None:
    acting = connected()
    acting.tell(Submitted("hi"))
    assert acting.say(json.dumps({"message": {"type": "message"}})) == []
    assert acting.shown == "-"


def test_an_id_is_claimed_even_if_its_bubble_is_already_there() -> None:
    acting = connected("m1")
    assert acting.hear("m1", 1) == []
    assert acting.hear("m1", 1) == []


@pytest.mark.parametrize(
    "poison",
    [
        {"attachments": "x"},
        {"attachments": 1},
        {"attachments": {}},
        {"attachments": True},
        {"carousel": True},
        {"carousel": [], "html": "text"},
    ],
)
def test_what_cannot_be_rendered_throws_once_and_its_id_is_dead(poison: dict[str, Any]) -> None:
    acting = connected("m1")
    assert raised_in(acting.hear("m2", 2, **poison)) == 1
    assert acting.hear("m2", 2) == []
    assert acting.shown == "m1"


@pytest.mark.parametrize(
    "fine",
    [
        {"attachments": []},
        {"attachments": ["x"]},
        {"attachments": None},
        {"attachments": 0},
        {"attachments": ""},
        {"carousel": 0},
        {"carousel": {}, "html": "<p>", "attachments": 5},
    ],
)
def test_what_looks_odd_is_rendered(fine: dict[str, Any]) -> None:
    acting = connected("m1")
    acting.hear("m2", 2, **fine)
    assert acting.shown == "m1 m2"


BODIES: list[tuple[Any, str]] = [
    ("<p>x</p>", "<p>x</p>"),
    (None, ""),
    (5, "5"),
    (1.5, "1.5"),
    ([1, 2], "1,2"),
    ({}, "[object Object]"),
]


@pytest.mark.parametrize(("body", "shown"), BODIES)
def test_the_body_may_be_anything(body: Any, shown: str) -> None:
    (show,) = connected().hear("m1", 1, body=body)
    assert isinstance(show, Show)
    assert show.body == shown


def test_a_missing_body_says_undefined_and_a_carousel_shows_its_html() -> None:
    acting = connected()
    (missing,) = acting.say(json.dumps({"message": {"type": "message", "id": 1}}))
    (carousel,) = acting.hear(2, carousel=True, html="<b>x</b>")
    assert isinstance(missing, Show)
    assert isinstance(carousel, Show)
    assert (missing.body, carousel.body) == ("undefined", "<b>x</b>")


TIMES: list[tuple[dict[str, Any], str | None]] = [
    ({"created_at": "2026"}, "2026"),
    ({"createdAt": "2026"}, "2026"),
    ({"created_at": "2025", "createdAt": "2026"}, "2025"),
    ({"created_at": "", "createdAt": "2026"}, "2026"),
    ({"created_at": None, "createdAt": 0}, None),
    ({"created_at": 1780315201}, "1780315201"),
    ({}, None),
]


@pytest.mark.parametrize(("times", "kept"), TIMES)
def test_the_time_is_kept_as_written(times: dict[str, Any], kept: str | None) -> None:
    acting = connected()
    acting.hear("m1", **times)
    assert acting.client.timeline[0].created_at == kept


def test_without_claiming_everything_is_shown_again() -> None:
    acting = connected("m1", profile=HELLOTEXT.without(Rule.CLAIM_IDS))
    acting.hear("m1", 1)
    acting.hear("m1", 1)
    assert acting.shown == "m1 m1 m1"


# Frames that throw ---------------------------------------------------------------------------------------------------------------

THROWING = [
    ("not json", 3),
    ("", 3),
    ('{"identifier":"x","message":null}', 3),
    ('{"identifier":"x"}', 3),
    ('{"type":"disconnect","reason":"remote","reconnect":true}', 3),
    ('{"type":"reject_subscription","identifier":"x"}', 3),
    ("5", 3),
    ('"x"', 3),
    ("[]", 3),
    ("true", 3),
    ("null", 4),
    ('{"type":["ping"]}', 3),
    ('{"type":"ping"}', 0),
    ('{"type":"welcome","message":null}', 0),
    ('{"type":"confirm_subscription","identifier":"x"}', 0),
    ('{"message":5}', 0),
]


@pytest.mark.parametrize(("text", "times"), THROWING)
def test_each_handler_stumbles_for_itself(text: str, times: int) -> None:
    acting = connected("m1")
    actions = acting.say(text)
    assert (raised_in(actions), len(actions)) == (times, times)
    assert acting.hear("m2", 2) != []


# Reactions -----------------------------------------------------------------------------------------------------------------------


def reacting(acting: Acting, verb: str, message: Any, **more: Any) -> int:
    """How many listeners throw at a reaction."""
    return raised_in(acting.say(frames.message("x", {"type": f"reaction.{verb}", "message": message} | more)))


def test_a_reaction_to_a_message_that_is_not_shown_throws() -> None:
    acting = connected("m1")
    assert reacting(acting, "create", "nope", reaction={"id": "r1"}) == 1
    assert reacting(acting, "destroy", "nope", reaction={"id": "r1"}) == 1
    assert reacting(acting, "create", {"id": "m1"}, reaction={"id": "r1"}) == 1


def test_a_reaction_comes_changes_and_goes_once() -> None:
    acting = connected("m1")
    assert reacting(acting, "create", "m1", reaction={"id": "r1", "emoji": "+1"}) == 0
    assert reacting(acting, "create", "m1", reaction={"id": "r1", "emoji": "-1"}) == 0
    assert reacting(acting, "destroy", "m1", reaction={"id": "r1"}) == 0
    assert reacting(acting, "destroy", "m1", reaction={"id": "r1"}) == 1


def test_a_reaction_without_a_reaction_throws() -> None:
    acting = connected("m1")
    assert reacting(acting, "create", "m1") == 1
    assert reacting(acting, "create", "m1", reaction=None) == 1
    assert reacting(acting, "create", "m1", reaction=5) == 0


def test_a_carousel_takes_reactions_only_if_its_markup_has_the_place() -> None:
    acting = connected()
    acting.hear("m1", 1, carousel=True, html="<p>")
    acting.hear("m2", 2, carousel=True, html="<p data-reactions>")
    assert reacting(acting, "create", "m1", reaction={"id": "r1"}) == 1
    assert reacting(acting, "create", "m2", reaction={"id": "r1"}) == 0


def test_a_number_is_not_the_id_that_a_bubble_holds_as_text() -> None:
    acting = connected("77")
    assert reacting(acting, "create", 77, reaction={"id": "r1"}) == 1


def test_of_two_bubbles_with_one_id_the_first_in_the_timeline_is_meant() -> None:
    acting = connected("9")
    acting.lose_and_return(1)
    assert rejected_in(acting.answer(1, item(9, 0))) == 0
    acting.say(frames.message("x", {"type": "reaction.create", "message": "9", "reaction": {"id": "r1"}}), 2)
    assert [node.reactions for node in acting.client.timeline] == [{"r1"}, set()]
