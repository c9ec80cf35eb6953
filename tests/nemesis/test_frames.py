"""Faults of frames and commands."""

from __future__ import annotations

import pytest

from cablecheck.cable import commands
from cablecheck.nemesis import signals
from cablecheck.scenario.model import (
    Blackhole,
    Cut,
    Drop,
    Duration,
    Hold,
    Inject,
    Latency,
    Reorder,
    Repeat,
    Step,
    Truncate,
)
from tests.nemesis.telling import OTHER, OWN, Told, connected

HELD = "fired f c1 1 - message"


def test_what_follows_a_held_frame_passes_and_the_release_gives_it() -> None:
    told = connected()
    told.arm(Hold(what="message", count=1))
    assert told.came("m1", "m2", "ping") == [f"{HELD} 1", "deliver m2", "deliver ping"]
    assert told.release("message") == ["released f c1: given", "deliver m1", "healed f"]
    assert told.came("m3") == ["deliver m3"]


def test_a_hold_without_a_count_holds_until_released_and_gives_in_order() -> None:
    told = connected()
    told.arm(Hold(what="message"))
    told.came("m1", "m2", "m3")
    assert told.release(None, "f") == [
        "released f c1: given",
        "deliver m1",
        "deliver m2",
        "deliver m3",
        "healed f",
    ]


def test_a_release_as_reset_resets_the_connection_of_what_was_held() -> None:
    told = connected()
    told.arm(Hold(what="message"))
    told.came("m1")
    assert told.release("message", None, "reset") == [
        "released f c1: reset",
        "cut c1 cable 1 rst",
        "healed f reset",
    ]
    assert told.arm(Cut(how="rst"), "again") == []


def test_a_release_names_only_its_own_holds() -> None:
    told = connected()
    told.arm(Hold(what="message"), "m")
    told.arm(Hold(what="ping"), "p")
    told.arm(Drop(what="confirm"), "d")
    told.came("m1", "ping")
    assert told.release("ping") == ["released p c1: given", "deliver ping", "healed p"]
    assert told.release(None, "d") == []
    assert told.release() == ["released m c1: given", "deliver m1", "healed m"]


def test_the_heal_of_everything_gives_in_the_order_in_which_it_came() -> None:
    told = connected()
    told.arm(Hold(what="message"), "m")
    told.arm(Hold(what="ping"), "p")
    told.came("ping", "m1", "ping")
    words = told.heal(None)
    assert [word for word in words if word.startswith("deliver")] == [
        "deliver ping",
        "deliver m1",
        "deliver ping",
    ]
    assert words[-2:] == ["healed m", "healed p"]


def test_what_is_held_dies_with_its_connection() -> None:
    told = connected()
    told.arm(Hold(what="message", count=1))
    told.came("m1")
    assert told.over() == ["released f c1: gone with its connection", "healed f spent"]
    assert told.release("message") == []


def test_a_cut_takes_along_what_is_held() -> None:
    told = connected()
    told.arm(Hold(what="message"))
    told.came("m1")
    assert told.arm(Cut(how="rst"), "cut")[-1] == "released f c1: gone with its connection"
    assert told.heal("f") == ["healed f"]


def test_a_released_frame_is_swallowed_by_a_blackhole_like_any_other() -> None:
    told = connected()
    told.arm(Hold(what="message"))
    told.came("m1")
    told.arm(Blackhole(), "hole")
    assert told.release("message")[1:3] == ["fired hole c1 1 - message 1", "deliver m1"]


SELECTED: dict[str, tuple[Step, str, str]] = {
    "welcome": (Drop(what="welcome"), "welcome ping m1", "welcome"),
    "ping": (Drop(what="ping"), "welcome ping m1", "ping"),
    "confirm": (Drop(what="confirm"), "confirm confirm-other reject", "confirm confirm-other"),
    "own confirm": (Drop(what="confirm", identifier="own"), "confirm confirm-other", "confirm"),
    "another's confirm": (Drop(what="confirm", identifier="other"), "confirm confirm-other", "confirm-other"),
    "own ping: it has no owner": (Drop(what="ping", identifier="own"), "ping", ""),
    "reject": (Drop(what="reject"), "reject confirm", "reject"),
    "disconnect": (Drop(what="disconnect"), "disconnect", "disconnect"),
    "message by label": (Drop(what="message", label="m1"), "m1 m11 m2", "m1"),
    "the second": (Drop(what="message", nth=2, count=1), "m1 m2 m3", "m2"),
    "from the second, two": (Drop(what="message", nth=2, count=2), "m1 m2 m3 m4", "m2 m3"),
    "from the third on": (Drop(what="message", nth=3), "m1 m2 m3 m4", "m3 m4"),
    "subscribe": (Drop(what="subscribe"), "subscribe unsubscribe perform", "subscribe"),
    "unsubscribe": (Drop(what="unsubscribe"), "subscribe unsubscribe perform", "unsubscribe"),
    "perform": (Drop(what="perform"), "perform subscribe m1", "perform"),
    "a message is no perform": (Drop(what="message"), "perform", ""),
    "for another client": (Drop(what="message", on="c2"), "m1", ""),
    "a catch-up is no frame": (Drop(what="catch-up"), "m1", ""),
}


