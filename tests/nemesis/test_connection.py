"""Faults of a connection, as small tables of what is ordered."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from cablecheck.nemesis import signals
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import Link
from cablecheck.scenario.model import Blackhole, Cut, Duration, Latency, Refuse, Strip, Throttle
from tests.nemesis.telling import Told, connected, text_of


@pytest.mark.parametrize(
    ("how", "ordered", "detail"),
    [
        ("rst", "rst", "rst"),
        ("fin", "fin", "fin"),
        ("close", "close 1001", "close 1001"),
        ("close-half", "close-half", "close-half"),
    ],
)
def test_a_cut_ends_the_live_cable_and_journals_it_first(how: str, ordered: str, detail: str) -> None:
    assert connected().arm(Cut(how=how, code=1001)) == [
        f"fired f c1 1 - - {detail}".replace("- - ", "- -  "),
        f"cut c1 cable 1 {ordered}",
    ]


def test_a_cut_without_a_live_connection_never_fires() -> None:
    told = connected()
    told.over()
    assert told.arm(Cut(how="rst")) == []
    assert told.dial(number=2) == ["admit c1 cable 2"]


def test_a_cut_hits_only_the_client_it_is_meant_for_and_never_rest() -> None:
    told = connected(clients=("c1", "c2"))
    told.dial("rest", 1, "c2")
    assert [word for word in told.arm(Cut(how="rst", on="c2")) if word.startswith("cut")] == [
        "cut c2 cable 1 rst"
    ]


def test_a_client_that_has_said_goodbye_is_no_longer_live() -> None:
    told = connected()
    told.some_bytes("fin", direction="up", ends=True)
    assert told.arm(Cut(how="rst")) == []


def test_a_half_closed_connection_is_ended_by_its_heal_and_cut_by_nothing_else() -> None:
    told = connected()
    told.arm(Cut(how="close-half"), "half")
    assert told.arm(Cut(how="rst"), "again") == []
    assert told.heal(None) == ["cut c1 cable 1 fin", "healed half"]


def test_a_half_closed_connection_may_be_reset_instead() -> None:
    told = connected()
    told.arm(Cut(how="close-half"))
    assert told.heal("f", "reset") == ["cut c1 cable 1 rst", "healed f reset"]


def test_a_half_close_of_a_connection_that_ended_by_itself_leaves_nothing_to_live() -> None:
    told = connected()
    told.arm(Cut(how="close-half"))
    told.over()
    assert told.arm(Cut(how="rst"), "again") == []


# Refusals


@pytest.mark.parametrize("how", [404, 502, 503, "reset"])
def test_a_refusal_refuses_until_it_is_healed(how: object) -> None:
    told = Told()
    told.arm(Refuse(how=how))
    assert told.dial()[1] == f"refuse cable {how}"
    assert told.dial("rest")[1] == f"refuse rest {how}"
    assert told.heal() == ["healed f"]
    assert told.dial(number=2) == ["admit c1 cable 2"]


def test_a_refused_connection_is_not_live() -> None:
    told = Told()
    told.arm(Refuse(how=503), "r")
    told.dial()
    assert told.arm(Cut(how="rst")) == []


def test_a_refusal_of_the_cable_lets_rest_through_and_the_other_way_round() -> None:
    told = Told()
    told.arm(Refuse(how=502, what="cable"))
    assert told.dial("rest") == ["admit c1 rest 1"]
    told.heal()
    told.arm(Refuse(how=502, what="rest"))
    assert told.dial() == ["admit c1 cable 1"]


def test_refusing_twice_refuses_each_client_twice_and_is_spent_then() -> None:
    told = Told()
    told.meet("c1")
    told.meet("c2")
    told.arm(Refuse(how=503, times=2))
    words = [told.dial(number=n, client=c)[-1] for n in (1, 2, 3) for c in ("c1", "c2")]
    assert words == ["refuse cable 503"] * 3 + ["healed f spent", "admit c1 cable 3", "admit c2 cable 3"]


def test_a_closed_port_is_opened_by_the_heal_and_fires_when_a_connection_is_announced() -> None:
    told = Told()
    told.meet()
    assert told.arm(Refuse(how="port")) == ["closeport c1"]
    assert told.announce() == ["fired f c1 1 - -  port"]
    assert told.announce("rest", 1) == ["fired f c1 - 1 -  port"]
    assert told.heal() == ["openport c1", "healed f"]
    assert told.announce(number=2) == []


def test_a_client_that_comes_later_finds_its_port_closed() -> None:
    told = Told()
    assert told.arm(Refuse(how="port")) == []
    assert told.meet() == ["closeport c1"]
    assert told.meet("c2") == ["closeport c2"]


def test_a_client_that_comes_later_minds_no_other_fault() -> None:
    told = Told()
    told.arm(Latency(delay=Duration(1)))
    told.arm(Refuse(how=503), "r")
    assert told.meet() == []


def test_a_port_closed_for_two_connections_opens_when_the_third_is_announced() -> None:
    told = Told()
    told.meet()
    told.arm(Refuse(how="port", times=2))
    told.announce(number=1)
    told.announce(number=2)
    assert told.announce(number=3) == ["openport c1", "healed f spent"]


def test_a_port_closed_by_two_faults_opens_with_the_second_heal() -> None:
    told = Told()
    told.meet()
    told.arm(Refuse(how="port"), "a")
    told.arm(Refuse(how="port", times=1), "b")
    assert told.announce(number=1) == ["fired a c1 1 - -  port", "fired b c1 1 - -  port"]
    assert told.announce(number=2) == ["fired a c1 2 - -  port", "healed b spent"]
    told.arm(Refuse(how="port"), "c")
    assert told.heal("a") == ["healed a"]
    assert told.heal("c") == ["openport c1", "healed c"]


@pytest.mark.parametrize(
    ("as_", "ended"), [("in-order", "admit c1 cable 1"), ("reset", "cut c1 cable 1 rst")]
)
def test_who_hangs_is_let_in_or_reset_by_the_heal(as_: str, ended: str) -> None:
    told = Told()
    told.arm(Refuse(how="hang", times=1))
    assert told.dial() == ["fired f c1 1 - -  hang", "refuse cable hang"]
    assert told.dial(number=2) == ["admit c1 cable 2"]
    assert told.heal("f", as_) == [ended, "healed f reset" if as_ == "reset" else "healed f"]


def test_who_hung_and_gave_up_is_let_in_by_nobody() -> None:
    told = Told()
    told.arm(Refuse(how="hang"))
    told.dial()
    told.over()
    assert told.heal() == ["healed f"]


def test_who_hangs_can_be_cut() -> None:
    told = Told()
    told.arm(Refuse(how="hang"), "hang")
    told.dial()
    assert told.arm(Cut(how="rst"))[1] == "cut c1 cable 1 rst"


# Blackholes


@pytest.mark.parametrize(
    ("direction", "hushed"), [("both", ["down", "up"]), ("down", ["down"]), ("up", ["up"])]
)
def test_a_blackhole_hushes_what_is_open_now_and_gives_it_back_in_order(
    direction: str, hushed: list[str]
) -> None:
    told = connected()
    assert told.arm(Blackhole(direction=direction)) == [
        f"fired f c1 1 - -  {direction}",
        *[f"hush {each}" for each in hushed],
    ]
    assert told.heal() == [*[f"unhush {each}" for each in hushed], "healed f"]


def test_a_blackhole_leaves_new_connections_alone() -> None:
    told = connected()
    told.arm(Blackhole())
    assert told.dial(number=2) == ["admit c1 cable 2"]
    assert told.came("m1", number=2) == ["deliver m1"]


def test_what_a_blackhole_swallows_is_journalled_by_id() -> None:
    told = connected()
    told.arm(Blackhole(direction="down"))
    assert told.came("m5") == ["fired f c1 1 - message 5", "deliver m5"]
    assert told.came("perform") == ["deliver perform"]
    assert told.some_bytes("pong") == ["deliver pong"]


def test_a_blackhole_may_end_in_a_reset() -> None:
    told = connected()
    told.arm(Blackhole())
    assert told.heal("f", "reset") == ["cut c1 cable 1 rst", "healed f reset"]


def test_a_blackhole_whose_connections_are_over_has_nothing_to_give_back() -> None:
    told = connected()
    told.arm(Blackhole())
    told.over()
    assert told.heal() == ["healed f"]


# Latency


def test_latency_keeps_the_order_of_frames_control_frames_and_the_end() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(0.5)))
    assert told.came("m1") == ["fired f c1 1 - message 1", "wake 2 at 0.5"]
    told.now = 0.1
    assert told.some_bytes("close") == []
    assert told.came("subscribe") == ["deliver subscribe"]
    assert told.wake(2, 0.5) == ["deliver m1", "wake 4 at 0.6"]
    assert told.some_bytes("fin", ends=True) == []
    assert told.wake(4, 0.6) == ["deliver close", "wake 6 at 1"]
    assert told.wake(6, 1.0) == ["deliver fin"]
    assert told.came("m2")[-1] == "wake 8 at 1.5"


def test_jitter_never_turns_the_order_round() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(0.5), jitter=Duration(0.5)))
    names = [f"m{number}" for number in range(1, 30)]
    waiting = told.came(*names)
    delivered: list[str] = []
    for _ in range(100):
        alarms = [word.split() for word in waiting if word.startswith("wake")]
        delivered += [word.removeprefix("deliver ") for word in waiting if word.startswith("deliver")]
        waiting = [word for _, alarm, _, at in alarms for word in told.wake(int(alarm), float(at))]
    assert delivered == names


def test_latency_of_rest_delays_answers_not_requests() -> None:
    told = Told()
    told.arm(Latency(delay=Duration(1), direction="both"))
    told.dial("rest")
    rest = Link("c1", "rest", 1)
    assert told.some_bytes("body", rest, "up") == ["deliver body"]
    assert told.some_bytes("answer", rest) == ["fired f c1 - 1 -", "wake 2 at 1"]
    assert told.some_bytes("fin", rest, ends=True) == []


def test_latency_up_delays_commands_of_its_client_only() -> None:
    told = connected(clients=("c1", "c2"))
    told.arm(Latency(delay=Duration(1), direction="up", on="c2"))
    assert told.came("perform") == ["deliver perform"]
    assert told.came("perform", client="c2")[-1] == "wake 2 at 1"
    assert told.came("m1", client="c2") == ["deliver m1"]


def test_the_heal_of_latency_gives_what_waits_at_once_and_in_order() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(5)))
    told.came("m1", "m2")
    assert told.heal() == ["deliver m1", "deliver m2", "healed f"]
    assert told.came("m3") == ["deliver m3"]
    assert told.wake(2, 5.0) == []


def test_what_a_second_latency_still_delays_is_not_overtaken_by_what_the_healed_one_let_go() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(1)), "a")
    told.came("m1")
    told.arm(Latency(delay=Duration(2)), "b")
    told.came("m2", "m3")
    assert told.heal("a") == ["deliver m1", "healed a"]
    assert told.heal("b") == ["deliver m2", "deliver m3", "healed b"]


def test_a_healed_latency_waits_behind_a_standing_one() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(2)), "b")
    told.came("m1")
    told.heal("b")
    told.arm(Latency(delay=Duration(2)), "b2")
    told.came("m2")
    told.arm(Latency(delay=Duration(1)), "a")
    told.came("m3")
    assert told.heal("a") == ["healed a"]
    assert told.heal("b2") == ["deliver m2", "deliver m3", "healed b2"]


def test_latency_may_end_in_a_reset_of_what_it_delays() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(2)))
    told.came("m1", "m2")
    assert told.heal("f", "reset") == ["cut c1 cable 1 rst", "healed f reset"]
    assert told.wake(2, 2.0) == []


def test_a_cut_forgets_what_was_delayed() -> None:
    told = connected()
    told.arm(Latency(delay=Duration(2)), "slow")
    told.came("m1")
    told.arm(Cut(how="fin"))
    assert told.heal("slow") == ["healed slow"]


# Narrow lines

BYTES = len(text_of("m1"))
REST = Link("c1", "rest", 1)


def narrow(**fields: Any) -> Told:
    """A line on which a message takes a second."""
    told = connected(clients=("c1", "c2"))
    told.arm(Throttle(rate=f"{BYTES}B/s", **fields))
    return told


def test_a_frame_takes_its_time_and_that_of_all_that_stand_before_it() -> None:
    told = narrow()
    assert told.came("m1", "m2") == [
        "fired f c1 1 - message 1 late: 1s",
        "wake 2 at 1",
        "fired f c1 1 - message 2 late: 2s",
    ]
    assert told.wake(2, 1.0) == ["deliver m1", "wake 4 at 2"]
    told.now = 1.5
    assert told.came("m3") == ["fired f c1 1 - message 3 late: 1500ms"]
    assert told.wake(4, 2.0) == ["deliver m2", "wake 6 at 3"]
    assert told.wake(6, 3.0) == ["deliver m3"]
    told.now = 10.0
    assert told.came("m4") == ["fired f c1 1 - message 4 late: 1s", "wake 8 at 11"]


def test_a_character_weighs_what_it_weighs_on_the_wire() -> None:
    told = Told()
    told.dial("rest")
    told.arm(Throttle(rate="1KB/s", what="all"))
    assert told.answer(text="ß\ud800" * 100) == ["fired f c1 - 1 - 7 late: 500ms", "wake 2 at 0.5"]


def test_control_frames_weigh_nothing_and_overtake_nothing() -> None:
    told = narrow()
    assert told.some_bytes("pong") == ["deliver pong"]
    told.came("m1")
    assert told.some_bytes("close") == []
    assert told.some_bytes("fin", ends=True) == []
    assert told.wake(2, 1.0) == ["deliver m1", "deliver close", "deliver fin"]


def test_a_narrow_line_is_one_client_s_and_one_way() -> None:
    told = narrow(on="c1")
    assert told.came("perform") == ["deliver perform"]
    assert told.came("m1", client="c2") == ["deliver m1"]


def test_each_connection_has_a_line_of_its_own() -> None:
    told = narrow()
    told.came("m1", "m2")
    assert told.came("m1", client="c2") == ["fired f c2 1 - message 1 late: 1s"]
    told.dial(number=2)
    assert told.came("m3", number=2) == ["fired f c1 2 - message 3 late: 1s"]


def test_answers_take_their_time_where_all_is_narrow_and_only_there() -> None:
    told = narrow()
    told.dial("rest")
    assert told.answer(text="x" * BYTES) == ["deliver answer"]
    told = narrow(what="all")
    told.dial("rest")
    assert told.answer(text="x" * BYTES) == ["fired f c1 - 1 - 7 late: 1s", "wake 2 at 1"]
    told.dial("rest", 2)
    posted = Link("c1", "rest", 2)
    assert told.some_bytes("body", posted, size=2 * BYTES) == ["fired f c1 - 2 -  late: 2s"]
    assert told.some_bytes("fin", posted, ends=True) == []
    assert told.wake(2, 1.0) == ["deliver answer", "wake 5 at 2"]
    assert told.wake(5, 2.0) == ["deliver body", "deliver fin"]


def test_the_heal_of_a_narrow_line_gives_what_waits_at_once_and_in_order() -> None:
    told = narrow()
    told.came("m1", "m2")
    assert told.heal() == ["deliver m1", "deliver m2", "healed f"]
    assert told.came("m3") == ["deliver m3"]


def test_a_narrow_line_may_end_in_a_reset_of_what_it_holds_up() -> None:
    told = narrow()
    told.came("m1", client="c2")
    assert told.heal("f", "reset") == ["cut c2 cable 1 rst", "healed f reset"]


# Subprotocols


def test_an_answer_to_an_upgrade_goes_without_its_subprotocol_until_the_heal() -> None:
    told = Told()
    told.arm(Strip())
    assert told.upgraded(1) == ["fired f c1 1 - -  actioncable-v1-json", "deliver upgrade bare"]
    assert told.upgraded(2)[1] == "deliver upgrade bare"
    assert told.heal() == ["healed f"]
    assert told.upgraded(3) == ["deliver upgrade"]


def test_an_answer_without_a_subprotocol_is_not_touched_and_does_not_count() -> None:
    told = Told()
    told.meet()
    told.arm(Strip(times=1))
    assert told.upgraded(1, protocol=None) == ["deliver upgrade"]
    assert told.came("welcome") == ["deliver welcome"]
    assert told.upgraded(2)[1:] == ["deliver upgrade bare", "healed f spent"]
    assert told.upgraded(3) == ["deliver upgrade"]


def test_a_subprotocol_is_taken_from_the_client_that_is_meant() -> None:
    told = Told()
    told.arm(Strip(on="c2"))
    assert told.upgraded() == ["deliver upgrade"]
    assert told.upgraded(client="c2")[1] == "deliver upgrade bare"


def test_an_answer_without_its_subprotocol_comes_late_on_a_slow_line() -> None:
    told = Told()
    told.arm(Latency(delay=Duration(1)), "slow")
    told.arm(Strip(), "strip")
    assert told.upgraded()[1] == "wake 2 at 1"
    assert told.wake(2, 1.0) == ["deliver upgrade bare"]


def test_two_nemeses_with_one_seed_decide_alike() -> None:
    def alarms(seed: int) -> list[signals.NemesisOrder]:
        nemesis = Nemesis(Random(seed))
        step = Latency(delay=Duration(0.5), jitter=Duration(0.3))
        nemesis.arm(step, fault="f", verb="latency", number=1, now=0)
        link = Link("c1", "rest", 1)
        return [
            order for n in range(9) for order in nemesis.handle(signals.AnswerCame(link, n, 200), float(n))
        ]

    assert alarms(1) == alarms(1)
    assert alarms(1) != alarms(2)
