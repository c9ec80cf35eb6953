"""Which messages were at stake for a client at a moment: stored, and not heard of yet."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import islice

from cablecheck.checker.view import View

MOST_AT_STAKE = 32  # evidence is read by a person


def at_stake(view: View, moments: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """For each moment (a position in the history) the labels of the story's messages that were known to be stored before it and
    that the client heard of only at that moment, later, or never.

    The client's own messages are none of them, for it knew them before they were stored. Probes never make a fault matter.
    One sweep over messages and moments, O(n log n).
    """
    ordered = sorted(set(moments))
    if not ordered:
        return {}
    stock = view.stock
    waiting = sorted((stock.known[place], view.heard(place), place) for place in stock.story_in(view.room))
    unheard: dict[int, None] = {}
    hearing: list[tuple[int, int]] = []
    found: dict[int, tuple[str, ...]] = {}
    index = 0
    for moment in ordered:
        while index < len(waiting) and waiting[index][0] < moment:
            _, heard, place = waiting[index]
            unheard[place] = None
            heapq.heappush(hearing, (heard, place))
            index += 1
        while hearing and hearing[0][0] < moment:
            del unheard[heapq.heappop(hearing)[1]]
        found[moment] = tuple(stock.label(place) for place in islice(unheard, MOST_AT_STAKE))
    return found


def touched(view: View, ids: Iterable[str], position: int) -> Iterable[str]:
    """The labels of the story's messages among these ids, no probes, and none that the client had been told of before this position."""
    stock = view.stock
    for id_ in ids:
        place = stock.place(view.room, id_)
        if place is None or place not in stock.publish_of or stock.probe(place):
            continue
        if view.told(place) >= position:
            yield stock.label(place)
