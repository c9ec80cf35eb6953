"""The judge: history and truth in, verdict out."""

from __future__ import annotations

from collections.abc import Iterable

from cablecheck.checker.anomalies import Case, findings_of
from cablecheck.checker.doubts import Proof, doubts_of
from cablecheck.checker.evidence import evidence_of
from cablecheck.checker.provenance import masked, provenance_of, recovered
from cablecheck.checker.record import Record
from cablecheck.checker.stock import Stock
from cablecheck.checker.verdict import Finding, Outcome, Verdict
from cablecheck.checker.view import views_of
from cablecheck.history import Event
from cablecheck.truth import Truth


def judge(events: Iterable[Event], truth: Truth | None) -> Verdict:
    """Compare what each client showed with what the target stored.

    One pass over the events, then at most O(n log n). `truth` None: it was never read. A violation stands whatever else is
    doubtful; without one a run is verified only when nothing at all is, and a run that proves cablecheck itself wrong
    (`bug`) never is. A lost probe violates nothing: alone it makes the run inconclusive, or, sent after the closing protocol's
    own cut, is only reported.
    """
    record = Record()
    record.take(events)
    stock = Stock(truth, record.ledger)
    case = Case(record, stock, views_of(record, stock), truth)
    findings = findings_of(case)
    faults = evidence_of(record, case.views)
    reasons = doubts_of(Proof(case, faults, findings))
    bug = _bug(record)
    rows = provenance_of(case)
    began = record.began
    return Verdict(
        outcome=_outcome(findings, doubtful=bool(reasons) or bug is not None),
        scenario="" if began is None else began.scenario,
        profile="" if began is None else began.profile,
        run="" if began is None else began.run,
        defects=() if began is None else began.defects,
        findings=findings,
        reasons=reasons,
        faults=faults,
        provenance=rows,
        bug=bug,
        stored=len(stock.story),
        source="list" if truth is None else truth.source,
        recovered=recovered(case),
        masked=masked(rows),
        seconds=record.times[-1] if record.times else 0.0,
    )


def _outcome(findings: tuple[Finding, ...], *, doubtful: bool) -> Outcome:
    if any(not finding.probe for finding in findings):
        return Outcome.VIOLATED
    return Outcome.INCONCLUSIVE if doubtful else Outcome.VERIFIED


def _bug(record: Record) -> str | None:
    """What proves that cablecheck itself is wrong: a crash, bytes changed without a fault, a history that can't have been."""
    if record.ended is not None and record.ended.ended == "crashed":
        return f"cablecheck itself failed: {record.ended.note}"
    tampered = record.tampered
    if tampered is not None:
        way = "to" if tampered.direction == "down" else "from"
        return f"the proxy changed bytes {way} {tampered.client} without a fault: {tampered.detail}"
    if record.ledger.contradiction is not None:
        return f"the history contradicts itself: {record.ledger.contradiction}"
    for subject in record.subjects.values():
        contradiction = subject.timeline.checked()
        if contradiction is not None:
            return f"the history contradicts itself: {contradiction}"
    return None
