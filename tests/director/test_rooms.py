"""A story that is told in several conversations at once: whoever is in one has nothing to do with another."""

from __future__ import annotations

from cablecheck import history
from cablecheck.director import orders
from tests.director.rehearsal import Rehearsal, shown, step, story


def posted(played: Rehearsal) -> list[tuple[str, int]]:
    return [(order.label, order.room) for order in played.given if isinstance(order, orders.Publish)]


def test_every_message_is_published_once_in_each_conversation() -> None:
    played = Rehearsal(story(step("publish", count=2), clients=2, conversations=2))
    assert [order.client for order in played.ordered(orders.OpenPage)] == ["c1", "c2", "c3", "c4"]  # type: ignore[union-attr]
    assert posted(played) == [("m1", 1), ("m1@2", 2), ("m2", 1), ("m2@2", 2)]


def test_the_next_message_waits_for_the_slowest_conversation() -> None:
    played = Rehearsal(story(step("publish", count=2), conversations=2), acknowledges=False)
    played.tell(history.PublishAcknowledged(0.0, "m1", "1"))
    assert posted(played) == [("m1", 1), ("m1@2", 2)]
    played.tell(history.PublishAcknowledged(0.0, "m1@2", "1"))
    assert posted(played)[2:] == [("m2", 1), ("m2@2", 2)]


def test_a_message_is_awaited_by_each_client_in_its_own_conversation() -> None:
    played = Rehearsal(story(step("publish"), step("await", shown="m1"), step("type"), conversations=2))
    played.tell(shown("c1", "m1", 0.0), shown("c2", "m1", 0.0))
    assert played.ordered(orders.Visit) == []
    played.tell(shown("c2", "m1@2", 0.0))
    assert len(played.ordered(orders.Visit)) == 2


def test_a_message_may_be_awaited_at_one_client() -> None:
    steps = step("publish"), step("await", shown="m1", on="c2"), step("type", on="c1")
    played = Rehearsal(story(*steps, conversations=2))
    played.tell(shown("c2", "m1@2", 0.0))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_the_visitor_of_each_conversation_sends_from_the_first_page() -> None:
    played = Rehearsal(story(step("send"), clients=3, conversations=2))
    assert played.ordered(orders.Visit) == [
        orders.Visit("c1", "send", "m1"),
        orders.Visit("c4", "send", "m1@2"),
    ]


def test_what_is_sent_from_one_page_is_said_in_its_conversation_alone() -> None:
    steps = step("send", on="c2"), step("await", shown="m1"), step("publish")
    played = Rehearsal(story(*steps, conversations=2))
    assert played.ordered(orders.Visit) == [orders.Visit("c2", "send", "m1@2")]
    played.tell(history.PublishAcknowledged(0.0, "m1@2", "1"), shown("c2", "m1@2", 0.0))
    assert posted(played) == [("m2", 1), ("m2@2", 2)]


def test_each_conversation_is_probed_and_waited_for() -> None:
    played = Rehearsal(story(step("publish"), conversations=2), prompt=False)
    played.tell(shown("c1", "m1", 0.0, 1), shown("c2", "m1@2", 0.0, 1))
    played.run_until(1)
    assert posted(played)[2:] == [("p1", 1), ("p1@2", 2)]
    played.tell(shown("c1", "p1", 1.0, 2))
    played.run_until(10)
    assert played.steps()[-1] == "appear"
    played.tell(shown("c2", "p1@2", 10.0, 2))
    assert played.steps()[-1] == "settle"


def test_a_target_that_may_be_slow_has_to_bring_what_it_acknowledged_to_its_conversation_only() -> None:
    played = Rehearsal(story(step("publish"), conversations=2), prompt=False)
    played.tell(shown("c1", "m1", 0.0))
    played.run_until(5)
    assert played.steps()[-1] == "arrive"
    played.tell(shown("c2", "m1@2", 5.0))
    played.run_until(6)
    assert "curtain" in played.steps()
