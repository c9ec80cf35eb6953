"""Cursors that are none of the client's own: missing, unknown, somebody else's."""

from __future__ import annotations

import re

from cablecheck.doctor.catching_up import Reading, read
from cablecheck.doctor.diagnosis import Diagnosis, breach, ok, skipped, warning
from cablecheck.doctor.places import holds
from cablecheck.doctor.storing import ours_in
from cablecheck.doctor.visit import Visit
from cablecheck.report.visible import counted, listed

_FAR = 1_000_000
# What an id ends in, and how each character of it is turned: a digit stays one, and so does a hex digit.
_LAST_RUN = re.compile(r"(.*?)([0-9A-Za-z]+)", re.DOTALL)
_TURNED = str.maketrans("0123456789abcdefABCDEF", "9876543210fedcbaFEDCBA")


async def missing(visit: Visit) -> Diagnosis:
    """A client whose page is empty has no cursor, and must be given all."""
    first = visit.first
    how = first.place.wire.target.catch_up
    assert how is not None, "a target is completed before it is spoken to"
    if how.empty_cursor == "skip":
        return ok(
            "a client without one asks nothing, as the file says; what is said first while it is away is lost to it"
        )
    reading = await read(visit, first.place, None)
    wanted = first.stored()
    lacking = [said.label for said in wanted if said not in ours_in(reading.items, wanted)]
    asked = "without the parameter" if how.empty_cursor == "omit" else "with 0"
    if not reading.good:
        other = '"0"' if how.empty_cursor == "omit" else '"omit"'
        fact = f"asked {asked}: {reading.trouble}"
        return breach(
            fact,
            f'write empty_cursor = {other} or "skip" under catch_up if your client does so; else the first messages are lost',
        )
    if lacking:
        fact = f"asked {asked}, it leaves out {listed(lacking)} ({counted(len(reading.items), 'message')})"
        return breach(fact, "give the whole list, page by page with `next`, to a client that has nothing yet")
    return ok(f"asked {asked}, it gives all")


async def unknown(visit: Visit) -> Diagnosis:
    """An id that is in no conversation: deleted, or another database's after a restore."""
    id_ = visit.first.said["m1"].posted.id
    if not id_:
        return skipped("needs the id of a message, which this way of publishing does not tell")
    reading = await read(visit, visit.first.place, never_given(id_))
    if reading.status >= 500 or not reading.answers:
        return warning(
            reading.trouble,
            "answer 404 or the whole list: a client with such a cursor asks again and again, and learns nothing",
        )
    if not reading.good:
        return ok(f"{reading.status}: the client is told that its cursor is none")
    if ours_in(reading.items, list(visit.first.said.values())):
        return ok(f"{reading.status}, and the whole list")
    if id_.isdecimal():
        return ok(f"{reading.status}, and nothing: ids are numbers, so it may be one yet to come")
    fact = f"{reading.status}, and nothing"
    return warning(
        fact,
        "answer 404 or the whole list: a client whose last message was deleted hears of nothing any more",
    )


async def foreign(visit: Visit) -> Diagnosis:
    """The id of a message in somebody else's conversation."""
    other = visit.other
    if other is None:
        return skipped("needs somebody else's conversation")
    said = await visit.say(other, "m7")
    if not said.posted.id:
        return skipped(f"needs a message there, and publishing one gave: {said.posted.reason}")
    reading = await read(visit, visit.first.place, said.posted.id)
    if any(holds(item, said.mark) for item in reading.raw):
        return breach(
            "somebody else's message is in the answer",
            "look the cursor up among the session's own messages, and list only those",
        )
    if reading.status >= 500 or not reading.answers:
        return warning(reading.trouble, "answer 404, or what is newer in the own conversation")
    return ok(_told(reading))


def _told(reading: Reading) -> str:
    if not reading.good:
        return f"{reading.status}: it is none of this conversation's"
    return f"{reading.status}, {counted(len(reading.items), 'message')}, none of somebody else's"


def never_given(id_: str) -> str:
    """An id of the same make that no message has."""
    found = _LAST_RUN.fullmatch(id_)
    head, run = (id_, "") if found is None else found.groups()
    if run.isdecimal():
        return f"{head}{int(run) + _FAR}"
    other = head + run[:-8] + run[-8:].translate(_TURNED)
    return other if other != id_ else f"{id_}0"
