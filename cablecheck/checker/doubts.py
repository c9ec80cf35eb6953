"""What keeps a run without a finding from being verified: one small rule a doubt, each in a sentence a person understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import assert_never

from cablecheck.checker.anomalies import Case
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.verdict import FaultEvidence, Finding
from cablecheck.history import DeployEnded

_MOST_NAMED = 5  # a reason is read by a person; more are counted


@dataclass(frozen=True)
class Proof:
    """The case, and what was made of it so far."""

    case: Case
    faults: tuple[FaultEvidence, ...]
    findings: tuple[Finding, ...]


def beginning(proof: Proof) -> Iterator[str]:
    """Without its first line a history doesn't even say which clients there were."""
    if proof.case.record.began is None:
        yield "the history has no beginning, so nothing says what was run"


def ending(proof: Proof) -> Iterator[str]:
    """A run that was cut short may have been about to show anything."""
    ended = proof.case.record.ended
    if ended is None:
        yield f"the run was cut short: its history breaks off at {proof.case.record.seconds(NEVER):.2f} s"
    elif ended.ended == "crashed":
        yield "the run did not come to its end (crashed)"
    elif ended.ended != "complete":
        yield f"the run did not come to its end ({ended.ended}{f': {ended.note}' if ended.note else ''})"


def story(proof: Proof) -> Iterator[str]:
    """Before the closing protocol nobody knows late from lost."""
    if proof.case.record.closing == NEVER and proof.case.record.ended is not None:
        yield "the story did not end, so its closing protocol never began"


def steps(proof: Proof) -> Iterator[str]:
    """A step that waited in vain, or failed, is a story that was not told as written."""
    for began, ended in proof.case.record.stuck:
        verb = "" if began is None else f" ({began.verb})"
        came = "waited in vain" if ended.ended == "unmet" else "failed"
        yield f"step {ended.step}{verb} {came}{f': {ended.note}' if ended.note else ''}"


def told(proof: Proof) -> Iterator[str]:
    """A step that was never played can't have gone well. A story that got stuck, or was cut short, has said so already."""
    record = proof.case.record
    if record.began is None or record.stuck or record.ended is None or record.ended.ended != "complete":
        return
    untold = [step for step in range(1, record.began.steps + 1) if step not in record.told]
    if untold:
        yield f"{len(untold)} of the story's {record.began.steps} steps were not played to their end, the first of them step {untold[0]}"


def truth(proof: Proof) -> Iterator[str]:
    """Whoever doesn't know all that was stored can't say that nothing is missing."""
    if proof.case.truth is None:
        yield "the target's own list was never read, so nobody knows what it stored"
    elif not proof.case.truth.complete:
        yield f"the target's own list was not read to its end ({proof.case.truth.reason or 'nobody says why'})"
    elif proof.case.record.truth_read is not None and (
        proof.case.record.truth_read[1].messages != len(proof.case.truth.messages)
        or not proof.case.record.truth_read[1].complete
    ):
        said = proof.case.record.truth_read[1].messages
        yield f"the truth is not the one that the run read: {len(proof.case.truth.messages)} messages, the history says {said}"


def ledger(proof: Proof) -> Iterator[str]:
    """The publisher's own list lacks what was stored without its knowing, so a client that lacks it too may have lost it."""
    if proof.case.truth is None or proof.case.truth.source != "ledger":
        return
    publishes = proof.case.record.ledger.publishes.values()
    unknown = [each.label for each in publishes if each.outcome == "info" and not each.probe]
    if unknown:
        named = ", ".join(unknown[:_MOST_NAMED]) + (" and more" if len(unknown) > _MOST_NAMED else "")
        yield f"whether {named} was stored nobody knows: the truth is the publisher's own ledger"


def stakes(proof: Proof) -> Iterator[str]:
    """Where nothing was stored, nothing could be lost."""
    if proof.case.truth is not None and not proof.case.stock.story:
        yield "no message of the story was stored, so nothing was at stake"


