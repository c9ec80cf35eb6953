"""How each stored message of the story came to each client, and what of that is worth counting."""

from __future__ import annotations

from collections.abc import Iterable

from cablecheck.checker.anomalies import Case, first_shown
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.verdict import Provenance, Way, story_order
from cablecheck.checker.view import View


def provenance_of(case: Case) -> tuple[Provenance, ...]:
    """One row a message and client, in the order of the story."""
    publish_of = case.stock.publish_of
    places = sorted(case.stock.story, key=lambda place: story_order(publish_of[place].label))
    in_room: dict[int, list[View]] = {}
    for view in case.views:
        in_room.setdefault(view.room, []).append(view)
    messages = case.stock.messages
    return tuple(
        [_row(case, view, place) for place in places for view in in_room.get(messages[place].room, ())]
    )


def _row(case: Case, view: View, place: int) -> Provenance:
    record, stock = case.record, case.stock
    publish = stock.publish_of[place]
    shown = first_shown(view, place)
    return Provenance(
        label=publish.label,
        client=view.client,
        way=way_of(view, place),
        id=stock.messages[place].id,
        stored_at=record.times[publish.ended]
        if publish.outcome == "ok" and publish.ended is not None
        else None,
        shown_at=None if shown == NEVER else record.times[shown],
        late=record.closing < shown < NEVER,
    )


def way_of(view: View, place: int) -> Way:
    """Its own bubble, the first page, or what brought it: a frame of the socket, an answer to a catch-up, both, or nothing."""
    sources = {bubble.event.source for bubble in view.bubbles(place)}
    if "own" in sources:
        return "own"
    if "initial" in sources:
        return "initial"
    id_ = view.stock.messages[place].id
    by_socket = id_ in view.subject.by_socket or "socket" in sources
    by_catch_up = id_ in view.subject.by_catch_up or "catch-up" in sources
    if by_socket:
        return "both" if by_catch_up else "socket"
    return "catch-up" if by_catch_up else "neither"


def recovered(case: Case) -> tuple[str, ...]:
    """The labels whose publish had no certain outcome, and which were stored and are shown by someone."""
    return tuple(
        label
        for label, publish in case.stock.ledger.publishes.items()
        if publish.outcome == "info"
        and not publish.probe
        and publish.place is not None
        and any(view.shown[publish.place] for view in case.views)
    )


def masked(rows: Iterable[Provenance]) -> tuple[str, ...]:
    """The labels that no frame ever brought to some client that shows them: only a catch-up did."""
    return tuple(
        dict.fromkeys(row.label for row in rows if row.way == "catch-up" and row.shown_at is not None)
    )
