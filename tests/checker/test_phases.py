"""In which phase a fault struck, and what a set of runs proves."""

from __future__ import annotations

from cablecheck import history
from cablecheck.checker.phases import PHASES, Certificate, Phase, Standing, struck
from cablecheck.checker.verdict import FaultEvidence, Outcome, Verdict
from cablecheck.history import Event

ARMED = history.Armed(0, "f", "cut", 1)
LIFE: list[Event] = [
    history.Connecting(0, "c1", 1),
    history.Opened(0, "c1", 1),
    history.Sent(0, "c1", 1, "subscribe", "x"),
    history.Received(0, "c1", 1, "confirm", "x"),
    history.FetchSent(0, "c1", 1, "GET", "/messages", True),
    history.FetchEnded(0, "c1", 1, 200),
    history.Closing(0, "c1", 1),
    history.Closed(0, "c1", 1, "close"),
]
COURSE = (
    Phase.AWAY, Phase.CONNECTING, Phase.GREETING, Phase.SUBSCRIBING, Phase.LIVE, Phase.CATCHING_UP, Phase.LIVE, Phase.CLOSING, Phase.AWAY,
)  # fmt: skip
FIRED = history.Fired(0, "f", "cut", "c1", 1)


def test_a_connection_goes_through_its_phases() -> None:
    for after, phase in enumerate(COURSE):
        assert struck([ARMED, *LIFE[:after], FIRED]) == {("f", phase): 1}, after


def test_what_an_old_socket_does_changes_no_phase() -> None:
    again = [history.Connecting(0, "c1", 2), history.Opened(0, "c1", 1), history.Closed(0, "c1", 1, "rst")]
    assert struck([ARMED, *LIFE[:4], *again, FIRED]) == {("f", Phase.CONNECTING): 1}


def test_the_closing_protocols_own_faults_and_other_clients_count_apart() -> None:
    closing = history.Armed(0, "closing", "cut", 9, closing=True)
    other = history.Fired(0, "f", "cut", "c2", 1)
    ping = history.TimerFired(0, "c1", "reconnect")
    events = [ARMED, closing, *LIFE[:4], ping, history.Fired(0, "closing", "cut", "c1", 1), FIRED, other]
    assert struck(events) == {("f", Phase.LIVE): 1, ("f", Phase.AWAY): 1}


def test_every_phase_is_told() -> None:
    assert list(PHASES) == list(Phase)


def verdict(**evidence: bool) -> Verdict:
    return Verdict(Outcome.VERIFIED, faults=(FaultEvidence("f", "cut", fired=1, **evidence),))  # type: ignore[arg-type]


def test_a_cell_counts_as_hit_only_where_a_message_was_at_stake() -> None:
    certificate = Certificate()
    live, away = ("cut", Phase.LIVE), ("cut", Phase.AWAY)
    assert certificate.standing(*live) is Standing.NEVER
    for evidence, standing in (
        ({}, Standing.FIRED),
        ({"felt": True}, Standing.FELT),
        ({"felt": True, "mattered": True}, Standing.AT_STAKE),
    ):
        assert certificate.missing([live]) == [live]
        certificate.add([ARMED, *LIFE[:4], FIRED], verdict(**evidence))
        assert certificate.standing(*live) is standing
    assert certificate.missing([live, away]) == [away]
    assert certificate.runs == 3
