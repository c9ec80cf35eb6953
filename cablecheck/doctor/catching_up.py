"""The catch-up: what a client is told when it asks what it missed."""

from __future__ import annotations

from dataclasses import dataclass, field

import trio

from cablecheck.cable.json_values import UNDEFINED, JsonValue, text_of
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, skipped, unexamined, warning
from cablecheck.doctor.paths import misplaced
from cablecheck.doctor.places import holds, lists_in
from cablecheck.doctor.storing import ours_in
from cablecheck.doctor.visit import Answered, Visit
from cablecheck.live.asking import AskError, asked
from cablecheck.live.targets import Place
from cablecheck.report.visible import counted, listed
from cablecheck.target.model import CatchUp
from cablecheck.target.paths import find
from cablecheck.target.wire import Ask, Listed, Wire

# As a list may lag behind what was acknowledged, or be kept by somebody: then a second look, later, tells.
_LATER_SECONDS = 3.5
_MOST_PAGES = 20
_PRIMARY = (
    "read catch-ups from the primary, or let clients ask once more later: who asks at once, once, loses them"
)


@dataclass
class Reading:
    """A catch-up, all its pages. `status` is that of its last answer; `trouble` why it has no page."""

    items: list[Listed] = field(default_factory=list)
    raw: list[JsonValue] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    trouble: str = ""

    @property
    def status(self) -> int:
        """0 without any answer."""
        return self.answers[-1].status if self.answers else 0

    @property
    def good(self) -> bool:
        """Whether all of it are pages."""
        return not self.trouble


async def read(visit: Visit, place: Place, cursor: str | None, ask: Ask | None = None) -> Reading:
    """What a client with this cursor is told, page by page; `ask` is the first request where it is another."""
    how = place.wire.target.catch_up
    reading = Reading()
    ask = ask or (None if how is None else place.wire.listing(how, cursor))
    cursors: set[str] = set()
    while how is not None and ask is not None:
        page = await _page(visit, place.wire, how, ask, reading)
        cursor = None if page is None else page[1]
        if cursor is None:
            break
        if cursor in cursors or len(cursors) >= _MOST_PAGES:
            reading.trouble = f"its pages go round in circles, or are more than {_MOST_PAGES}"
            break
        cursors.add(cursor)
        try:
            ask = place.wire.following(how, cursor)
        except ValueError as error:
            reading.trouble = str(error)
            break
    return reading


async def _page(
    visit: Visit, wire: Wire, how: CatchUp, ask: Ask, reading: Reading
) -> tuple[list[Listed], str | None] | None:
    """One page more; None, and the reading's trouble, where none came."""
    try:
        answer = await visit.ask(ask)
    except AskError as error:
        reading.trouble = str(error)
        return None
    reading.answers.append(answer)
    page = None if answer.value is UNDEFINED else wire.page(how, answer.value)
    if not 200 <= answer.status < 300 or page is None:
        reading.trouble = (
            f"{asked(ask)} gave {answer.status}{' without a page' if answer.status < 300 else ''}"
        )
        return None
    reading.items += page[0]
    reading.raw += find(answer.value, how.items)
    reading.sizes.append(len(page[0]))
    return page


async def catch_up(visit: Visit) -> Diagnosis:
    """It answers a client that has m1 alone, with a page whose messages have their fields where the file says."""
    first = visit.first
    how = first.place.wire.target.catch_up
    if how is None:
        fact = "the file has none, so what is said while a client is away is lost to it"
        return breach(fact, "let the chat give a list of what came after a message, and name it as catch_up")
    reading = await read(visit, first.place, _cursor_of(visit, "m1"))
    visit.facts["reading"] = reading
    if not reading.answers:
        return unexamined(
            f"no answer: {reading.trouble}", "see the address of catch_up.request, and the target's log"
        )
    answer = reading.answers[-1]
    if not 200 <= answer.status < 300:
        return _refused(reading, answer.status)
    if reading.trouble:
        return _no_page(visit, reading, answer)
    for item in reading.raw:
        for said in first.said.values():
            if holds(item, said.mark):
                return misplaced("catch_up", how, item, said) or ok(
                    f"{answer.status}, {counted(len(reading.items), 'message')} after m1"
                )
    await trio.sleep(_LATER_SECONDS)
    later = await read(visit, first.place, _cursor_of(visit, "m1"))
    if ours_in(later.items, first.stored()):
        fact = f"{answer.status} and none of ours; they were there only {_LATER_SECONDS:g} s later: the list lags"
        return breach(fact, _PRIMARY)
    fact = f"{answer.status}, {counted(len(reading.items), 'message')} after m1, and none of ours"
    remedy = (
        "see that catch_up.request asks for this conversation, and that {cursor} stands where the id belongs"
    )
    return breach(fact, remedy)


def _refused(reading: Reading, status: int) -> Diagnosis:
    if status >= 500:
        return breach(reading.trouble, "the target fails where a client asks what it missed; see its log")
    if status in (401, 403):
        return misdescribed(
            reading.trouble, "see the headers and the session of catch_up.request: it is the visitor who asks"
        )
    return misdescribed(
        reading.trouble, "see catch_up.request: its path, its query, and what {cursor} must be"
    )


