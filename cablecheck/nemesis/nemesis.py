"""The nemesis: all armed faults together. It is told what happens and orders what becomes of it.

Faults are asked in the order in which they were armed and the first opinion wins. Delays come after opinions: whatever is to be
delivered goes through them, so that they keep the order of a lane. Every touch is journalled before it is ordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import assert_never

from cablecheck.history import Armed, Healed, Released
from cablecheck.nemesis.came import Came, Waiting, fired, fired_at, read
from cablecheck.nemesis.fault import As, Fault, Keep, Lose, Passing, Precede, Reset, Reverse, passing
from cablecheck.nemesis.fault import Later as Delayed
from cablecheck.nemesis.faults import fault_of
from cablecheck.nemesis.frames import Selecting
from cablecheck.nemesis.later import Later
from cablecheck.nemesis.scene import Scene
from cablecheck.nemesis.signals import (
    Admit,
    Announced,
    AnswerCame,
    BytesCame,
    CommandCame,
    Cut,
    Deliver,
    Dialled,
    Discard,
    Ended,
    FrameCame,
    Inject,
    Journal,
    Link,
    NemesisEvent,
    NemesisOrder,
    OpenPort,
    Woke,
)
from cablecheck.scenario import model


@dataclass(frozen=True, slots=True)
class _Kept:
    came: Came
    by: Fault


class Nemesis:
    """Decides, never performs. `rng` is used for jitter only."""

    def __init__(self, rng: Random) -> None:
        self._scene = Scene(rng)
        self._standing: list[Fault] = []
        self._kept: dict[tuple[Link, int], _Kept] = {}
        self._later = Later()

    # What the scenario wants

    def meet(self, client: str, now: float) -> list[NemesisOrder]:
        """A client's proxy opens: what stands may concern it already."""
        self._scene.meet(client)
        return [order for fault in self._covering(client) for order in fault.meet(client)]

    def arm(
        self, step: model.Step, *, fault: str, verb: str, number: int, now: float, closing: bool = False
    ) -> list[NemesisOrder]:
        """Arm the fault of this step, the story's `number`-th, and strike if it strikes at once."""
        armed = fault_of(step, fault, verb)
        detail = ", ".join(
            f"{key}: {value}" for key, value in model.plain(step).items() if key not in ("on", "id")
        )
        journal = Journal(Armed(now, fault, verb, number, armed.client, detail, closing))
        orders = [journal, *armed.strike(self._scene, now)]
        if armed.stands:
            self._standing.append(armed)
        return orders + self._settle(orders, now)

    def heal(self, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """End the faults of this id, or all: what they kept is given in order, or its connection reset."""
        return self._end([each for each in self._standing if fault in (None, each.id)], as_, now)

    def release(self, what: str | None, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """End the holds on `what`, or the hold of this id, or all holds where neither is given."""
        holds: list[Fault] = [
            each
            for each in self._standing
            if isinstance(each, Selecting)
            and isinstance(each.step, model.Hold)
            and fault in (None, each.id)
            and what in (None, each.step.what)
        ]
        return self._end(holds, as_, now)

    # What happens

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        """Say what becomes of this."""
        orders: list[NemesisOrder]
        match event:
            case Announced(link):
                self._scene.meet(link.client)
                orders = self._announced(link, now)
            case Dialled():
                orders = self._dialled(event, now)
            case FrameCame() | CommandCame() | AnswerCame() | BytesCame():
                orders = self._came(read(event), now)
            case Ended(link):
                orders = self._gone(link, now)
            case Woke(alarm):
                orders = self._later.ring(alarm, now)
            case _:
                assert_never(event)
        return orders + self._settle(orders, now)

    @property
    def standing(self) -> tuple[str, ...]:
        """The ids of the faults that stand, in the order in which they were armed."""
        return tuple(fault.id for fault in self._standing)

    @property
    def idle(self) -> bool:
        """Whether nothing stands, is kept or is late: whatever comes would be delivered at once."""
        return not (self._standing or self._kept or self._later.waiting)

    def learn(self, event: Waiting) -> None:
        """Take note of what passes while this is idle; a world need not ask what becomes of it."""
        came = read(event)
        self._scene.at(came.link).learn(came)

    def overhear(self, link: Link, text: str) -> None:
        """`learn`, of a message that the target sent."""
        self._scene.at(link).last_message = text

    def _covering(self, client: str) -> list[Fault]:
        return [fault for fault in self._standing if fault.covers(client)]

    def _announced(self, link: Link, now: float) -> list[NemesisOrder]:
        orders = [
            order
            for fault in self._covering(link.client)
            for order in fault.announced(link, self._scene, now)
        ]
        closed = any(fault.closes(link.client) for fault in self._standing)
        return [order for order in orders if not (closed and isinstance(order, OpenPort))]

    def _dialled(self, event: Dialled, now: float) -> list[NemesisOrder]:
        connection = self._scene.at(event.link)
        for fault in self._covering(event.link.client):
            refusal = fault.refuses(event)
            if refusal is not None:
                if refusal.how != "hang":
                    connection.live = False
                journal = fired_at(fault.id, fault.verb, event.link, now, str(refusal.how))
                return [journal, refusal]
        return [Admit(event.link)]

    def _came(self, came: Came, now: float) -> list[NemesisOrder]:
        connection = self._scene.at(came.link)
        connection.learn(came)
        orders: list[NemesisOrder] = []
        for fault in self._covering(came.link.client):
            fate = fault.opinion(came, self._scene, now)
            if isinstance(fate, Precede):
                before = f"before {came.kind}"
                orders.append(fired(fault.id, fault.verb, fate.made, now, before))
                orders += self._pass(fate.made, [Inject(came.link, fate.made.text or "")], now)
            elif fate is not None:
                return orders + self._befall(fault, came, fate, now)
        return orders + self._pass_on(came, now)

    def _befall(
        self,
        fault: Fault,
        came: Came,
        fate: Keep | Lose | Reverse | Reset | Delayed | Passing,
        now: float,
    ) -> list[NemesisOrder]:
        """Journal the touch and order what the fate means."""
        link, token = came.link, came.token
        touch = fired(fault.id, fault.verb, came, now, getattr(fate, "detail", ""))
        match fate:
            case Keep():
                self._kept[link, token] = _Kept(came, fault)
                return [touch]
            case Lose():
                return [touch, Discard(link, token)]
            case Reverse():
                return [touch, *self._reverse(fault, came, now)]
            case Reset():
                return [touch, Cut(link, "rst")]
            case Delayed(seconds):
                deliver = Deliver(link, token)
                by = frozenset({fault.id})
                return [touch, *self._later.put((link, came.direction), deliver, now + seconds, by)]
            case _:
                return [touch, *self._pass(came, passing(fate, link, token), now)]

    def _reverse(self, fault: Fault, came: Came, now: float) -> list[NemesisOrder]:
        mine = [key for key, kept in self._kept.items() if kept.by is fault and key[0] == came.link]
        orders = self._pass(came, [Deliver(came.link, came.token)], now)
        for key in reversed(mine):
            orders += self._pass(self._kept.pop(key).came, [Deliver(*key)], now)
        return orders

    def _pass_on(self, came: Came, now: float) -> list[NemesisOrder]:
        """Deliver what no fault wants; but an answer's bytes don't overtake the answer that is kept."""
        if came.link.kind == "rest" and came.direction == "down":
            for (link, _), kept in self._kept.items():
                if link == came.link:
                    self._kept[link, came.token] = _Kept(came, kept.by)
                    return []
        return self._pass(came, [Deliver(came.link, came.token)], now)

    def _pass(self, came: Came, orders: list[NemesisOrder], now: float) -> list[NemesisOrder]:
        """Send orders on their way to a lane: through its delays, and past the blackholes that will swallow them."""
        lane = (came.link, came.direction)
        shown = came.kind is not None or (came.link.kind == "rest" and not came.ends)
        journals: list[NemesisOrder] = []
        delays: dict[str, float] = {}
        for fault in self._standing:
            late = fault.delay(came, self._scene, now)
            if late is not None:
                delays[fault.id] = late
            if shown and (late is not None or fault.swallows(*lane)):
                journals.append(fired(fault.id, fault.verb, came, now, fault.told(late)))
        if not delays and not self._later.busy(lane):
            return journals + orders
        due, by = now + sum(delays.values()), frozenset(delays)
        return journals + [late for order in orders for late in self._later.put(lane, order, due, by)]

    # How things end

    def _gone(self, link: Link, now: float) -> list[NemesisOrder]:
        """The connection is over, and what was kept of it with it."""
        self._scene.connections.pop(link, None)
        self._later.forget(link)
        lost = [key for key in self._kept if key[0] == link]
        faults = {kept.by.id: None for kept in (self._kept.pop(key) for key in lost)}
        return [Journal(Released(now, id_, link.client, "gone with its connection")) for id_ in faults]

    def _settle(self, orders: list[NemesisOrder], now: float) -> list[NemesisOrder]:
        """What follows from orders: a cut ends its connection, and a fault that can touch nothing more is over."""
        after: list[NemesisOrder] = []
        for order in orders:
            if isinstance(order, Cut):
                after += self._cut(order, now)
        spent = [fault for fault in self._standing if fault.spent(self._scene)]
        keeping = {kept.by.id for kept in self._kept.values()} if spent else set()
        for fault in spent:
            if fault.id not in keeping:
                self._standing.remove(fault)
                after.append(Journal(Healed(now, fault.id, "spent")))
        return after

    def _cut(self, cut: Cut, now: float) -> list[NemesisOrder]:
        if cut.how != "close-half":
            return self._gone(cut.link, now)
        connection = self._scene.connections.pop(cut.link)
        after = self._gone(cut.link, now)
        connection.live = False
        self._scene.connections[cut.link] = connection
        return after

    def _end(self, faults: list[Fault], as_: As, now: float) -> list[NemesisOrder]:
        """Take these faults away, give what they kept, and put right what they did."""
        self._standing = [fault for fault in self._standing if fault not in faults]
        ids = {fault.id for fault in faults}
        orders = self._give(ids, as_, now)
        for fault in faults:
            orders += fault.heal(as_, self._scene, now)
        orders = [
            order for order in orders if not (isinstance(order, OpenPort) and self._closed(order.client))
        ]
        orders += self._settle(orders, now)
        detail = "reset" if as_ == "reset" else ""
        return orders + [Journal(Healed(now, fault.id, detail)) for fault in faults]

    def _closed(self, client: str) -> bool:
        return any(fault.closes(client) for fault in self._standing)

    def _give(self, ids: set[str], as_: As, now: float) -> list[NemesisOrder]:
        """Give what these faults kept or made late, in order, or reset its connections."""
        mine = {key: kept for key, kept in self._kept.items() if kept.by.id in ids}
        links = dict.fromkeys((kept.by.id, key[0]) for key, kept in mine.items())
        for key in mine:
            del self._kept[key]
        orders: list[NemesisOrder] = [
            Journal(Released(now, id_, link.client, "reset" if as_ == "reset" else "given"))
            for id_, link in links
        ]
        if as_ == "reset":
            reset = dict.fromkeys([*(link for _, link in links), *self._later.links_of(ids)])
            return orders + [Cut(link, "rst") for link in reset]
        orders += self._later.heal(ids)
        for kept in mine.values():
            orders += self._pass(kept.came, [Deliver(kept.came.link, kept.came.token)], now)
        return orders
