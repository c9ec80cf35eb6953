"""The order of the bubbles: the list's own, and among it the rest by time and arrival."""

from cablecheck.cable import frames
from cablecheck.client.profiles import Rule
from cablecheck.client.signals import Answered, Show, Submitted
from tests.client.acting import NOON
from tests.client.hardened.living import Living, living, moves


def test_live_messages_stand_by_time_and_arrival() -> None:
    page = living("m1")
    for id_, at in (("m4", 4), ("m2", 2), ("m3", 4), ("m9", None), ("m5", 5), ("m8", "noon")):
        page.hear(id_, at)
    assert page.shown == "m1 m2 m4 m3 m5 m9 m8"


def test_the_list_is_right_whatever_the_times_say() -> None:
    page = Living("m1")
    page.subscribed()
    page.hear("m3", 3)
    page.hear("m4", 4)
    actions = page.read(1, "m1@1 m2@59 m4@4 m3@3 m5@1")
    assert page.shown == "m1 m2 m4 m3 m5"
    assert moves(actions) == [(2, 3)]


def test_what_no_list_names_keeps_its_place_by_time_among_what_is_listed() -> None:
    page = Living("m1")
    page.subscribed()
    page.hear("m2", 2)
    page.hear("m9", 9)
    page.read(1, "m1 m3 m4")
    assert page.shown == "m1 m2 m3 m4 m9"


def test_without_the_lists_order_times_rule_and_ties_stay_as_they_came() -> None:
    page = Living("m1", without=Rule.LIST_ORDER)
    page.subscribed()
    page.hear("m4", 4)
    page.read(1, "m1 m2@2 m3@4 m4 m5@1")
    assert page.shown == "m1 m5 m2 m4 m3"


def test_a_message_that_came_both_ways_is_shown_once_and_tells_by_which_way_first() -> None:
    page = Living("m1")
    page.subscribed()
    assert page.hear("m2", 2)[0] == Show(2, 1, "socket", "m2", "<p>m2</p>", socket=1)
    assert page.hear("m2", 2) == []
    actions = page.read(1, "m1 m2 m3")
    assert [each for each in actions if isinstance(each, Show)] == [
        Show(3, 2, "catch-up", "m3", "x", fetch=1)
    ]


def test_ids_are_text() -> None:
    page, exact = Living(), Living(without=Rule.TEXT_IDS)
    for each in (page, exact):
        each.subscribed()
        each.hear("77", 1)
        each.page(1, {"id": 77, "body": "x"})
    assert (page.shown, exact.shown) == ("77", "77 77")


def test_what_has_no_id_waits_for_the_list() -> None:
    page = living("m1")
    for id_ in (None, "", True, [], {}):
        page.hear(id_, 2)
    page.say(frames.message(page.client.identifier, {"type": "message", "body": "x"}))
    assert page.shown == "m1"
    page.ring("read")
    page.page(3, {"body": "x"}, 5, None, {"id": "m2", "body": "x", "created_at": NOON.format(2)})
    assert page.shown == "m1 m2"


def test_a_copy_that_cannot_be_shown_does_not_keep_a_good_one_out() -> None:
    page, hasty = living("m1"), living("m1", without=Rule.CLAIM_WHEN_SHOWN)
    for each in (page, hasty):
        each.hear("m2", 2, attachments="no list")
        each.ring("read")
        each.read(3, "m1 m2 m3")
    assert (page.shown, hasty.shown) == ("m1 m2 m3", "m1 m3")


def test_an_item_that_cannot_be_shown_does_not_end_its_page() -> None:
    page, strict = Living("m1"), Living("m1", without=Rule.SKIP_BAD_ITEM)
    for each in (page, strict):
        each.subscribed()
        each.page(
            1, {"id": "m2", "body": "x"}, {"id": "m3", "carousel": True, "html": "no element"}, {"id": "m4"}
        )
    assert (page.shown, strict.shown) == ("m1 m2 m4", "m1 m2")


# The visitor's own ---------------------------------------------------------------------------------------------------------------


def test_an_own_bubble_goes_to_the_end_and_to_its_place_once_its_time_is_known() -> None:
    page = living("m1")
    page.tell(Submitted("hi"))
    page.hear("m3", 3)
    assert page.shown == "m1 - m3"
    actions = page.tell(Answered(3, 201, {"id": "m4", "created_at": NOON.format(4)}))
    assert page.shown == "m1 m3 m4"
    assert moves(actions) == [(2, 3)]


def test_one_that_stands_right_does_not_move() -> None:
    page = living()
    page.tell(Submitted("hi"))
    page.hear("m3", 3)
    assert moves(page.tell(Answered(3, 201, {"id": "m2", "created_at": NOON.format(2)}))) == []
    assert page.shown == "m2 m3"


def test_the_list_moves_an_own_bubble_as_any_other() -> None:
    page = living("m1")
    page.tell(Submitted("hi"))
    page.tell(Answered(3, 201, {"id": "m3"}))
    page.hear("m2", 2)
    page.ring("read")
    page.read(4, "m1 m2 m3")
    assert page.shown == "m1 m2 m3"


def test_without_ordering_it_an_own_bubble_stays_where_it_is() -> None:
    page = living("m1", without=Rule.ORDER_OWN)
    page.tell(Submitted("hi"))
    page.tell(Answered(3, 201, {"id": "m3", "created_at": NOON.format(3)}))
    page.ring("read")
    page.read(4, "m1 m2 m3")
    assert page.shown == "m1 m3 m2"
