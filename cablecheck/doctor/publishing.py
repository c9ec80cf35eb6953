"""Messages of our own: one that must be accepted, more in a row, and a long one."""

from __future__ import annotations

from cablecheck.cable.json_values import UNDEFINED
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, unexamined, warning
from cablecheck.doctor.places import places_of
from cablecheck.doctor.visit import Said, Visit
from cablecheck.errors import UnreachableError
from cablecheck.live.asking import asked
from cablecheck.report.visible import listed, shortened
from cablecheck.target.model import Publish

# What is said in a row, whatever became of m2 and m3.
BURST = ("m4", "m5", "m6")
# PostgreSQL's NOTIFY takes 8000 bytes; Rails wraps the payload in JSON before.
LONG_CHARACTERS = 8200
_ARRIVE_SECONDS = 4.0
_MOST_QUOTED = 60


async def publish(visit: Visit) -> Diagnosis:
    """The first message is accepted, and its id is where the file says."""
    said = await visit.say(visit.first, "m1")
    wire = visit.first.place.wire
    how = wire.target.publish
    assert how is not None, "a target is completed before it is spoken to"
    where = asked(wire.ask(how)) if how.request else "publishing"
    if said.posted.outcome == "ok":
        return ok(
            f"{where} gave {said.posted.status or 'no answer'}, id {shortened(said.posted.id, _MOST_QUOTED)}"
        )
    if said.answer is None:
        if how.perform is not None and said.posted.outcome == "info":
            return ok(said.posted.reason)
        return unexamined(
            f"{where}: {said.posted.reason}", "see that what it publishes by is up, and its address"
        )
    return _unaccepted(where, said, how)


def _unaccepted(where: str, said: Said, how: Publish) -> Diagnosis:
    answer = said.answer
    assert answer is not None, "a request was answered"
    seen = f"{where} gave {answer.status}"
    if 200 <= answer.status < 300 and (not how.accept or answer.status in how.accept):
        there = (
            []
            if answer.value is UNDEFINED
            else [path for path in places_of(answer.value, "") if path.split(".")[-1] == "id"]
        )
        guess = f'write id = "{there[0]}"' if there else "write where it stands as id"
        return misdescribed(
            f"{seen}; its answer has no id at '{how.id}'",
            f"{guess} under publish (or own_id): without it no run knows what was stored",
        )
    if 200 <= answer.status < 300:
        return misdescribed(
            f"{seen}, which publish.accept does not name",
            f"write accept = [{answer.status}], or leave it out for any 2xx",
        )
    if answer.status in (401, 403):
        return misdescribed(
            seen, "see the agent's token and what it may do; give it as ${NAME} from the environment"
        )
    if answer.status >= 500:
        return unexamined(
            seen, "the target fails to store or to broadcast it; see its log (is its adapter, Redis, up?)"
        )
    return misdescribed(
        seen, "see publish.request and its body; the target's answer or log says what it minds"
    )


async def burst(visit: Visit) -> Diagnosis:
    """Three more in a row; m5 with the created_at of m4, where the target lets it be chosen."""
    first = visit.first
    how = first.place.wire.target.publish
    for label in BURST:
        tied = first.said["m4"].posted.created_at if label == "m5" and how and how.created_at_field else None
        await visit.say(first, label, tied)
    refused = [label for label in BURST if first.said[label].posted.outcome == "fail"]
    if refused:
        reason = first.said[refused[0]].posted.reason
        remedy = "lower max_rate, or let this machine through: it limits how often one may publish"
        return unexamined(f"{listed(refused)} refused: {reason}", remedy)
    return ok(f"{len(BURST)} more")


async def long_message(visit: Visit) -> Diagnosis:
    """A message of over 8000 characters is stored and broadcast, or refused; it is not stored and kept from the socket."""
    first = visit.first
    ear = first.ear
    assert ear is not None, "the socket was opened"
    said = await visit.say(first, "m8", filler=LONG_CHARACTERS)
    seen = f"one of {LONG_CHARACTERS} characters"
    if said.posted.outcome == "fail":
        return ok(f"{seen} is refused: {said.posted.reason}")
    if await ear.until(lambda: ear.said(said.mark), _ARRIVE_SECONDS):
        return ok(f"{seen} came")
    status = said.posted.status
    there = ", though it is stored" if await _is_stored(visit, said) else ""
    remedy = "with Rails' postgresql adapter broadcast the id alone, or use Redis: NOTIFY takes 8000 bytes"
    if there or said.posted.outcome == "ok":
        return breach(f"{seen} gave {status}, and never came{there}", remedy)
    return warning(f"{seen} gave {status}", "refuse what is too long with 422; see the log for what failed")


async def _is_stored(visit: Visit, said: Said) -> bool:
    from cablecheck.doctor.storing import ours_in, truth_of

    try:
        return bool(ours_in(await truth_of(visit), [said]))
    except UnreachableError:
        return False
