"""Signing in and beginning a conversation, as the target file says: for the first visitor, and for somebody else."""

from __future__ import annotations

from cablecheck.cable.json_values import UNDEFINED
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, skipped, unexamined, warning
from cablecheck.doctor.places import places_of
from cablecheck.doctor.visit import Visit, Visitor
from cablecheck.live.asking import AskError, asked
from cablecheck.live.targets import Place
from cablecheck.report.visible import counted
from cablecheck.target.model import Capturing

_REMEDIES = {
    401: "see the token or the password that it is given",
    403: "see that this user may do that",
    404: "see the address, and the ids in it",
    405: "see the method and the address",
    422: "see its body: the target understands it and takes something amiss",
    429: "it limits how often one may ask; try again later, or let this machine through",
}


async def sign_in(visit: Visit) -> Diagnosis:
    """The steps of `auth` and `conversation`, with all that they capture."""
    begun = await _begun(visit)
    if isinstance(begun, Diagnosis):
        return begun
    visit.first = Visitor(begun)
    target = visit.place.wire.target
    if not target.conversation:
        return ok("the file names the conversation" + (", after signing in" if target.auth else ""))
    steps = counted(len(target.auth) + len(target.conversation), "request")
    return ok(f"{steps}; a conversation of our own was begun")


async def bring_another(visit: Visit) -> Diagnosis:
    """Somebody else, in a conversation of their own, who listens while the first is spoken to."""
    target = visit.place.wire.target
    if not target.conversation:
        remedy = (
            "let [[conversation]] steps begin a conversation, to have it checked that others can't read it"
        )
        return skipped("the file names one conversation, so there is nobody else", remedy)
    begun = await _begun(visit)
    if isinstance(begun, Diagnosis):
        return begun
    other = Visitor(begun)
    first = visit.first
    if other.identifier == first.identifier:
        remedy = (
            "let the steps begin a new conversation each time, to have it checked that others can't read it"
        )
        return skipped("a second conversation is the first one again, so there is nobody else", remedy)
    visit.other = other
    ear = other.ear = visit.open(begun)
    if await ear.until(ear.greeted, visit.patience) is None:
        return warning(
            f"a second socket gets no welcome; {ear.end()}".rstrip("; "),
            "see how many sockets a visitor, an address or a server may have",
        )
    ear.subscribe(other.identifier)
    if await ear.until(lambda: ear.told_of(other.identifier), visit.patience) is None:
        remedy = "see the server's log: who asks once, as hellotext.js does, waits for ever"
        return breach("a second subscription is not answered", remedy)
    return ok("a second conversation, with a socket of its own")


async def _begun(visit: Visit) -> Place | Diagnosis:
    place = visit.place.knowing(run=visit.nonce)
    target = place.wire.target
    steps = [
        *(("auth", step) for step in target.auth),
        *(("conversation", step) for step in target.conversation),
    ]
    for table, step in steps:
        found = await _step(visit, place, table, step)
        if isinstance(found, Diagnosis):
            return found
        for name, value in found.items():
            if table == "auth" or name == "session":
                place.secrets.learn(value)
        place = place.knowing(**found)
    return place


async def _step(visit: Visit, place: Place, table: str, step: Capturing) -> dict[str, str] | Diagnosis:
    await place.pace.turn()
    ask = place.wire.ask(step)
    try:
        answer = await visit.ask(ask)
    except AskError as error:
        return unexamined(
            f"{asked(ask)}: {error}", "the target's API is down, or is not there; see its address and its log"
        )
    good = answer.status in step.accept if step.accept else 200 <= answer.status < 300
    seen = f"{asked(ask)} gave {answer.status}"
    if not good:
        return _refused(seen, answer.status)
    try:
        return place.wire.captured(step, answer.content, answer.headers)
    except LookupError as missing:
        name = str(missing.args[0])
        there = [] if answer.value is UNDEFINED else places_of(answer.value, "")
        wanted = next((path for path in there if path.split(".")[-1] in (name, "id", "token")), None)
        guess = f'"json:{wanted}"' if wanted else "where it stands"
        fact = f"{seen}; its answer has no {step.capture[name]}"
        return misdescribed(fact, f"write {name} = {guess} into the capture of {table}")


def _refused(seen: str, status: int) -> Diagnosis:
    if 300 <= status < 400:
        return misdescribed(f"{seen}, a redirect", "write the address that it leads to into the target file")
    if status >= 500:
        return unexamined(seen, "the target itself fails; see its log")
    return misdescribed(
        seen, _REMEDIES.get(status, "see the request in the target file, and the target's log")
    )
