"""Messages at a rate while commands of the user's own run: how many there will be, nobody knows beforehand."""

from __future__ import annotations

from math import inf

from msgspec import Struct

from cablecheck.director.orders import Publish
from cablecheck.director.tally import Tally
from cablecheck.scenario.model import Deploy
from cablecheck.scenario.rooms import label_in
from cablecheck.scenario.units import per_second


class _Stream(Struct):
    """The messages of one deploy in one room: one after the other, and none made up for while the target kept the one before."""

    fault: str
    room: int
    spacing: float
    due: float
    waits_for: str | None = None


class Traffic:
    """Publishes d1, d2, ... in every room as long as a command runs. A room's next message waits for the outcome of the one before.

    So no room ever has two publishers, and a target that answers slowly makes the traffic slower, never a burst. `streams` is empty
    while nothing flows.
    """

    def __init__(self, tally: Tally, rooms: int) -> None:
        self._tally = tally
        self._rooms = range(1, rooms + 1)
        self.streams: list[_Stream] = []
        self._given = dict.fromkeys(self._rooms, 0)

    def begin(self, step: Deploy, fault: str, now: float) -> None:
        """From now on until the command of this fault has ended."""
        if step.traffic is not None:
            spacing = 1 / per_second(step.traffic)
            self.streams += [_Stream(fault, room, spacing, now) for room in self._rooms]

    def posts(self, now: float) -> list[Publish]:
        """What is due."""
        self.streams = [each for each in self.streams if each.fault in self._tally.deploys]
        return [self._post(stream, now) for stream in self.streams if self._due(stream) <= now]

    def due(self) -> float:
        """When the next message is, without any event before."""
        return min(map(self._due, self.streams), default=inf)

    def _due(self, stream: _Stream) -> float:
        waits = stream.waits_for is not None and stream.waits_for not in self._tally.known
        return inf if waits else stream.due

    def _post(self, stream: _Stream, now: float) -> Publish:
        self._given[stream.room] += 1
        stream.waits_for = label_in(stream.room, f"d{self._given[stream.room]}")
        stream.due = now + stream.spacing
        return Publish(stream.waits_for, room=stream.room)