def _no_page(visit: Visit, reading: Reading, answer: Answered) -> Diagnosis:
    how = visit.first.place.wire.target.catch_up
    assert how is not None, "a target is completed before it is spoken to"
    if answer.value is UNDEFINED:
        fact = f"{reading.trouble}: it is no JSON"
        return misdescribed(fact, "see that catch_up.request is the API's address, not a web page's")
    if len(reading.sizes) == len(reading.answers):  # each was a page; it is where the last one leads
        return breach(
            reading.trouble, "see what catch_up.next names: it must be the cursor of the page after"
        )
    if isinstance(find(answer.value, how.items), list):
        fact = f"{reading.trouble}: an entry of its list is no message"
        return breach(fact, "list messages only: a client that shows one after the other stops there")
    there = lists_in(answer.value)
    remedy = f'write items = "{there[0]}" under catch_up' if there else "see which answer has the messages"
    return misdescribed(f"{reading.trouble} at '{how.items}'", remedy)


def _cursor_of(visit: Visit, label: str) -> str:
    """The id of a message as a client has it: from the socket, or else as its publisher was told."""
    said = visit.first.said[label]
    how = visit.first.place.wire.target.live
    came = visit.first.ear.said(said.mark) if visit.first.ear is not None else None
    id_ = (
        UNDEFINED
        if came is None
        else find(getattr(came.frame, "message", None), ".".join(filter(None, (how.message, how.id))))
    )
    return said.posted.id if id_ is UNDEFINED or id_ is None else text_of(id_)


def _reading(visit: Visit) -> Reading:
    reading = visit.facts["reading"]
    assert isinstance(reading, Reading), "the catch-up was read"
    return reading


async def exclusive(visit: Visit) -> Diagnosis:
    """After m1 means without m1, and with what was said next."""
    labels = [said.label for said in visit.first.stored()]
    ours = [said.label for said in ours_in(_reading(visit).items, visit.first.stored())]
    if "m1" in ours:
        remedy = "compare with > instead of >=; else a client must know messages by their ids"
        return warning("after m1 begins with m1: the cursor is inclusive", remedy)
    if len(labels) > 2 and labels[1] not in ours and labels[2] in ours:
        remedy = "see the comparison with the cursor: it is off by one"
        return breach(f"after m1 begins with {labels[2]}: the next message is skipped", remedy)
    return ok(f"after m1 begins with {ours[0] if ours else 'none of ours'}")


async def ascending(visit: Visit) -> Diagnosis:
    """Oldest first, through all pages."""
    ours = ours_in(_reading(visit).items, list(visit.first.said.values()))
    labels = [said.label for said in ours]
    wanted = [said.label for said in visit.first.said.values() if said in ours]
    if list(dict.fromkeys(labels)) != wanted:
        remedy = "order by what the cursor is (id): a client that goes on from the last message of a page loses what stands before"
        return breach(f"it has them as {listed(labels)}", remedy)
    return ok(f"oldest first: {listed(labels)}")


async def complete(visit: Visit) -> Diagnosis:
    """All that came after m1 is there, over as many pages as it takes."""
    first = visit.first
    reading = _reading(visit)
    wanted = first.stored()[1:]
    got = ours_in(reading.items, wanted)
    missing = [said.label for said in wanted if said not in got]
    pages = counted(len(reading.sizes), "page")
    if not missing:
        return ok(f"all {len(wanted)} in {pages}")
    await trio.sleep(_LATER_SECONDS)
    later = ours_in((await read(visit, first.place, _cursor_of(visit, "m1"))).items, wanted)
    if all(said in later for said in wanted):
        return breach(f"{listed(missing)} had to be waited for: the list lags", _PRIMARY)
    return _incomplete(reading, [said.label for said in wanted], missing)


def _incomplete(reading: Reading, wanted: list[str], missing: list[str]) -> Diagnosis:
    last = reading.answers[-1].value
    more = (
        [key for key, value in last.items() if value and ("next" in key or "more" in key)]
        if isinstance(last, dict)
        else []
    )
    if missing == wanted[-len(missing) :] and reading.items:
        fact = f"left out: {listed(missing)}; it ends after {counted(len(reading.items), 'message')}, without a `next`"
        if more:
            return misdescribed(fact, f'write next = "{more[0]}" under catch_up, if that names the next page')
        return breach(
            fact,
            "say in the answer that there is more (`next`), or write page_cap under catch_up, if a client asks on after the last one",
        )
    return breach(
        f"left out: {listed(missing)}",
        "see the query behind catch_up.request: what it filters by, and for how long it keeps messages",
    )


async def ties(visit: Visit) -> Diagnosis:
    """m5 was given the created_at of m4: a cursor that is compared by time leaves it out."""
    said = visit.first.said
    stamps = [said[label].posted.created_at if label in said else None for label in ("m4", "m5")]
    if stamps[0] is None or stamps[0] != stamps[1]:
        return skipped("needs a target that lets created_at be chosen (publish.created_at_field)")
    reading = await read(visit, visit.first.place, _cursor_of(visit, "m4"))
    ours = [each.label for each in ours_in(reading.items, list(said.values()))]
    if reading.good and "m5" not in ours:
        return breach(
            "m5, of the same created_at as m4, is left out after m4",
            "compare ids, or (created_at, id): messages of one moment are lost",
        )
    return (
        ok("m5, of the same created_at as m4, comes after m4")
        if reading.good
        else unexamined(reading.trouble, "see the target's log")
    )


async def kept(visit: Visit) -> Diagnosis:
    """Seconds later the same question is answered as before: nothing was dropped for being old."""
    reading = await read(visit, visit.first.place, _cursor_of(visit, "m1"))
    if not reading.good:
        return warning(reading.trouble, "a moment ago the same question was answered; see the target's log")
    before = ours_in(_reading(visit).items, visit.first.stored())
    gone = [said.label for said in before if said not in ours_in(reading.items, visit.first.stored())]
    if gone:
        remedy = "keep messages for longer than a visitor is away: see what the query filters by"
        return breach(f"{listed(gone)} are in it no more, seconds later", remedy)
    return ok("all of it is still there, seconds later")
