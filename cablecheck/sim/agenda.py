"""What is still to happen, in virtual time.

Everything that happens at one instant happens in an order that the seed decides, so that a race is explored and not settled by the
order in which somebody wrote it down. Only what goes down one lane keeps its order. Times are whole microseconds inside, so that what
takes equally long is done at the same instant.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeAlias

from cablecheck.sim.network import MICROSECONDS, Network, microseconds

Entry: TypeAlias = tuple[int, float, int, Callable[..., None], tuple[Any, ...]]


class Agenda:
    """A heap of calls. `now` is in seconds since the run began; `left` counts down the events that may still happen."""

    def __init__(self, rng: Random, network: Network, *, budget: int) -> None:
        self.now = 0.0
        self.left = budget
        self._instant = 0
        self._tie = rng.random
        self._ways = network.ways()
        self._many = len(self._ways)
        self._heap: list[Entry] = []
        self._count = 0

    def after(self, seconds: float, call: Callable[..., None], *arguments: object) -> None:
        """Call this so much later."""
        self._count += 1
        instant = self._instant + microseconds(seconds)
        heappush(self._heap, (instant, self._tie(), self._count, call, arguments))

    def at(self, time: float, call: Callable[..., None], *arguments: object) -> None:
        """Call this at that time, never earlier, or now if it is over."""
        self._count += 1
        instant = microseconds(time)
        instant = max(instant if instant / MICROSECONDS >= time else instant + 1, self._instant)
        heappush(self._heap, (instant, self._tie(), self._count, call, arguments))

    def travel(self, call: Callable[..., None], *arguments: object) -> None:
        """Call this when something that leaves now has arrived, by a way of its own."""
        tie, way = self._tie(), int(self._tie() * self._many)
        self._count += 1
        heappush(self._heap, (self._instant + self._ways[way], tie, self._count, call, arguments))

    def arrive(self, lane: Lane, call: Callable[..., None], *arguments: object) -> None:
        """Call this when what leaves now has come down the lane: never before what left earlier, and behind it at one instant."""
        tie, way = self._tie(), int(self._tie() * self._many)
        instant = self._instant + self._ways[way]
        if instant <= lane.last:
            instant, tie = lane.last, lane.tie
        lane.last, lane.tie = instant, tie
        self._count += 1
        heappush(self._heap, (instant, tie, self._count, call, arguments))

    def next(self) -> bool:
        """Let the next thing happen; False when nothing is left to happen, or no more may."""
        if not self._heap or self.left <= 0:
            return False
        self.left -= 1
        self._instant, _, _, call, arguments = heappop(self._heap)
        self.now = self._instant / MICROSECONDS
        call(*arguments)
        return True


class Lane:
    """One direction of one connection: nothing overtakes on it. `last` and `tie` are those of what left last."""

    __slots__ = ("last", "tie")

    def __init__(self) -> None:
        self.last = -1
        self.tie = 0.0
