"""Which messages stand out of order: all but a longest run that agrees with the truth."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def out_of_order(ranks: Sequence[int]) -> list[int]:
    """The positions outside a longest sequence of ranks that never falls, so the fewest that one could blame.

    Where several are the longest, the one is kept that ends lowest: of two messages that changed places the newer, which was shown
    too early, is the one out of order. Patience sorting, O(n log n).
    """
    if list(ranks) == sorted(ranks):
        return []
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, rank in enumerate(ranks):
        length = bisect_right(lowest, rank)
        before.append(ends[length - 1] if length else -1)
        if length == len(lowest):
            lowest.append(rank)
            ends.append(position)
        else:
            lowest[length] = rank
            ends[length] = position
    kept = bytearray(len(ranks))
    position = ends[-1]
    while position >= 0:
        kept[position] = 1
        position = before[position]
    return [position for position in range(len(ranks)) if not kept[position]]
