"""The truth: whether what was acknowledged is in the target's own list, under the ids that it gave, in the order in which it was said."""

from __future__ import annotations

import trio

from cablecheck.cable.json_values import UNDEFINED, text_of
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, unexamined, warning
from cablecheck.doctor.paths import misplaced
from cablecheck.doctor.places import holds, lists_in
from cablecheck.doctor.visit import Said, Visit
from cablecheck.errors import UnreachableError
from cablecheck.live.asking import AskError
from cablecheck.live.chat_api import LAG_SECONDS, ChatApi
from cablecheck.report.visible import counted, listed
from cablecheck.target.paths import find
from cablecheck.target.wire import Listed


async def truth_of(visit: Visit) -> list[Listed]:
    """All that the target stored in the first visitor's conversation, in its order. Raises UnreachableError."""
    chat = ChatApi(visit.first.place)
    try:
        return await chat.listed()
    finally:
        await chat.aclose()


def ours_in(items: list[Listed], said: list[Said]) -> list[Said]:
    """Those of our messages that are in a list, in its order, as often as they are."""
    marks = {each.mark: each for each in said}
    found = (
        next((marks[mark] for mark in marks if mark in text_of(item.get("body", ""))), None) for item in items
    )
    return [each for each in found if each is not None]


async def stored(visit: Visit) -> Diagnosis:
    """Every acknowledged message is there."""
    first = visit.first
    if first.place.wire.target.truth.ledger:
        return ok("there is none but the publisher's own list, as the file says; each verdict will say so")
    wanted = first.stored()
    deadline = trio.current_time() + LAG_SECONDS
    looks = 0
    while True:
        looks += 1
        try:
            items = await truth_of(visit)
        except UnreachableError as error:
            fact, _, remedy = str(error).rpartition("; ")
            return (unexamined if "target is down" in fact else misdescribed)(fact or remedy, remedy)
        ours = ours_in(items, wanted)
        if len({each.label for each in ours}) >= len(wanted) or trio.current_time() > deadline:
            break
        await trio.sleep(0.25)
    return await _unlike(visit, items, ours, wanted, looks)


async def _unlike(
    visit: Visit, items: list[Listed], ours: list[Said], wanted: list[Said], looks: int
) -> Diagnosis:
    if not ours:
        return await _none_of_ours(visit, items, wanted)
    missing = [said.label for said in wanted if said not in ours]
    if missing:
        fact = f"{listed(missing)} of {len(wanted)} are not in it, {LAG_SECONDS:g} s after they were acknowledged"
        return breach(
            fact, "see what takes them away, or what pages of the list truth.request leaves out (truth.next)"
        )
    by_label = {said.label: item for item in reversed(items) for said in ours_in([item], wanted)}
    for said in wanted:
        id_ = by_label[said.label].get("id", UNDEFINED)
        if said.posted.id and text_of(id_) != said.posted.id:
            fact = f"{said.label} has the id {text_of(id_)} in it, {said.posted.id} when it was published"
            return misdescribed(
                fact, "see the path id under truth and under publish: both must be the message's"
            )
    if [said.label for said in ours] != [said.label for said in wanted]:
        fact = f"it has them as {listed([said.label for said in ours])}"
        return misdescribed(
            fact,
            'write keys = ["created_at", "id"] under order, or let truth.request ask for ascending order, once each',
        )
    rolled_back = [said for said in _only_heard(visit) if said not in ours_in(items, [said])]
    if rolled_back:
        fact = f"{listed([said.label for said in rolled_back])} came on the socket, was not acknowledged, and is not in it"
        return breach(
            fact, "broadcast after the commit (after_create_commit): a visitor reads what was never said"
        )
    if looks > 1:
        fact = f"all {len(wanted)}, but only at a later look: the list lags"
        return warning(fact, "let truth.request read from the primary: a run whose truth lags proves nothing")
    return ok(f"all {len(wanted)}, among {counted(len(items), 'message')}, with the ids that were given")


def _only_heard(visit: Visit) -> list[Said]:
    """What came on the socket, though nobody acknowledged it."""
    first = visit.first
    stored = first.stored()
    return [
        said for said in first.said.values() if said not in stored and first.ear and first.ear.said(said.mark)
    ]


async def _none_of_ours(visit: Visit, items: list[Listed], wanted: list[Said]) -> Diagnosis:
    """Nothing is found: the paths are wrong, or it is another conversation's list."""
    wire = visit.first.place.wire
    truth = wire.target.truth
    fact = f"none of {len(wanted)} is in it, among {counted(len(items), 'message')}"
    if truth.request is None:
        return misdescribed(
            fact,
            "see truth.query: which conversation it reads, and that its columns are called id, body, created_at",
        )
    ask = wire.listing(truth, None)
    assert ask is not None, "a truth is asked for without a cursor too"
    try:
        value = (await visit.ask(ask)).value
    except AskError as error:
        return unexamined(str(error), "see the target's log: it answered a moment ago")
    said = wanted[0]
    rows = find(value, truth.items)
    for row in rows if isinstance(rows, list) else ():
        if holds(row, said.mark) and (wrong := misplaced("truth", truth, row, said)):
            return wrong
    elsewhere = [path for path in lists_in(value) if holds(find(value, path), said.mark)]
    if elsewhere:
        return misdescribed(fact, f'write items = "{elsewhere[-1]}" under truth')
    return misdescribed(
        fact, "see that truth.request asks for the conversation that publish.request posts to, as the agent"
    )
