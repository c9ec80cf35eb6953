"""The director's steps, in virtual time, with a stage that does only what the test lets it do."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from cablecheck import history
from cablecheck.director import orders
from cablecheck.director.playing import FIRST_SUBSCRIPTION_SECONDS
from cablecheck.scenario.model import Awaited
from tests.director.rehearsal import IDENTIFIER, Rehearsal, opened, shown, step, story

CLOSING = [
    "arrive",
    "curtain",
    "heal",
    "probe",
    "appear",
    "cut",
    "settle",
    "probe",
    "appear",
    "settle",
    "ask",
]


def test_a_story_without_connect_begins_once_every_client_is_subscribed() -> None:
    played = Rehearsal(story(step("publish"), clients=2), confirms=False)
    assert [order.client for order in played.ordered(orders.OpenPage)] == ["c1", "c2"]  # type: ignore[union-attr]
    played.tell(*opened("c1", 0.0))
    assert played.ordered(orders.Publish) == []
    played.tell(*opened("c2", 0.0))
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]


def test_a_client_that_reads_the_list_first_has_read_it_before_the_story_begins() -> None:
    played = Rehearsal(story(step("publish")), confirms=False)
    played.tell(*opened("c1", 0.0), history.FetchSent(0.0, "c1", 1, "GET", "/messages", True))
    played.run_until(1)
    assert played.ordered(orders.Publish) == []
    played.tell(
        history.FetchEnded(1.0, "c1", 1, 200), history.FetchSent(1.0, "c1", 2, "GET", "/messages", True)
    )
    assert played.ordered(orders.Publish) == []
    played.tell(history.FetchEnded(1.0, "c1", 2, 200))
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]


def test_clients_that_never_subscribe_end_the_story_unplayed() -> None:
    played = Rehearsal(story(step("publish")), confirms=False)
    played.run_until(FIRST_SUBSCRIPTION_SECONDS)
    assert played.endings()[0] == "unmet"
    assert played.steps()[:2] == ["open", "arrive"]
    assert not [order for order in played.ordered(orders.Publish) if not order.probe]  # type: ignore[union-attr]


def test_a_connect_step_does_not_wait_for_the_confirmation() -> None:
    played = Rehearsal(story(step("connect"), step("publish")), confirms=False)
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]
    assert played.endings()[1] == "done"


def test_messages_are_posted_one_after_the_other() -> None:
    played = Rehearsal(story(step("publish", count=3)), acknowledges=False)
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]
    played.tell(history.PublishAcknowledged(0.0, "m1", "1"))
    played.tell(history.PublishUnknown(0.0, "m2", "timed out"))
    assert played.ordered(orders.Publish) == [
        orders.Publish("m1"),
        orders.Publish("m2"),
        orders.Publish("m3"),
    ]


def test_several_agents_have_as_many_messages_under_way() -> None:
    played = Rehearsal(story(step("publish", count=4, at_once=2), step("type")), acknowledges=False)

    def posted() -> list[str]:
        return [order.label for order in played.ordered(orders.Publish) if isinstance(order, orders.Publish)]

    assert posted() == ["m1", "m2"]
    played.tell(history.PublishAcknowledged(0.0, "m2", "2"))
    assert posted() == ["m1", "m2", "m3"]
    played.tell(history.PublishUnknown(0.0, "m3", "who knows"))
    assert posted() == ["m1", "m2", "m3", "m4"]
    played.tell(history.PublishAcknowledged(0.0, "m4", "4"))
    assert played.ordered(orders.Visit) == []  # the step waits for all of its messages
    played.tell(history.PublishRefused(0.0, "m1", "no"))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_several_agents_keep_to_a_rate() -> None:
    played = Rehearsal(story(step("publish", count=3, at_once=3, rate="2/s")), acknowledges=False)
    played.run_until(0.4)
    assert len(played.ordered(orders.Publish)) == 1
    played.run_until(1.2)
    assert len(played.ordered(orders.Publish)) == 3


def test_a_rate_spaces_the_posts() -> None:
    played = Rehearsal(story(step("publish", count=3, rate="2/s")))
    assert len(played.ordered(orders.Publish)) == 1
    played.run_until(0.5)
    assert len(played.ordered(orders.Publish)) == 2
    played.run_until(1.0)
    assert len(played.ordered(orders.Publish)) == 3


def test_an_await_counts_from_the_start_of_the_step_before_it() -> None:
    played = Rehearsal(story(step("cut", how="rst"), step("await", event="confirmed"), step("publish")))
    assert played.ordered(orders.Publish) == []
    played.tell(*opened("c1", 0.0, socket=2))
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]


def test_an_await_with_a_total_counts_from_the_start_of_the_run() -> None:
    played = Rehearsal(story(step("settle"), step("await", event="confirmed", total=1), step("publish")))
    played.run_until(1.5)
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]


def test_the_confirmation_of_another_subscription_is_not_awaited() -> None:
    played = Rehearsal(story(step("cut", how="rst"), step("await", event="confirmed"), step("publish")))
    foreign = IDENTIFIER.replace('"w"', '"other"')
    played.tell(history.Received(0.0, "c1", 2, "confirm", foreign))
    assert played.ordered(orders.Publish) == []


def test_an_await_that_is_not_met_ends_the_story() -> None:
    played = Rehearsal(story(step("await", event="closed", within=3.0), step("publish")))
    played.run_until(3.0)
    ended = [event for event in played.events if isinstance(event, history.StepEnded)][-1]
    assert (ended.step, ended.ended, ended.note) == (1, "unmet", "closed did not happen within 3 s")
    played.run_until(60.0)
    assert "publish" not in played.steps()
    assert played.finished


def test_an_await_of_a_label_needs_it_from_every_client() -> None:
    played = Rehearsal(story(step("publish"), step("await", shown="m1"), step("type"), clients=2))
    played.tell(shown("c1", "m1", 0.0))
    assert played.ordered(orders.Visit) == []
    played.tell(shown("c2", "m1", 0.0))
    assert len(played.ordered(orders.Visit)) == 2


def test_an_await_of_a_fault_counts_its_firings() -> None:
    played = Rehearsal(
        story(
            step("drop", what="message", id="gone"),
            step("publish"),
            step("await", fired="gone", count=2),
            step("type"),
        )
    )
    played.tell(history.Fired(0.0, "gone", "drop", "c1", socket=1))
    assert played.ordered(orders.Visit) == []
    played.tell(history.Fired(0.0, "gone", "drop", "c1", socket=1))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_settle_waits_for_a_second_of_silence_in_which_pings_do_not_count() -> None:
    played = Rehearsal(story(step("settle"), step("type")))
    played.run_until(0.9)
    played.tell(history.Received(0.9, "c1", 1, "message", IDENTIFIER, "7"))
    played.run_until(1.8)
    played.tell(history.Received(1.8, "c1", 1, "ping"))
    assert played.ordered(orders.Visit) == []
    played.run_until(1.9)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_settle_waits_for_what_is_in_flight_until_its_time_is_up() -> None:
    played = Rehearsal(story(step("settle", within=5.0), step("type")))
    played.tell(history.FetchSent(0.0, "c1", 1, "GET", "/messages?after_id=1", catch_up=True))
    played.run_until(4.9)
    assert played.ordered(orders.Visit) == []
    played.run_until(5.0)
    assert played.endings()[1] == "ran-out"
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


@pytest.mark.parametrize(
    ("takes_off", "lands"),
    [
        (history.TimerSet(0.0, "c1", "reconnect", 2000), history.TimerFired(2.0, "c1", "reconnect")),
        (history.TimerSet(0.0, "c1", "reconnect", 2000), history.TimerCancelled(2.0, "c1", "reconnect")),
        (history.PublishInvoked(0.0, "m1", "[cc:x:m1]"), history.PublishUnknown(2.0, "m1", "timed out")),
        (history.PublishInvoked(0.0, "m1", "[cc:x:m1]"), history.PublishRefused(2.0, "m1", "HTTP 404")),
        (history.FetchSent(0.0, "c1", 1, "GET", "/messages"), history.FetchEnded(2.0, "c1", 1, 200)),
        (history.ServerStopped(0.0, "TERM"), history.ServerStarted(2.0)),
        (history.Connecting(0.0, "c1", 2), history.Opened(2.0, "c1", 2)),
    ],
)
def test_a_settle_gives_what_follows_a_long_wait_its_second(
    takes_off: history.Event, lands: history.Event
) -> None:
    played = Rehearsal(story(step("settle"), step("type")))
    played.tell(takes_off)
    played.run_until(2.0)
    played.tell(lands)
    assert played.ordered(orders.Visit) == []
    played.run_until(3.0)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_settle_waits_for_the_end_of_a_socket_that_got_a_close_frame() -> None:
    played = Rehearsal(story(step("settle"), step("type")))
    played.tell(history.Closing(0.0, "c1", 1, 1000))
    played.run_until(1.9)
    assert played.ordered(orders.Visit) == []
    played.tell(history.Closed(2.0, "c1", 1, "close"))
    played.run_until(3.0)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_settle_waits_longer_by_what_a_slow_line_may_still_bring() -> None:
    slow = step("latency", delay=2.0, jitter=0.5, id="slow")
    played = Rehearsal(story(slow, step("settle"), step("type")))
    played.run_until(3.4)
    assert played.ordered(orders.Visit) == []
    played.run_until(3.5)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_settle_waits_no_longer_for_a_slow_line_that_is_healed() -> None:
    played = Rehearsal(story(step("latency", delay=2.0, id="slow"), step("settle"), step("type")))
    played.tell(history.Healed(0.0, "slow"))
    played.run_until(1.0)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_message_has_its_label_and_its_mark_and_is_filled_up_to_its_length() -> None:
    played = Rehearsal(story(step("publish", length=20)))
    [order] = played.ordered(orders.Publish)[:1]
    assert isinstance(order, orders.Publish)
    assert order.body("[mark]") == "m1 [mark]..........."
    assert orders.Publish("m2").body("[mark]") == "m2 [mark]"


def narrow(at: float, kind: Any = "message", digest: str = "d", **where: Any) -> history.Event:
    return history.Fired(at, "f", "throttle", "c1", kind=kind, digest=digest, **({"socket": 1} | where))


@pytest.mark.parametrize(
    "lands",
    [
        history.Received(2.0, "c1", 1, "message", digest="d"),
        history.Closed(2.0, "c1", 1, "rst"),
        history.Healed(2.0, "f"),
    ],
    ids=["received", "gone with its socket", "healed"],
)
def test_a_settle_waits_for_what_has_its_turn_to_wait_for_on_a_narrow_line(lands: history.Event) -> None:
    played = Rehearsal(story(step("settle"), step("type")))
    played.tell(narrow(0.0))
    played.run_until(2.0)
    assert played.ordered(orders.Visit) == []
    played.tell(lands)
    played.run_until(3.0)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


@pytest.mark.parametrize(
    "other",
    [
        history.Received(0.5, "c1", 1, "message", digest="another"),
        history.Received(0.5, "c1", 2, "message", digest="d"),
        history.Closed(0.5, "c1", 2, "rst"),
        history.Closed(0.5, "c2", 1, "rst"),
        history.Healed(0.5, "another"),
    ],
)
def test_what_happens_elsewhere_ends_no_wait_on_a_narrow_line(other: history.Event) -> None:
    played = Rehearsal(story(step("settle"), step("type"), clients=2))
    played.tell(narrow(0.0), other)
    played.run_until(9.0)
    assert played.ordered(orders.Visit) == []


@pytest.mark.parametrize(
    "event",
    [narrow(0.0, "ping"), narrow(0.0, None, fetch=1, socket=None)],
    ids=["a ping", "an answer"],
)
def test_no_settle_waits_for_a_ping_on_a_narrow_line_nor_twice_for_an_answer(event: history.Event) -> None:
    played = Rehearsal(story(step("settle"), step("type")))
    played.tell(event)
    played.run_until(1.0)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


@pytest.mark.parametrize("act", ["send", "type", "subscribe", "unsubscribe"])
def test_what_a_visitor_does_in_a_page_that_never_opened_fails(act: str) -> None:
    played = Rehearsal(story(step("connect", on="c2"), step(act, on="c1"), clients=2), pages=False)
    played.run_until(2.0)
    ended = [event for event in played.events if isinstance(event, history.StepEnded)][-1]
    assert (ended.step, ended.ended, ended.note) == (2, "failed", "not every page was open: c1")


def test_a_wait_lets_time_pass() -> None:
    played = Rehearsal(story(step("wait", for_=2.5), step("type")))
    played.run_until(2.4)
    assert played.ordered(orders.Visit) == []
    played.run_until(2.5)
    assert len(played.ordered(orders.Visit)) == 1


def test_a_restart_is_over_when_the_server_is_down() -> None:
    played = Rehearsal(story(step("restart"), step("publish")))
    assert played.ordered(orders.Publish) == []
    played.tell(history.ServerStopped(0.0, "TERM"))
    assert played.ordered(orders.Publish) == [orders.Publish("m1")]


def test_faults_are_armed_under_their_own_id_or_one_made_of_verb_and_step() -> None:
    played = Rehearsal(
        story(step("cut", how="rst"), step("refuse", how="port", id="outage"), step("heal", id="outage"))
    )
    armed = [(order.fault, order.verb, order.number) for order in played.ordered(orders.Arm)]  # type: ignore[union-attr]
    assert armed == [("cut-1", "cut", 1), ("outage", "refuse", 2)]
    assert played.ordered(orders.Heal) == [orders.Heal("outage", "in-order")]


def test_a_visitor_sends_from_the_first_page_and_the_story_waits_for_the_outcome_a_little_while() -> None:
    played = Rehearsal(story(step("send"), step("type")))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "send", "m1")]
    played.run_until(2.0)
    assert orders.Visit("c1", "type") in played.ordered(orders.Visit)


def test_a_switch_opens_a_conversation_and_waits_for_it() -> None:
    played = Rehearsal(story(step("switch"), step("type")))
    assert played.ordered(orders.OpenConversation) == [orders.OpenConversation()]
    assert played.ordered(orders.Visit) == []
    played.tell(history.VisitorActed(0.0, "", "switch"))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_the_closing_protocol_follows_every_story() -> None:
    played = Rehearsal(story(step("publish")))
    played.tell(shown("c1", "m1", 0.0))
    played.run_until(1.0)
    played.tell(shown("c1", "p1", 1.0, node=2))
    cut = played.ordered(orders.Arm)[-1]
    assert isinstance(cut, orders.Arm)
    assert cut.closing
    played.run_until(2.5)
    played.tell(shown("c1", "p2", 2.5, node=3))
    played.run_until(4.0)
    assert played.finished
    assert played.steps() == ["open", "publish", *CLOSING]
    assert [order.label for order in played.ordered(orders.Publish) if order.probe] == ["p1", "p2"]  # type: ignore[union-attr]
    assert [type(order) for order in played.given].count(orders.Finish) == 1


def test_the_curtain_falls_only_after_the_clients_had_their_deadline() -> None:
    played = Rehearsal(story(step("publish"), deadline=4.0))
    played.tell(history.TimerSet(0.0, "c1", "reconnect", 8000))
    played.run_until(3.9)
    assert not any(isinstance(event, history.ClosingBegan) for event in played.events)
    played.run_until(4.0)
    assert any(isinstance(event, history.ClosingBegan) for event in played.events)


def test_a_probe_that_never_shows_does_not_hold_the_closing_up_when_all_is_quiet() -> None:
    played = Rehearsal(story(step("publish")))
    played.run_until(30.0)
    assert played.finished
    assert played.now < 31


def curtain(played: Rehearsal) -> bool:
    return any(isinstance(event, history.ClosingBegan) for event in played.events)


def test_a_slow_target_has_the_whole_deadline_to_bring_what_it_acknowledged() -> None:
    played = Rehearsal(story(step("publish", count=2)), prompt=False)
    played.tell(shown("c1", "m1", 0.0))
    played.run_until(4.0)
    assert not curtain(played)
    played.tell(shown("c1", "m2", 4.0, node=2))
    played.run_until(4.9)
    assert not curtain(played)
    played.run_until(5.0)
    assert curtain(played)


def test_a_slow_target_has_no_more_than_the_deadline() -> None:
    played = Rehearsal(story(step("publish"), deadline=6.0), prompt=False)
    played.run_until(5.9)
    assert not curtain(played)
    played.run_until(6.0)
    assert curtain(played)


def test_a_slow_target_may_take_its_time_with_the_probes_too() -> None:
    played = Rehearsal(story(step("publish"), deadline=1.0), prompt=False)
    played.run_until(10.0)
    assert played.steps()[-1] == "appear"
    played.tell(shown("c1", "p1", 10.0))
    assert played.steps()[-1] == "settle"


def test_an_await_of_a_fault_needs_it_at_every_client_that_it_is_armed_for() -> None:
    played = Rehearsal(
        story(step("drop", what="message", id="gone"), step("await", fired="gone"), step("type"), clients=2)
    )
    played.tell(history.Armed(0.0, "gone", "drop", 1))
    played.tell(history.Fired(0.0, "gone", "drop", "c1", socket=1))
    assert played.ordered(orders.Visit) == []
    played.tell(history.Fired(0.0, "gone", "drop", "c2", socket=1))
    assert len(played.ordered(orders.Visit)) == 2


def test_an_await_of_a_fault_may_name_a_client() -> None:
    played = Rehearsal(
        story(
            step("drop", what="message", id="gone"),
            step("await", fired="gone", on="c2"),
            step("type"),
            clients=2,
        )
    )
    played.tell(history.Armed(0.0, "gone", "drop", 1))
    played.tell(history.Fired(0.0, "gone", "drop", "c1", socket=1))
    assert played.ordered(orders.Visit) == []
    played.tell(history.Fired(0.0, "gone", "drop", "c2", socket=1))
    assert len(played.ordered(orders.Visit)) == 2


def test_a_fault_that_is_armed_for_one_client_is_awaited_there_alone() -> None:
    played = Rehearsal(
        story(
            step("drop", what="message", id="gone", on="c2"),
            step("await", fired="gone"),
            step("type"),
            clients=2,
        )
    )
    played.tell(history.Armed(0.0, "gone", "drop", 1, "c2"))
    played.tell(history.Fired(0.0, "gone", "drop", "c2", socket=1))
    assert len(played.ordered(orders.Visit)) == 2


AWAITED = {
    "connecting": history.Connecting(0.0, "c1", 2),
    "connected": history.Opened(0.0, "c1", 2),
    "welcomed": history.Received(0.0, "c1", 1, "welcome"),
    "subscribing": history.Sent(0.0, "c1", 1, "subscribe", IDENTIFIER),
    "confirmed": history.Received(0.0, "c1", 1, "confirm", IDENTIFIER),
    "rejected": history.Received(0.0, "c1", 1, "reject", IDENTIFIER),
    "pinged": history.Received(0.0, "c1", 1, "ping"),
    "message": history.Received(0.0, "c1", 1, "message", IDENTIFIER, "7"),
    "disconnect": history.Received(0.0, "c1", 1, "disconnect"),
    "closing": history.Closing(0.0, "c1", 1),
    "closed": history.Closed(0.0, "c1", 1, "fin"),
    "errored": history.Errored(0.0, "c1", 2, "refused"),
    "catch-up-sent": history.FetchSent(0.0, "c1", 1, "GET", "/messages?after_id=1", catch_up=True),
    "catch-up-answered": history.FetchEnded(0.0, "c1", 1, 200),
    "shown": shown("c1", "m9", 0.0),
    "raised": history.Raised(0.0, "c1", "TypeError"),
    "published": history.PublishAcknowledged(0.0, "m9", "9"),
    "server-started": history.ServerStarted(0.0),
}


def test_every_word_of_await_has_its_event() -> None:
    assert {*AWAITED, "deployed"} == set(
        get_args(Awaited)
    )  # which is the end of all commands: test_deploying


@pytest.mark.parametrize("word", AWAITED)
def test_an_await_is_met_by_its_event_and_by_no_other(word: str) -> None:
    played = Rehearsal(story(step("heal"), step("await", event=word), step("type")))
    asked = [AWAITED["catch-up-sent"]] if word == "catch-up-answered" else []
    others = [event for name, event in AWAITED.items() if name not in {word, "catch-up-answered"}]
    played.tell(*others, history.Received(0.0, "c1", 1, "unknown"))
    assert played.ordered(orders.Visit) == []
    played.tell(*asked, AWAITED[word])
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


@pytest.mark.parametrize(
    ("verb", "act"), [("type", "type"), ("subscribe", "subscribe"), ("unsubscribe", "unsubscribe")]
)
def test_a_visit_without_a_client_is_every_clients(verb: str, act: str) -> None:
    played = Rehearsal(story(step(verb), clients=2))
    assert [(order.client, order.act) for order in played.ordered(orders.Visit)] == [("c1", act), ("c2", act)]  # type: ignore[union-attr]


def test_a_send_whose_outcome_is_known_keeps_nobody_waiting() -> None:
    played = Rehearsal(story(step("send"), step("type")))
    played.tell(history.VisitorActed(0.0, "c1", "send", "m1"), history.PublishAcknowledged(0.0, "m1", "1"))
    assert orders.Visit("c1", "type") in played.ordered(orders.Visit)


def test_a_release_goes_by_what_it_holds_or_by_its_id() -> None:
    played = Rehearsal(story(step("release", what="catch-up", as_="reset"), step("release", id="queue")))
    assert played.ordered(orders.Release) == [
        orders.Release("catch-up", None, "reset"),
        orders.Release(None, "queue", "in-order"),
    ]


def test_a_story_that_is_over_wants_nothing_more() -> None:
    played = Rehearsal(story(step("publish")))
    played.run_until(100)
    assert played.finished
    assert played.director.woke(200.0) == []
    assert played.director.handle([shown("c1", "m1", 200.0)], 200.0) == []
