"""One firing of a fault, with all that is needed to look for it in the client's own events."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from cablecheck.checker.record import Fault, Record
from cablecheck.checker.subject import Fetch, Socket, Subject
from cablecheck.checker.timeline import NEVER
from cablecheck.history import Fired
from cablecheck.scenario import units

# A delay or a hold that is shorter can't be told from a busy machine.
UNSURE_SECONDS = 0.05
SLOWING = ("latency", "throttle")
_ARGUMENT = re.compile(r"(\w+): ([^,]+)")


def arguments(detail: str) -> dict[str, str]:
    """The arguments of a step as its Armed event tells them (`what: confirm, times: 2`), the first of a name."""
    found: dict[str, str] = {}
    for name, value in _ARGUMENT.findall(detail):
        found.setdefault(name, value)
    return found


def seconds_of(arguments_: dict[str, str], name: str) -> float:
    """A duration among the arguments in seconds; 0 if there is none that can be read."""
    try:
        return units.seconds(arguments_.get(name, "0s"))
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Felt:
    """A sign of one firing. What was stored but not heard of at a `moment` was at stake, and so were the messages `ids`."""

    moments: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """A firing at `position`. `following` is the next firing of the same fault on the same connection."""

    record: Record
    subject: Subject
    fault: Fault
    arguments: dict[str, str]
    position: int
    event: Fired
    following: tuple[int, Fired] | None = None

    @property
    def socket(self) -> Socket | None:
        """The socket that was touched."""
        return None if self.event.socket is None else self.subject.sockets.get(self.event.socket)

    @property
    def fetch(self) -> Fetch | None:
        """The fetch that was touched."""
        return None if self.event.fetch is None else self.subject.fetches.get(self.event.fetch)

    def over(self) -> int:
        """The position at which what was kept was given: released for this client, or healed."""
        releases = self.fault.released.get(self.event.client, [])
        healed = self.fault.healed if self.fault.healed > self.position else NEVER
        return min(after(releases, self.position), healed)

    def alive_until(self) -> int:
        """Up to where nothing but this fault can have kept the client from what came on the touched socket.

        Where a subscribe was touched, up to the next one: that may be confirmed in its place.
        """
        socket = self.socket
        if socket is None:
            return self.position
        ends = [socket.closing, self.undisturbed_until(), socket.closed]
        if self.event.kind == "subscribe":
            ends += [after(sent, self.position) for sent in socket.subscribes.values()]
        return min(ends)

    def kept_until(self) -> int:
        """Up to where the fault can have kept what it touched: its release or heal, the end of the socket, or the client's patience."""
        if self.event.fetch is None:
            return min(self.over(), self.alive_until())
        fetch = self.fetch
        return min(self.over(), fetch.ended if fetch is not None and fetch.given_up else NEVER)

    def lasted(self, position: int) -> float:
        """Seconds from the firing to this position, or to the end of the history."""
        return self.record.seconds(position) - self.event.at

    def greeted_after(self) -> float:
        """Seconds from the firing to the welcome, if a subscribe was touched before it: a target so slow confirms no sooner.

        A welcome that a fault touched says nothing about the target.
        """
        socket, event = self.socket, self.event
        welcomes = [] if socket is None else socket.controls.get("welcome", [])
        if event.kind != "subscribe" or not welcomes or welcomes[0] < self.position:
            return 0.0
        slowed = (event.client, event.socket, None, "welcome") in self.record.touches
        return 0.0 if slowed else self.lasted(welcomes[0])

    def receipt(self, beyond: int = 0) -> int:
        """Where the text that was touched was received on its socket after the firing: first, or `beyond` times more."""
        socket = self.socket
        if socket is None or self.event.digest is None:
            return NEVER
        return after(socket.receipts.get(self.event.digest, []), self.position, beyond)

    def confirmed_after(self, position: int, *, anew: bool = False) -> int:
        """Where the client was next confirmed after this; `anew`: on another socket than the one that was touched."""
        confirms = self.subject.confirms
        for index in range(bisect_right(confirms, (position, NEVER)), len(confirms)):
            at, socket = confirms[index]
            if not anew or socket != self.event.socket:
                return at
        return NEVER

    def unconfirmed(self, socket: Socket, until: int) -> bool:
        """Whether the target confirmed nothing on this socket for so long.

        Where more confirms came than were asked for, as many as are too many may have been injected meanwhile.
        """
        asked = sum(len(sent) for sent in socket.subscribes.values())
        came = bisect_left(socket.confirms, until) - bisect_right(socket.confirms, self.position)
        return came <= max(0, len(socket.confirms) - asked)

    def undisturbed_until(self) -> int:
        """Up to where an end of the touched socket can be this fault's doing: until another fault ends it, or the closing protocol.

        Nowhere, if another had ended it before. (That a slow line was healed by a reset ends only the sockets on which something was late.)
        """
        key = (self.event.client, self.event.socket or 0)
        for position, fault in self.record.cuts.get(key, []):
            if fault == self.event.fault:
                continue
            if position > self.position:
                return min(position, self.record.closing)
            if fault in self.record.faults and self.record.faults[fault].armed.verb not in SLOWING:
                return -1
        return self.record.closing


def after(positions: Sequence[int], position: int, beyond: int = 0) -> int:
    """The first of these (ascending) positions after that one, or the one `beyond` it; NEVER if there is none."""
    index = bisect_right(positions, position) + beyond
    return positions[index] if index < len(positions) else NEVER


def answered(touch: Touch) -> tuple[int, ...]:
    """A catch-up keeps the client from hearing until its answer comes; a POST does not."""
    fetch = touch.fetch
    return (fetch.ended,) if fetch is not None and fetch.ask.catch_up else ()


def frame_at_stake(touch: Touch, confirmed: int) -> Felt:
    """What a touched frame puts at stake: a message itself; a confirm what the client waits for; other frames nothing.

    The target confirms what the client subscribed to and nothing else, unless the fault was asked for others'.
    """
    if touch.event.kind == "confirm" and touch.arguments.get("identifier") != "other":
        return Felt((confirmed,))
    return Felt((), touch.event.ids)