@pytest.mark.parametrize("case", SELECTED)
def test_a_fault_takes_what_it_names_and_nothing_else(case: str) -> None:
    step, came, dropped = SELECTED[case]
    told = connected()
    told.arm(step)
    words = told.came(*[word.replace("-", " ") for word in came.split()])
    lost = [word.removeprefix("discard ").replace(" ", "-") for word in words if word.startswith("discard")]
    kept = [word.removeprefix("deliver ").replace(" ", "-") for word in words if word.startswith("deliver")]
    assert (lost, sorted(lost + kept)) == (dropped.split(), sorted(came.split()))


def test_each_client_is_counted_by_itself_and_over_its_sockets() -> None:
    told = connected(clients=("c1", "c2"))
    told.arm(Drop(what="message", nth=2, count=1))
    told.came("m1", "m1", client="c2")
    assert told.came("m1") == ["deliver m1"]
    told.over()
    told.dial(number=2)
    assert told.came("m2", number=2) == ["fired f c1 2 - message 2", "discard m2", "healed f spent"]


def test_a_repeated_frame_is_delivered_once_more_for_each_time() -> None:
    told = connected()
    told.arm(Repeat(what="message", times=2, count=1))
    assert told.came("m1") == [f"{HELD} 1", *["deliver m1 and keep"] * 2, "deliver m1", "healed f spent"]


def test_a_torn_frame_is_the_last_of_its_connection_and_the_only_one() -> None:
    told = connected()
    told.arm(Truncate(what="message", nth=2))
    assert told.came("m1", "m2") == [
        "deliver m1",
        f"{HELD} 2",
        "cut c1 cable 1 rst in m2",
        "healed f spent",
    ]
    assert told.arm(Cut(how="rst"), "cut") == []
    told.dial(number=2)
    assert told.came("m2", number=2) == ["deliver m2"]


def test_a_command_is_torn_as_a_frame_is() -> None:
    told = connected()
    told.arm(Truncate(what="perform"))
    assert told.came("m1", "perform")[1:3] == ["fired f c1 1 - message", "cut c1 cable 1 rst in perform"]


def test_what_is_held_dies_with_a_torn_frame() -> None:
    told = connected()
    told.arm(Hold(what="message", label="m1"), "hold")
    told.arm(Truncate(what="message"), "tear")
    assert told.came("m1", "m2")[-2:] == ["released hold c1: gone with its connection", "healed tear spent"]


def test_a_frame_is_torn_when_its_turn_comes_on_a_slow_line() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(1)), "slow")
    told.arm(Truncate(what="message", label="m2"), "tear")
    told.came("m1", "m2", "m3")
    assert told.wake(2, 1.0) == ["deliver m1", "cut c1 cable 1 rst in m2", "deliver m3"]
    assert told.came("m4", number=2)[-1] == "wake 6 at 2"


def test_a_window_is_passed_on_in_reverse_once() -> None:
    told = connected()
    told.arm(Reorder(window=3))
    assert told.came("m1", "ping", "m2") == [f"{HELD} 1", "deliver ping", f"{HELD} 2"]
    assert told.came("m3") == [f"{HELD} 3", "deliver m3", "deliver m2", "deliver m1", "healed f spent"]
    assert told.came("m4", "m5") == ["deliver m4", "deliver m5"]


def test_a_window_that_is_not_full_is_given_in_order_by_the_heal() -> None:
    told = connected()
    told.arm(Reorder(window=3))
    told.came("m1", "m2")
    assert told.heal() == ["released f c1: given", "deliver m1", "deliver m2", "healed f"]


def test_one_client_s_window_does_not_wait_for_another_s() -> None:
    told = connected(clients=("c1", "c2"))
    told.arm(Reorder(window=2))
    told.came("m1", "m2")
    assert told.came("m3") == ["deliver m3"]
    assert told.came("m1", "m2", client="c2")[-3:] == ["deliver m2", "deliver m1", "healed f spent"]


# Injections

