"""What others can read, hear and say: nothing of this conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cablecheck.cable.frames import Confirm
from cablecheck.cable.identifiers import same
from cablecheck.cable.json_values import text_of
from cablecheck.doctor.catching_up import read
from cablecheck.doctor.diagnosis import Diagnosis, breach, ok, skipped, warning
from cablecheck.doctor.ear import Ear
from cablecheck.doctor.places import holds
from cablecheck.doctor.storing import truth_of
from cablecheck.doctor.visit import Visit, Visitor
from cablecheck.errors import UnreachableError
from cablecheck.live.asking import AskError
from cablecheck.live.targets import Place
from cablecheck.report.visible import counted, listed, shortened
from cablecheck.target.model import CatchUp, Exchange
from cablecheck.target.secrets import is_telling
from cablecheck.target.templates import names_in
from cablecheck.target.wire import Ask, Listed, Wire

_WRONG = "wrong0wrong0wrong0wrong0"
_MOST_QUOTED = 40
_OVERHEARD_SECONDS = 2.0


async def own_only(visit: Visit) -> Diagnosis:
    """What the first visitor was told and heard is all in the truth; and what was said to the first, the other neither heard nor is told."""
    first = visit.first
    if not first.place.wire.target.truth.ledger:
        told = await read(visit, first.place, None)
        try:
            known = {text_of(item.get("id")) for item in await truth_of(visit)}
        except UnreachableError as error:
            return skipped(f"needs the truth: {error}")
        for where, items in (("a catch-up has", told.items), ("the subscription brings", _heard(visit))):
            if strange := _strange(visit, items, known):
                fact = f"{where} {counted(len(strange), 'message')} that this conversation does not have: {listed(strange, 3)}"
                return breach(
                    fact, "scope the list and the stream to the session: these are somebody else's words"
                )
    frames = first.ear.messages() if first.ear is not None else ()
    if any(not same(frame.identifier or "", first.identifier) for frame in frames):
        fact = "a message of another subscription, which this socket never asked for, came on it"
        return breach(
            fact, "see what the server sends to whom: somebody else's words reach this visitor's browser"
        )
    if visit.other is None:
        return ok("what it is told is its own; there is nobody else to ask")
    return await _kept_from(visit, visit.other)


def _strange(visit: Visit, items: list[Listed], known: set[str]) -> list[str]:
    """The ids of what is neither in the truth nor marked as ours."""
    others = (item for item in items if visit.nonce not in text_of(item.get("body", "")))
    return [
        shortened(id_, _MOST_QUOTED)
        for id_ in (text_of(item.get("id")) for item in others)
        if id_ not in known
    ]


async def _kept_from(visit: Visit, other: Visitor) -> Diagnosis:
    marks = [said.mark for said in visit.first.said.values()]
    if other.ear is not None and any(other.ear.said(mark) for mark in marks):
        fact = "another visitor's subscription brought this conversation's messages"
        return breach(fact, "stream from a name that is the conversation's own")
    theirs = await read(visit, other.place, None)
    if any(holds(item, mark) for item in theirs.raw for mark in marks):
        fact = "another visitor's catch-up has this conversation's messages"
        return breach(fact, "scope the list to the session that asks")
    return ok("each is told and hears their own")


def _heard(visit: Visit) -> list[Listed]:
    ear, wire = visit.first.ear, visit.first.place.wire
    if ear is None:
        return []
    frames = (message for message in ear.messages() if same(message.identifier or "", wire.identifier))
    return [heard for heard in (wire.heard(frame.message) for frame in frames) if heard is not None]


async def list_of_another(visit: Visit) -> Diagnosis:
    """The other asks for the first one's list: its conversation, with the other's own session and token."""
    if visit.other is None:
        return skipped("needs somebody else")
    how = _catch_up(visit)
    mixed, own = _mixed(visit), visit.other.place.wire
    ask = mixed.listing(how, visit.first.said["m1"].posted.id or "0")
    if ask is None or ask == own.listing(how, visit.first.said["m1"].posted.id or "0"):
        return ok("a list is asked for by the session alone; nothing else can be named")
    if ask == visit.first.place.wire.listing(how, visit.first.said["m1"].posted.id or "0"):
        return warning(
            "no secret of the visitor's goes with the request",
            "look at a session or a token: whoever knows the conversation's name can read it",
        )
    reading = await read(visit, _at(visit, mixed), visit.first.said["m1"].posted.id or "0", ask)
    if any(holds(item, said.mark) for item in reading.raw for said in visit.first.said.values()):
        return breach(
            "another session is given this conversation's messages",
            "look the conversation up among those of the session that asks",
        )
    return ok(f"{reading.status}, and none of its messages")


async def stream_of_another(visit: Visit) -> Diagnosis:
    """The other subscribes to the first one's stream."""
    if visit.other is None:
        return skipped("needs somebody else")
    mixed = _mixed(visit)
    if mixed.identifier == visit.other.identifier:
        return ok("a subscription is asked for by the session alone; nothing else can be named")
    if mixed.identifier == visit.first.identifier and _credentials(mixed) == _credentials(
        visit.first.place.wire
    ):
        remedy = "check the session in `subscribed`, or sign the stream's name: whoever knows the identifier may listen"
        return warning("no secret of the visitor's goes with the subscription", remedy)
    ear = visit.open(_at(visit, mixed))
    try:
        if await ear.until(ear.greeted, visit.patience) is None:
            return ok("not even welcomed")
        ear.subscribe(mixed.identifier)
        came = await ear.until(lambda: ear.told_of(mixed.identifier), visit.patience / 2)
        if came is None or not isinstance(came.frame, Confirm):
            return ok("not answered" if came is None else "rejected")
        return await _overheard(visit, ear)
    finally:
        ear.leave()


