"""Which part of cablecheck takes how much of a simulated world's time: a clock is read wherever one part calls another."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias, get_args

from cablecheck.client.host import Host
from cablecheck.director import Director
from cablecheck.sim import playing
from cablecheck.sim.agenda import Agenda
from cablecheck.sim.cable_relay import CableRelay
from cablecheck.sim.page import SimPage
from cablecheck.sim.rest_relay import RestRelay
from cablecheck.sim.server import Server
from cablecheck.sim.world import World

Part: TypeAlias = Literal["client", "chat", "network", "director", "checker", "world"]
PARTS: tuple[Part, ...] = get_args(Part)

# The calls by which a part is entered: the client with its page, the chat with what it keeps, the network with agenda, relays and
# nemesis, the director, the checker. The world is what holds them together, and all that is none of theirs.
DOORS: dict[Part, tuple[tuple[Any, str], ...]] = {
    "client": (
        (Host, "start send type subscribe unsubscribe read_timeline rang answered recalled failed"),
        (Host, "opened heard closing failed_to_open closed"),
    ),
    "chat": ((Server, "ask speak join hear leave _beat _perform_late"),),
    "network": (
        (Agenda, "next after at travel arrive"),
        (CableRelay, "came_down"),
        (RestRelay, "_answered"),
        (SimPage, "connect send hang_up close set_timer cancel_timer fetch recall abort"),
    ),
    "director": ((Director, "__init__ begin handle woke"),),
    "checker": ((playing, "judge hold_against"),),
    "world": ((World, "_perform _ring _say _said _acknowledge _open_page _open_conversation _moved"),),
}
_CALLS = 20_000  # to learn what the clock itself costs


class Meter:
    """Nanoseconds by part, each without what it calls in others; begun on the world's account.

    Reading the clock costs more than many a call that it times, so that is measured too, and taken off. The `clock` gives nanoseconds;
    CPU time, because shares of a wall clock are those of whoever else uses the machine.
    """

    def __init__(self, clock: Callable[[], int] = time.thread_time_ns) -> None:
        self._clock = clock
        self.spent: Counter[Part] = Counter()
        self._entered: Counter[Part] = Counter()
        self._left: Counter[Part] = Counter()
        self._parts: list[Part] = ["world"]
        self._since = clock()

    def watched(self, part: Part, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, on the account of this part."""

        def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            now = self._clock()
            caller = self._parts[-1]
            self.spent[caller] += now - self._since
            self._left[caller] += 1
            self._entered[part] += 1
            self._parts.append(part)
            self._since = self._clock()
            try:
                return function(*arguments, **named)
            finally:
                now = self._clock()
                self.spent[self._parts.pop()] += now - self._since
                self._since = self._clock()

        return timed

    def shares(self) -> dict[Part, float]:
        """The part of the whole that each took, the cost of the clock taken off; they come to 1."""
        inside, outside = self._cost_of_a_call()
        net = {
            part: max(self.spent[part] - inside * self._entered[part] - outside * self._left[part], 0.0)
            for part in PARTS
        }
        whole = sum(net.values())
        return {part: nanoseconds / whole for part, nanoseconds in net.items()}

    def stop(self) -> None:
        """Nothing more is on anybody's account."""
        self.spent[self._parts[-1]] += self._clock() - self._since

    def _cost_of_a_call(self) -> tuple[float, float]:
        """What is found too much, in nanoseconds, on the account of who is called and of who calls."""
        meter = Meter(self._clock)
        watched = meter.watched("client", _nothing)
        for _ in range(_CALLS):
            watched()
        meter.stop()
        return meter.spent["client"] / _CALLS, meter.spent["world"] / _CALLS


def _nothing() -> None:
    """A call that does nothing, and costs what a call costs."""


@contextmanager
def metered() -> Iterator[Meter]:
    """Read the clock at every door for as long as this lasts."""
    meter = Meter()
    doors = [
        (owner, name, part)
        for part, owners in DOORS.items()
        for owner, names in owners
        for name in names.split()
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in doors]
    try:
        for owner, name, part in doors:
            setattr(owner, name, meter.watched(part, getattr(owner, name)))
        yield meter
    finally:
        meter.stop()
        for owner, name, function in before:
            setattr(owner, name, function)