INJECTED = {
    "welcome": (Inject(what="welcome"), '{"type":"welcome"}'),
    "ping": (Inject(what="ping"), '{"type":"ping","message":0}'),
    "disconnect": (
        Inject(what="disconnect", reason="remote", reconnect=False),
        '{"type":"disconnect","reason":"remote","reconnect":false}',
    ),
    "no reason": (Inject(what="disconnect"), '{"type":"disconnect","reason":null,"reconnect":true}'),
}


@pytest.mark.parametrize("case", INJECTED)
def test_a_frame_is_injected_at_once_and_exactly(case: str) -> None:
    step, text = INJECTED[case]
    assert connected().arm(step) == [f"fired f c1 1 - {step.what}  at once", f"inject 1 {text}"]


@pytest.mark.parametrize(("whose", "identifier"), [("own", OWN), ("other", OWN.replace('"c"', '"c-other"'))])
@pytest.mark.parametrize(
    ("what", "type_"), [("confirm", "confirm_subscription"), ("reject", "reject_subscription")]
)
def test_an_injected_confirm_or_reject_carries_the_identifier_byte_for_byte(
    whose: str, identifier: str, what: str, type_: str
) -> None:
    escaped = identifier.replace('"', '\\"')
    assert connected().arm(Inject(what=what, identifier=whose))[1] == (
        f'inject 1 {{"identifier":"{escaped}","type":"{type_}"}}'
    )


def test_an_injected_message_is_as_old_as_the_last_one_that_came() -> None:
    told = connected()
    told.came("m4")
    said = told.arm(Inject(what="message", body="boo"), "ghost")[1]
    assert '"id":"injected-ghost","body":"boo","created_at":"2026-01-01T00:00:04Z"' in said


def test_an_injected_message_before_any_other_has_no_date() -> None:
    said = connected().arm(Inject(what="message"))[1]
    assert "created_at" not in said
    assert '"body":"injected by cablecheck"' in said


def test_an_injection_without_a_live_connection_never_fires() -> None:
    told = Told()
    assert told.arm(Inject(what="welcome")) == []
    assert told.heal(None) == []


def test_an_own_identifier_is_waited_for() -> None:
    told = Told()
    told.dial()
    assert told.arm(Inject(what="confirm")) == []
    assert told.came("welcome") == ["deliver welcome"]
    words = told.came("subscribe")
    assert words[0] == "fired f c1 1 - confirm  before subscribe"
    assert words[1].startswith("inject 1 ")
    assert words[2:] == ["deliver subscribe", "healed f spent"]


def test_an_injection_that_waits_for_a_connection_that_ended_is_over() -> None:
    told = Told()
    told.dial()
    told.arm(Inject(what="confirm"))
    assert told.over() == ["healed f spent"]


def test_a_stranger_s_identifier_is_made_up_when_nobody_has_subscribed() -> None:
    told = Told()
    told.dial()
    assert "OtherChannel" in told.arm(Inject(what="confirm", identifier="other"))[1]


def test_an_identifier_without_texts_is_made_another_s_too() -> None:
    told = Told()
    told.dial()
    text = commands.subscribe('{"channel":"A","n":1}')
    link = signals.Link("c1", "cable", 1)
    told.event(signals.CommandCame(link, told.token(link, "s"), commands.read_command(text), text))
    said = told.arm(Inject(what="confirm", identifier="other"))[1]
    assert r"{\"channel\":\"A\",\"n\":1,\"other\":\"-other\"}" in said


def test_a_frame_is_injected_just_before_the_next_of_a_kind_and_only_once() -> None:
    told = connected()
    assert told.arm(Inject(what="confirm", identifier="other", before="confirm")) == []
    assert told.came("ping") == ["deliver ping"]
    words = told.came("confirm", "confirm")
    assert [word.split()[0] for word in words] == ["fired", "inject", "deliver", "healed", "deliver"]


def test_an_injection_before_a_frame_leaves_the_frame_to_the_other_faults() -> None:
    told = connected()
    told.arm(Inject(what="ping", before="confirm"), "i")
    told.arm(Repeat(what="confirm", count=1), "r")
    words = [word.split()[0] for word in told.came("confirm")]
    assert words == ["fired", "inject", "fired", "deliver", "deliver", "healed", "healed"]


def test_the_first_opinion_wins() -> None:
    told = connected()
    told.arm(Drop(what="message", label="m1"), "first")
    told.arm(Hold(what="message"), "second")
    assert told.came("m1", "m2") == [
        "fired first c1 1 - message 1",
        "discard m1",
        "fired second c1 1 - message 2",
    ]


def test_a_message_whose_identifier_means_the_same_is_the_client_s_own() -> None:
    told = connected()
    told.arm(Drop(what="message", identifier="other"))
    assert told.came("m1") == ["deliver m1"]
    assert OTHER != OWN
