from __future__ import annotations

import pytest

from cablecheck.scenario.cautions import cautions
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_scenario


def read(*steps: str) -> Scenario:
    lines = "".join(f"  - {step}\n" for step in steps)
    return read_scenario(f"name: x\nstory: y\nclients: 2\nsteps:\n{lines}", "x.yaml")


RST = "cut: {how: rst}"
RACES = {
    "nothing keeps the client away": (RST, "publish:"),
    "another client is kept away": ("refuse: {how: port, on: c2}", "cut: {how: rst, on: c1}", "publish:"),
    "the refusal is healed": ("refuse: {how: port, id: a}", RST, "heal: {id: a}", "publish:"),
    "all is healed": ("refuse: {how: port}", RST, "heal:", "publish:"),
    "only REST is refused": ("refuse: {how: 503, what: rest}", RST, "publish:"),
    "the hold is released by its id": ("hold: {what: subscribe, id: a}", RST, "release: {id: a}", "publish:"),
    "the hold is released by its kind": ("hold: {what: subscribe}", RST, "release: {what: subscribe}", "publish:"),
    "another hold is released": ("hold: {what: ping}", RST, "release: {what: ping}", "publish:"),
    "the subscription is asked for again": ("unsubscribe:", RST, "subscribe:", "publish:"),
    "only the confirm is held": ("hold: {what: confirm}", RST, "publish:"),
    "the server is back": ("restart: {}", "await: {event: server-started}", "publish:"),
    "the client was seen to fall": (RST, "await: {event: closed}", "publish:"),
    "a frame was torn": ("truncate: {what: message, id: a}", "publish:", "await: {fired: a}", "publish:"),
    "another fault has fired": ("refuse: {how: 404, times: 1, id: a}", RST, "await: {fired: a}", "heal:", "publish:"),
}  # fmt: skip


@pytest.mark.parametrize("steps", RACES.values(), ids=list(RACES))
def test_a_publish_that_races_with_a_reconnect_is_warned_of(steps: tuple[str, ...]) -> None:
    [caution] = cautions(read(*steps))
    assert caution.startswith(f"x.yaml:{4 + len(steps)}: this publish races with the client")
    assert caution.endswith("put a refuse, or a hold of subscribe, before the cut")


NO_RACES = {
    "nothing was cut": ("publish:",),
    "a refusal stands": ("refuse: {how: port}", RST, "publish:"),
    "a refusal of this client stands": ("refuse: {how: port, on: c1}", "cut: {how: rst, on: c1}", "publish:"),
    "a hold stands": ("hold: {what: subscribe}", RST, "publish:"),
    "another hold is released": (
        "hold: {what: subscribe}",
        "hold: {what: ping}",
        RST,
        "release: {what: ping}",
        "publish:",
    ),
    "the line is dead": ("blackhole: {}", RST, "publish:"),
    "the subscribe is dropped": ("drop: {what: subscribe}", RST, "publish:"),
    "the server is down": ("restart: {}", "publish:"),
    "the client wants nothing": ("unsubscribe:", RST, "publish:"),
    "the client is back": (RST, "await: {event: confirmed}", "publish:"),
    "the client shows it": ("publish:", RST, "await: {shown: m1}", "publish:"),
    "its confirmation came": ("hold: {what: confirm, id: a}", RST, "await: {fired: a}", "publish:"),
    "its catch-up failed": ("fail: {as: reset, id: a}", RST, "await: {fired: a}", "publish:"),
    "a frame was torn, and a hold stands": (
        "hold: {what: subscribe}",
        "truncate: {what: message, id: a}",
        "publish:",
        "await: {fired: a}",
        "publish:",
    ),
    "a frame will be torn": ("truncate: {what: message}", "publish:", "await: {shown: m1}", "publish:"),
    "all is quiet": (RST, "settle:", "publish:"),
    "time has passed": (RST, "wait: {for: 5s}", "publish:"),
}


@pytest.mark.parametrize("steps", NO_RACES.values(), ids=list(NO_RACES))
def test_a_publish_that_cannot_race_is_not_warned_of(steps: tuple[str, ...]) -> None:
    assert cautions(read(*steps)) == ()


def live(*steps: str) -> Scenario:
    lines = "".join(f"  - {step}\n" for step in steps)
    return read_scenario(f"name: x\nstory: y\nworld: live\nwhy: z\nsteps:\n{lines}", "x.yaml")


DEPLOYED = "await: {event: deployed}"
SILENT = {
    "nothing is said at all while it runs": ("publish:", "deploy: {command: x}", DEPLOYED, "publish:"),
    "nothing is said before the story ends": ("publish:", "settle:", "deploy: {command: x}"),
}


@pytest.mark.parametrize("steps", SILENT.values(), ids=list(SILENT))
def test_a_command_during_which_nothing_is_said_is_warned_of(steps: tuple[str, ...]) -> None:
    assert any(
        "nothing is published while this command runs" in caution for caution in cautions(live(*steps))
    )


TALKED = {
    "there is traffic": ("deploy: {command: x, traffic: 2/s}", DEPLOYED),
    "the story goes on": ("deploy: {command: x}", "publish: {count: 9, rate: 1/s}", DEPLOYED),
    "it is the last to begin": ("deploy: {command: x}", "publish:"),
}


@pytest.mark.parametrize("steps", TALKED.values(), ids=list(TALKED))
def test_a_command_during_which_something_is_said_is_not_warned_of(steps: tuple[str, ...]) -> None:
    assert cautions(live(*steps)) == ()


def test_one_race_is_warned_of_once() -> None:
    assert len(cautions(read(RST, "publish:", "publish:"))) == 1


def test_a_story_without_a_message_proves_nothing() -> None:
    assert cautions(read("settle:")) == (
        "x.yaml:5: nothing is published in this story, so it proves nothing; add a publish",
    )
    assert len(cautions(Scenario(name="x", story="y", steps=()))) == 1


def test_a_fault_after_all_is_said_and_shown_cannot_matter() -> None:
    assert cautions(read("publish:", "settle:", RST)) == (
        "x.yaml:7: nothing is published after this fault, so it can't matter; publish, or take it out",
    )


@pytest.mark.parametrize("steps", [("publish:", RST), ("hold: {what: message}", "publish:", "settle:", RST)])
def test_a_fault_that_may_hit_what_is_under_way_is_not_warned_of(steps: tuple[str, ...]) -> None:
    assert cautions(read(*steps)) == ()


def test_an_await_that_begins_to_count_too_late_is_warned_of() -> None:
    [caution] = cautions(read("publish:", "settle:", "await: {event: published}"))
    assert caution == (
        "x.yaml:7: events are counted from the start of line 6, which publishes nothing; "
        "await it right after the publish, or use total"
    )


@pytest.mark.parametrize(
    "steps",
    [
        ("publish:", "await: {event: published}"),
        ("publish:", "settle:", "await: {event: published, total: 1}"),
    ],
)
def test_an_await_that_can_be_met_is_not_warned_of(steps: tuple[str, ...]) -> None:
    assert cautions(read(*steps)) == ()


def test_a_send_that_may_overtake_a_message_is_warned_of() -> None:
    [caution] = cautions(read("publish: {count: 2}", "send:"))
    assert caution == (
        "x.yaml:6: this send may be shown before what line 5 publishes has arrived; await the last of those messages shown first"
    )


def test_a_send_that_waits_for_what_it_answers_is_not_warned_of() -> None:
    assert cautions(read("publish: {count: 2}", "await: {shown: m2}", "send:")) == ()
    assert cautions(read("send:", "publish:")) == ()