def asking(proof: Proof) -> Iterator[str]:
    """A client that was not asked what it shows, after all was known and done, proves nothing."""
    silent = [view.client for view in proof.case.views if proof.case.last_read(view) < 0]
    if silent:
        more = len(silent) - _MOST_NAMED
        named = ", ".join(silent[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"{named} could not be asked at the end what {'it shows' if len(silent) == 1 else 'they show'}"
    for view in proof.case.views:
        asked = proof.case.last_read(view)
        if asked < 0:
            continue
        stock = proof.case.stock
        unasked = [
            stock.label(place)
            for place in stock.published(view.room)
            if not view.shown[place] and stock.known[place] > asked
        ]
        if unasked:
            named = ", ".join(unasked[:_MOST_NAMED]) + (" and more" if len(unasked) > _MOST_NAMED else "")
            yield f"{view.client} was not asked again after it was known that {named} had been stored"
    if proof.case.record.began is not None and not proof.case.views:
        yield "the run had no client"


def others(proof: Proof) -> Iterator[str]:
    """Nobody can say when a message that this run didn't post was stored, so a client that lacks it may have lost it."""
    stock = proof.case.stock
    for view in proof.case.views:
        lacking = (
            stock.label(place)
            for place in range(len(stock.messages))
            if place not in stock.publish_of
            and not view.shown[place]
            and stock.messages[place].room == view.room
        )
        named = list(islice(lacking, _MOST_NAMED + 1))
        if named:
            more = " and more" if len(named) > _MOST_NAMED else ""
            ids = ", ".join(named[:_MOST_NAMED]) + more
            yield f"{view.client} doesn't show {ids}, which the target holds and nobody of this run posted"


def deploys(proof: Proof) -> Iterator[str]:
    """A command that failed is no deploy, whatever the clients made of it."""
    for fault, deploy in proof.case.record.deploys.items():
        end = deploy.end
        if end is None or (end.how == "exited" and end.code == 0):
            continue  # a history that breaks off has said so already
        words = f" ({end.last_words!r})" if end.last_words else ""
        where = f"; see {end.log}" if end.log else ""
        yield f"the deploy itself failed: {fault} {_ended(end)}{words}{where}"


def _ended(end: DeployEnded) -> str:
    match end.how:
        case "exited":
            return f"ended with exit code {end.code}"
        case "signalled":
            return f"was ended by {end.reason}"
        case "late":
            return f"did not end in time and was killed {end.reason}".rstrip()
        case "unstarted":
            return f"could not be started: {end.reason}"
        case "interrupted":
            return "was killed when the run was over"
        case _:
            assert_never(end.how)


def evidence(proof: Proof) -> Iterator[str]:
    """A fault that did nothing to a message proves nothing about it, unless the client is one that it can't touch."""
    yield from (fault.doubt for fault in proof.faults if fault.doubt)


def defects(proof: Proof) -> Iterator[str]:
    """A defect of the chat that changed nothing proves nothing either."""
    began, read = proof.case.record.began, proof.case.record.truth_read
    if began is None or read is None:
        return
    for defect in began.defects:
        if defect not in read[1].touched:
            yield f"defect {defect} was switched on, and changed nothing"


def probes(proof: Proof) -> Iterator[str]:
    """A probe is no message of the story, so its fate violates nothing; but a client that it did not reach may be deaf.

    A client that only the closing protocol's own cut made deaf has missed nothing of the story: that is reported and no doubt.
    """
    if any(not finding.probe for finding in proof.findings):
        return
    record = proof.case.record
    publishes = record.ledger.publishes
    for finding in proof.findings:
        if finding.word == "lost" and publishes[finding.label].invoked > record.closing_cut:
            continue
        where = f" at {finding.client}" if finding.client else ""
        yield f"probe {finding.label} was {finding.word}{where}: {finding.reached or 'nobody knows why'}"
    for publish in publishes.values():
        if publish.probe and publish.outcome != "ok" and publish.place is None:
            yield f"probe {publish.label} was not stored for certain ({publish.reason or 'no answer'})"


DOUBTS: dict[str, Callable[[Proof], Iterator[str]]] = {
    "beginning": beginning,
    "ending": ending,
    "story": story,
    "steps": steps,
    "told": told,
    "truth": truth,
    "ledger": ledger,
    "stakes": stakes,
    "asking": asking,
    "others": others,
    "deploys": deploys,
    "evidence": evidence,
    "defects": defects,
    "probes": probes,
}


def doubts_of(proof: Proof) -> tuple[str, ...]:
    """All reasons, each once."""
    return tuple(dict.fromkeys(reason for doubt in DOUBTS.values() for reason in doubt(proof)))
