"""What is to be done later: each lane (one direction of one connection) in order, whatever the delays."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from cablecheck.nemesis.signals import Direction, Link, NemesisOrder, Wake

Lane: TypeAlias = tuple[Link, Direction]


@dataclass(frozen=True, slots=True, order=True)
class Late:
    """An order that waits for its time. `by`: the faults that make it late."""

    due: float
    number: int
    lane: Lane = field(compare=False)
    order: NemesisOrder = field(compare=False)
    by: frozenset[str] = field(compare=False)


@dataclass(slots=True)
class Later:
    """A heap of late orders. Whoever puts the first one in asks for an alarm; each alarm asks for the next."""

    waiting: list[Late] = field(default_factory=list)
    last_due: dict[Lane, float] = field(default_factory=dict)
    numbers: int = 0
    alarms: dict[int, float] = field(default_factory=dict)

    def busy(self, lane: Lane) -> bool:
        """Whether something waits in this lane: what comes now must stand behind it."""
        return lane in self.last_due

    def put(self, lane: Lane, order: NemesisOrder, due: float, by: frozenset[str]) -> list[NemesisOrder]:
        """Let an order wait until `due`, and behind what waits in its lane."""
        due = max(due, self.last_due.get(lane, due))
        self.last_due[lane] = due
        self.numbers += 1
        heapq.heappush(self.waiting, Late(due, self.numbers, lane, order, by))
        return self._alarm()

    def ring(self, alarm: int, now: float) -> list[NemesisOrder]:
        """Give what is due at this alarm, and ask for the next."""
        until = max(now, self.alarms.pop(alarm, now))
        orders: list[NemesisOrder] = []
        while self.waiting and self.waiting[0].due <= until:
            orders.append(heapq.heappop(self.waiting).order)
        self._tidy()
        return orders + self._alarm()

    def heal(self, faults: set[str]) -> list[NemesisOrder]:
        """Give at once, in order, what only these faults made late; the rest keeps its time."""
        kept: list[Late] = []
        blocked: set[Lane] = set()
        orders: list[NemesisOrder] = []
        for late in sorted(self.waiting):
            left = late.by - faults
            if left or late.lane in blocked:
                blocked.add(late.lane)
                kept.append(replace(late, by=left))
            else:
                orders.append(late.order)
        self.waiting = kept
        self._tidy()
        return orders

    def forget(self, link: Link) -> None:
        """The connection is over."""
        self.waiting = [late for late in self.waiting if late.lane[0] != link]
        heapq.heapify(self.waiting)
        self._tidy()

    def links_of(self, faults: set[str]) -> list[Link]:
        """The connections on which these faults make something late."""
        return list(dict.fromkeys(late.lane[0] for late in sorted(self.waiting) if late.by & faults))

    def _tidy(self) -> None:
        lanes = {late.lane for late in self.waiting}
        self.last_due = {lane: due for lane, due in self.last_due.items() if lane in lanes}

    def _alarm(self) -> list[NemesisOrder]:
        """Ask to be woken for the first in the heap, unless an alarm rings by then anyway."""
        if not self.waiting or any(at <= self.waiting[0].due for at in self.alarms.values()):
            return []
        self.numbers += 1
        self.alarms[self.numbers] = self.waiting[0].due
        return [Wake(self.numbers, self.waiting[0].due)]
