"""The nemesis as a whole: its journal, its restart, and the one that lies."""

from __future__ import annotations

from random import Random

import pytest

from cablecheck.cable.frames import read_frame
from cablecheck.history import Armed, Fired, digest
from cablecheck.nemesis.faults import FAULTS
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.shadow import Shadow
from cablecheck.nemesis.signals import Deliver, FrameCame, Journal, Link
from cablecheck.scenario import model
from cablecheck.scenario.model import (
    Blackhole,
    Cut,
    Deploy,
    Drop,
    Duration,
    Fail,
    Hold,
    Inject,
    Latency,
    Refuse,
    Restart,
    Strip,
    Throttle,
    Truncate,
)
from tests.nemesis.telling import Told, connected, text_of


def test_what_is_armed_is_journalled_with_its_step_and_its_arguments() -> None:
    nemesis = Nemesis(Random(1))
    step = Drop(what="message", nth=2, on="c1", id="gap")
    orders = nemesis.arm(step, fault="gap", verb="drop", number=4, now=1.5, closing=True)
    assert orders == [Journal(Armed(1.5, "gap", "drop", 4, "c1", "what: message, nth: 2", True))]


def test_what_fires_is_journalled_with_kind_ids_and_digest() -> None:
    nemesis = Nemesis(Random(1))
    nemesis.arm(Drop(what="message"), fault="gap", verb="drop", number=4, now=1.0)
    text = text_of("m3")
    orders = nemesis.handle(FrameCame(Link("c1", "cable", 2), 9, read_frame(text), text), 2.0)
    assert orders[0] == Journal(
        Fired(2.0, "gap", "drop", "c1", socket=2, kind="message", ids=("3",), digest=digest(text))
    )


def test_a_restart_touches_every_client_that_is_connected() -> None:
    told = connected(clients=("c1", "c2"))
    assert told.arm(Restart(signal="KILL", down=Duration(2))) == [
        "fired f c1 1 - -  KILL",
        "fired f c2 1 - -  KILL",
        "restart KILL 2",
    ]
    assert told.heal(None) == []


def test_a_restart_touches_a_client_that_is_away() -> None:
    told = connected(clients=("c1", "c2"))
    told.over()
    assert told.arm(Restart(signal="KILL", down=Duration(2))) == [
        "fired f c2 1 - -  KILL",
        "fired f c1 - - -  KILL",
        "restart KILL 2",
    ]


def test_a_deploy_may_touch_every_client_that_is_connected_and_is_performed_by_nobody_here() -> None:
    told = connected(clients=("c1", "c2"))
    assert told.arm(Deploy(command="./deploy.sh")) == ["fired f c1 1 - -", "fired f c2 1 - -"]
    assert told.heal(None) == []


def test_the_table_has_a_fault_for_every_verb_that_is_one() -> None:
    plain = {model.Connect, model.Publish, model.Send, model.Type, model.Unsubscribe, model.Switch}
    plain |= {model.Subscribe, model.Await, model.Settle, model.Wait, model.Heal, model.Release}
    assert set(model.VERBS.values()) - plain == set(FAULTS)


def test_the_heal_of_an_unknown_fault_changes_nothing() -> None:
    assert connected().heal("nobody") == []


def test_without_faults_everything_is_delivered() -> None:
    told = connected()
    assert told.came("m1", "perform", "ping") == ["deliver m1", "deliver perform", "deliver ping"]
    assert told.some_bytes("pong") == ["deliver pong"]
    assert told.answer() == ["deliver answer"]


def test_a_message_that_is_no_object_passes() -> None:
    nemesis = Nemesis(Random(1))
    text = '{"identifier":"i","message":7}'
    link = Link("c1", "cable", 1)
    assert nemesis.handle(FrameCame(link, 1, read_frame(text), text), 0.0) == [Deliver(link, 1)]


LIES = [
    Cut(how="rst"), Refuse(how=503), Refuse(how="port"), Blackhole(), Latency(delay=Duration(1)), Throttle(rate="9B/s"), Strip(), Hold(what="message"),
    Drop(what="message"), Truncate(what="message"), Inject(what="ping"), Fail(as_="reset"), Restart(),
]  # fmt: skip


@pytest.mark.parametrize("step", LIES, ids=lambda step: type(step).__name__)
def test_a_nemesis_that_lies_journals_the_fault_and_lets_everything_pass(step: model.Step) -> None:
    told, honest = connected(Shadow), connected()
    words = [story(each, step) for each in (told, honest)]
    fired = [[word for word in said if word.startswith("fired")] for said in words]
    assert fired[0] == fired[1] != []
    assert {word.split()[0] for word in words[0]} <= {
        "fired",
        "deliver",
        "admit",
        "wake",
        "healed",
        "released",
    }
    delivered = [word.removeprefix("deliver ") for word in words[0] if word.startswith("deliver")]
    assert delivered == ["m1", "upgrade", "fin", "answer", "m2"]
    assert "admit c1 cable 2" in words[0]


def story(told: Told, step: model.Step) -> list[str]:
    """Everything a fault can touch happens once."""
    said = told.arm(step) + told.came("m1") + told.announce(number=2) + told.dial(number=2)
    said += told.upgraded(2) + told.some_bytes("fin", Link("c1", "cable", 2), ends=True) + told.answer()
    said += told.release("message") + told.heal(None)
    return said + told.came("m2", number=2)


def test_what_stands_is_told_by_its_id_until_it_is_over() -> None:
    nemesis = Nemesis(Random(1))
    for id_ in ("b", "a"):
        nemesis.arm(Hold(what="message"), fault=id_, verb="hold", number=1, now=0.0)
    assert nemesis.standing == ("b", "a")
    nemesis.heal("b", "in-order", 1.0)
    assert nemesis.standing == ("a",)
