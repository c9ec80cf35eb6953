"""How the target answers, besides what it answers: may it be kept, what time is it there, and is a message the same on both paths."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cablecheck.cable.json_values import UNDEFINED, JsonValue, text_of
from cablecheck.doctor.catching_up import Reading
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, skipped, warning
from cablecheck.doctor.places import holds
from cablecheck.doctor.visit import Answered, Said, Visit
from cablecheck.target.paths import find
from cablecheck.target.stamps import as_iso, moment_of

# HTTP's Date has whole seconds, and a clock that is synchronised is right within a fraction of one.
SKEW_SECONDS = 2.0
_FRACTION = re.compile(r"\.(\d+)")


async def cache(visit: Visit) -> Diagnosis:
    """Nobody may give the answer to a catch-up again: what came since is not in it."""
    reading = visit.facts["reading"]
    assert isinstance(reading, Reading), "the catch-up was read"
    answer = reading.answers[0]
    said = (answer.header("cache-control") or "").lower()
    age = answer.header("age") or "0"
    remedy = "answer a catch-up with Cache-Control: no-store"
    if age.isdecimal() and int(age) > 0:
        return breach(f"it was {age} s old already: something between answers again what it kept", remedy)
    if re.search(r"no-store|no-cache|max-age=0+\b", said) and "s-maxage" not in said:
        return ok(f"Cache-Control: {said}")
    if re.search(r"(s-maxage|max-age)=[\"']?0*[1-9]", said):
        return breach(
            f"Cache-Control: {said}: a browser or proxy gives it again, without what came since", remedy
        )
    if "public" in said or "immutable" in said:
        return breach(f"Cache-Control: {said}: a proxy may keep it", remedy)
    if not said and (answer.header("expires") or answer.header("last-modified")):
        return breach(
            "no Cache-Control, but Expires or Last-Modified: a browser keeps it for as long as it sees fit",
            remedy,
        )
    return ok(
        f"Cache-Control: {said}" if said else "no Cache-Control, and nothing by which a browser would keep it"
    )


async def clock(visit: Visit) -> Diagnosis:
    """The target's clock, by its Date header and by created_at, against ours."""
    said = visit.first.said["m1"]
    answers = [said.answer] if said.answer is not None else []
    reading = visit.facts.get("reading")
    answers += reading.answers if isinstance(reading, Reading) else []
    dated = next((_skew_of_date(each) for each in answers if each.header("date")), None)
    created = _skew_of_message(visit, said)
    if dated is None and created is None:
        return skipped("needs a Date header or a created_at")
    for where, seconds in (("its Date header", dated), ("created_at", created)):
        if seconds is not None and abs(seconds) > SKEW_SECONDS:
            way = "ahead of" if seconds > 0 else "behind"
            fact = f"{where} is {abs(seconds):.1f} s {way} this machine's clock"
            return warning(
                fact,
                "synchronise both by NTP: whoever asks for what came since a time of its own misses or repeats messages",
            )
    both = [
        f"{name} within {SKEW_SECONDS:g} s"
        for name, value in (("Date", dated), ("created_at", created))
        if value is not None
    ]
    return ok(", ".join(both))


def _skew_of_date(answer: Answered) -> float | None:
    try:
        date = parsedate_to_datetime(answer.header("date") or "")
    except ValueError:
        return None
    # The header is cut to a second: it may stand for any moment within it.
    return _outside(
        date.replace(tzinfo=date.tzinfo or UTC), answer.began - timedelta(seconds=1), answer.ended
    )


def _skew_of_message(visit: Visit, said: Said) -> float | None:
    """How far created_at is from between when a message was posted and when that was answered."""
    how = visit.first.place.wire.target.live
    message = _raw_live(visit, said)
    value = UNDEFINED if message is None or not how.created_at else find(message, how.created_at)
    written = said.posted.created_at if value is UNDEFINED else as_iso(value, how.created_at_format)
    moment = moment_of(written)
    return None if moment is None else _outside(moment, said.began - timedelta(seconds=1), said.ended)


