from __future__ import annotations

from cablecheck.checker.judging import judge
from cablecheck.checker.stakes import MOST_AT_STAKE
from cablecheck.checker.verdict import FaultEvidence, Outcome
from cablecheck.history import Armed, Closing, Connecting, Event, Fired, Healed, StepBegan
from cablecheck.truth import Truth
from tests.checker.faulty import Faulty, finished, lived


def faults_of(run: tuple[list[Event], Truth]) -> tuple[FaultEvidence, ...]:
    return judge(*run).faults


def test_evidence_says_when_and_how_often_a_fault_fired_and_when_it_was_over() -> None:
    tale = Faulty()
    tale.arm("hold", "what: message").say("m2 m3").on_message("m2").on_message("m3").wait(1).add(Healed, "f")
    events, truth = finished(tale.say("+m2 +m3"))
    (fault,) = faults_of((events, truth))
    assert (fault.fault, fault.verb, fault.detail, fault.step, fault.fired) == (
        "f",
        "hold",
        "what: message",
        1,
        2,
    )
    assert fault.first_fired_at == next(event.at for event in events if isinstance(event, Fired))
    assert fault.healed_at == next(event.at for event in events if isinstance(event, Healed))
    assert fault.at_stake == ("m2", "m3")
    assert fault.why == "m2, m3 were at stake"


def test_a_fault_that_took_a_message_away_for_good_mattered() -> None:
    tale = Faulty()
    tale.arm("cut", "how: rst").fire(socket=1).lose("rst").say("m2")
    verdict = judge(*finished(tale))
    assert verdict.faults[0].at_stake == ("m2",)
    assert verdict.labels("lost") == ("m2",)
    assert verdict.outcome is Outcome.VIOLATED


def test_a_fault_that_cannot_touch_a_client_is_moot_and_says_why() -> None:
    tale = Faulty()
    (fault,) = faults_of(finished(tale.arm("strip").say("m2 +m2")))
    why = "no socket offered a subprotocol, so there was none to take out"
    assert (fault.moot, fault.mattered, fault.why) == (True, False, why)


def test_a_fault_for_one_client_is_not_moot_because_another_one_cannot_be_touched() -> None:
    tale = Faulty()
    tale.add(StepBegan, 1, "strip").add(Armed, "f", "strip", 1, "c2").add(Connecting, "c2", 1, ("x",))
    (fault,) = faults_of(finished(tale.say("m2 +m2")))
    assert (fault.moot, fault.why) == (False, "it was armed, and what it waited for never came")


def test_a_message_that_was_heard_before_the_client_came_back_was_not_at_stake() -> None:
    tale = Faulty()
    tale.arm("cut", "how: rst").say("m2 +m2").fire(socket=1).lose("rst").say("m3").back("m3")
    assert faults_of(finished(tale))[0].at_stake == ("m3",)


def test_a_message_that_was_on_its_way_when_the_fault_fired_was_at_stake() -> None:
    tale = Faulty().say("m2")
    tale.arm("cut", "how: rst").fire(socket=1).lose("rst").back("m2")
    assert faults_of(finished(tale))[0].at_stake == ("m2",)


def test_a_confirm_of_the_socket_that_was_cut_does_not_bring_the_client_back() -> None:
    tale = Faulty()
    tale.arm("cut", "how: close-half").fire(socket=1).add(Closing, "c1", 1, 1000).control("confirm", 1)
    tale.say("m2").back("m2")
    assert faults_of(finished(tale))[0].at_stake == ("m2",)


def test_two_faults_are_told_apart() -> None:
    tale = Faulty()
    tale.arm("cut", "how: rst", "f").fire(socket=1).lose("rst").say("m2").back("m2")
    tale.arm("cut", "how: fin", "g").fire(socket=2, fault="g").lose("fin", 2).say("m3").back("m3", socket=3)
    first, second = faults_of(finished(tale))
    assert (first.fault, first.at_stake) == ("f", ("m2",))
    assert (second.fault, second.at_stake) == ("g", ("m3",))


def test_the_faults_of_the_closing_protocol_are_not_reported() -> None:
    events, truth = lived("cut rst", real=True)
    closing = [Armed(9.0, "z", "cut", 9, None, "how: fin", True), Fired(9.0, "z", "cut", "c1", 2)]
    verdict = judge([*events[:-3], *closing, *events[-3:]], truth)
    assert [fault.fault for fault in verdict.faults] == ["f"]
    assert verdict.outcome is Outcome.VERIFIED


def test_no_more_labels_are_named_than_a_person_reads() -> None:
    labels = [f"m{number}" for number in range(2, 102)]
    tale = Faulty()
    tale.arm("cut", "how: rst").fire(socket=1).lose("rst").say(" ".join(labels)).back(*labels)
    fault = faults_of(finished(tale))[0]
    assert len(fault.at_stake) == MOST_AT_STAKE
    assert fault.at_stake[:3] == ("m2", "m3", "m4")


def test_no_more_touched_labels_are_named_than_a_person_reads() -> None:
    tale = Faulty().arm("hold", "what: message")
    labels = [f"m{number}" for number in range(2, 102)]
    for label in labels:
        tale.say(label).on_message(label)
    tale.wait(1).add(Healed, "f")
    for label in labels:
        tale.say(f"+{label}")
    fault = faults_of(finished(tale))[0]
    assert (fault.fired, len(fault.at_stake)) == (100, MOST_AT_STAKE)