async def _overheard(visit: Visit, ear: Ear) -> Diagnosis:
    """A stranger's subscription was confirmed: whether it brings what is said."""
    remedy = "reject in `subscribed` what is not the session's own conversation"
    said = await visit.say(visit.first, "m10")
    if await ear.until(lambda: ear.said(said.mark), _OVERHEARD_SECONDS) is not None:
        return breach("another session may subscribe to this conversation, and heard m10", remedy)
    return warning(
        "another session's subscription is confirmed, and brings nothing",
        f"{remedy}: who subscribes can't tell",
    )


async def forged_publish(visit: Visit) -> Diagnosis:
    """Publishing with a wrong token is refused."""
    wire = visit.first.place.wire
    how = wire.target.publish
    assert how is not None, "a target is completed before it is spoken to"
    if not how.request:
        return skipped("needs publishing by a request")
    values = {
        "body": f"m9 [cc:{visit.nonce}:m9] cablecheck doctor",
        "label": "m9",
        "nonce": visit.nonce,
        "number": "9",
    }
    ask = _forged(wire.knowing({**values, **_wrong(wire)}).publishing(how), how)
    if ask == wire.knowing(values).publishing(how):
        return warning(
            "publishing takes no token",
            "keep this address from the outside: anybody may say something in the agent's name",
        )
    await visit.place.pace.turn()
    return await _refusal(visit, ask, "publishing", "anybody may say something in the agent's name")


async def forged_catch_up(visit: Visit) -> Diagnosis:
    """A catch-up with a wrong session or token is told nothing."""
    wire = visit.first.place.wire
    how = _catch_up(visit)
    cursor = visit.first.said["m1"].posted.id or "0"
    honest = wire.listing(how, cursor)
    plain = wire.knowing(_wrong(wire)).listing(how, cursor)
    if honest is None or plain is None:
        return skipped("needs a catch-up that is asked for")
    ask = _forged(plain, how)
    if ask == honest:
        return warning(
            "a catch-up takes no session and no token",
            "look at one: whoever knows the conversation's name can read it",
        )
    reading = await read(visit, visit.first.place, cursor, ask)
    if any(holds(item, said.mark) for item in reading.raw for said in visit.first.said.values()):
        return breach(
            "a catch-up with a wrong session and token is given the messages",
            "look at the session or the token before the list is read",
        )
    return ok(f"{reading.status}, and no message" if reading.answers else f"no answer: {reading.trouble}")


async def _refusal(visit: Visit, ask: Ask, what: str, danger: str) -> Diagnosis:
    try:
        answer = await visit.ask(ask)
    except AskError as error:
        return ok(f"no answer: {error}")
    if 200 <= answer.status < 300:
        return breach(f"{what} with a wrong token gave {answer.status}", f"look at the token: {danger}")
    if answer.status >= 500:
        return warning(
            f"{what} with a wrong token gave {answer.status}",
            "answer 401 or 403; see the log for what failed",
        )
    return ok(str(answer.status))


def _catch_up(visit: Visit) -> CatchUp:
    how = visit.place.wire.target.catch_up
    assert how is not None, "a target is completed before it is spoken to"
    return how


def _mixed(visit: Visit) -> Wire:
    """The first one's conversation, asked for with what makes the other who they are: tokens, sessions, all that signing in told."""
    assert visit.other is not None, "there is somebody else"
    theirs = visit.other.place.wire.values
    return visit.first.place.wire.knowing(
        {name: theirs[name] for name in _personal(visit.place.wire) if name in theirs}
    )


def _personal(wire: Wire) -> set[str]:
    """The names of values that make a visitor who they are."""
    signed_in = {name for step in wire.target.auth for name in step.capture}
    steps = (*wire.target.conversation, *wire.target.auth)
    return signed_in | {name for step in steps for name in step.capture if is_telling(name)}


def _wrong(wire: Wire) -> dict[str, str]:
    """A wrong value for each that is a secret by its name or by how it came."""
    secret = _personal(wire) | {name for name in wire.values if is_telling(name)}
    return {name: _WRONG for name in secret if name in wire.values}


def _forged(ask: Ask, how: Exchange | CatchUp) -> Ask:
    """The same request where a secret stands in a header as it is, or in a cookie: a wrong one instead."""
    literal = {
        name.lower() for name, text in how.headers.items() if is_telling(name) and not set(names_in(text))
    }
    literal |= {"cookie"} if how.cookies and not set(names_in(how.cookies)) else set()
    headers = tuple(
        (name, _spoilt(value) if name.lower() in literal else value) for name, value in ask.headers
    )
    return replace(ask, headers=headers)


def _spoilt(value: str) -> str:
    """`Bearer abc` becomes `Bearer wrong...`, `a=b; c=d` has wrong values."""
    if "=" in value and " " not in value.partition("=")[0]:
        return "; ".join(f"{pair.partition('=')[0]}={_WRONG}" for pair in value.split("; "))
    scheme, _, _ = value.rpartition(" ")
    return f"{scheme} {_WRONG}".strip()


def _credentials(wire: Wire) -> tuple[str, Mapping[str, str]]:
    return wire.cable_url, dict(wire.cable_headers)


def _at(visit: Visit, wire: Wire) -> Place:
    return replace(visit.first.place, wire=wire)