def _outside(moment: datetime, begin: datetime, end: datetime) -> float:
    """The seconds by which a moment is before (negative) or after a span; 0 within."""
    if moment < begin:
        return (moment - begin).total_seconds()
    return max(0.0, (moment - end).total_seconds())


def _raw_live(visit: Visit, said: Said) -> JsonValue | None:
    ear, how = visit.first.ear, visit.first.place.wire.target.live
    came = None if ear is None else ear.said(said.mark)
    message = None if came is None else find(getattr(came.frame, "message", None), how.message)
    return message if isinstance(message, dict) else None


async def alike(visit: Visit) -> Diagnosis:
    """One message has the same id and the same created_at on the socket and in the list, type and digits included."""
    reading, wire = visit.facts["reading"], visit.first.place.wire
    how = wire.target.catch_up
    assert how is not None, "a target is completed before it is spoken to"
    assert isinstance(reading, Reading), "the catch-up was read"
    both = (
        (_raw_live(visit, said), item)
        for said in visit.first.stored()
        for item in reading.raw
        if holds(item, said.mark)
    )
    message, item = next((pair for pair in both if pair[0] is not None), (None, None))
    if message is None:
        return skipped("needs a message that came on the socket and in a catch-up")
    live = wire.target.live
    id_ = _unlike("id", find(message, live.id), find(item, how.id))
    if id_ is not None:
        return warning(
            id_, "send the same type everywhere: a client that compares strictly takes them for two messages"
        )
    if not live.created_at or not how.created_at:
        return ok("ids are alike; created_at is not looked at")
    return _stamps(
        find(message, live.created_at),
        live.created_at_format,
        find(item, how.created_at),
        how.created_at_format,
    )


def _unlike(name: str, live: JsonValue, listed: JsonValue) -> str | None:
    if isinstance(live, str) == isinstance(listed, str) and text_of(live) == text_of(listed):
        return None
    return f"{name} is {live!r:.40} on the socket and {listed!r:.40} in the list"


def _stamps(live: JsonValue, live_format: str, listed: JsonValue, listed_format: str) -> Diagnosis:
    for table, value, written in (("live", live, live_format), ("catch_up", listed, listed_format)):
        if value is UNDEFINED:
            return misdescribed(
                f"there is no created_at at {table}'s path",
                f'see created_at under {table}; write created_at = "" where there is none',
            )
        if (written == "iso") != (isinstance(value, str) and moment_of(value) is not None):
            fact = f"created_at of {table} is {value!r:.40}, which is no `{written}` time"
            return _format(fact, table, value)
    both = (as_iso(live, live_format), as_iso(listed, listed_format))  # type: ignore[arg-type]
    moments = [moment_of(each) for each in both]
    if moments[0] != moments[1]:
        fact = f"created_at is {live!r:.40} on the socket and {listed!r:.40} in the list"
        return warning(
            fact,
            "send the same digits everywhere: a client that sorts or asks by time puts them in another order, or misses some",
        )
    if live_format == listed_format == "iso" and _digits(live) != _digits(listed):
        return warning(
            f"created_at is {live} on the socket and {listed} in the list",
            "send the same digits everywhere, for clients that compare texts",
        )
    return ok("id and created_at are the same on the socket and in the list")


def _format(fact: str, table: str, value: JsonValue) -> Diagnosis:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    wanted = "iso" if not number else "ms" if value > 10**11 else "s"
    if not number and (not isinstance(value, str) or moment_of(value) is None):
        return misdescribed(
            fact, f"see the path created_at under {table}: a time with its zone, or a number since 1970"
        )
    return misdescribed(
        fact,
        f'write created_at_format = "{wanted}" under {table}; where socket and list differ, a browser that sorts by it is wrong',
    )


def _digits(value: JsonValue) -> int:
    found = _FRACTION.search(text_of(value))
    return len(found[1]) if found else 0
