"""Faults of a connection: it is cut, refused, blackholed, slow, narrow, or stripped of its subprotocol."""

from __future__ import annotations

from dataclasses import dataclass, field

from cablecheck.nemesis.came import Came, fired_at
from cablecheck.nemesis.fault import As, Bare, Fault, Tally
from cablecheck.nemesis.scene import Scene
from cablecheck.nemesis.signals import (
    Admit,
    ClosePort,
    Cut,
    Dialled,
    Direction,
    Hush,
    Link,
    NemesisOrder,
    OpenPort,
    Refuse,
    Unhush,
)
from cablecheck.scenario import model
from cablecheck.scenario.units import bytes_per_second, written

_DIRECTIONS: dict[str, tuple[Direction, ...]] = {"both": ("down", "up"), "down": ("down",), "up": ("up",)}


@dataclass(slots=True, kw_only=True)
class Cutting(Fault):
    """Ends what is live now; where nothing is live it never fires. A half-closed connection is ended by the heal."""

    step: model.Cut
    half: list[Link] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Only a half-closed connection is left to be ended."""
        return self.step.how == "close-half"

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Cut every live cable."""
        how = self.step.how
        detail = f"close {self.step.code}" if how == "close" else how
        orders: list[NemesisOrder] = []
        for connection in scene.cables(self.client):
            orders += [
                fired_at(self.id, self.verb, connection.link, now, detail),
                Cut(connection.link, how, self.step.code),
            ]
            if how == "close-half":
                self.half.append(connection.link)
        return orders

    def heal(self, as_: As, scene: Scene, now: float) -> list[NemesisOrder]:
        """End the TCP that was left open."""
        return [Cut(link, "rst" if as_ == "reset" else "fin") for link in self.half]


@dataclass(slots=True, kw_only=True)
class Refusing(Fault):
    """Refuses new connections: by a closed port, an HTTP status, a reset, or silence.

    A closed port with `times` is opened again by the next connection after the last that was refused: it is announced first.
    """

    step: model.Refuse
    tally: Tally
    hung: list[Link] = field(default_factory=list)

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Close the ports of the clients that are known."""
        return [order for client in self.clients(scene) for order in self.meet(client)]

    def meet(self, client: str) -> list[NemesisOrder]:
        """Close the port of this client."""
        return [ClosePort(client)] if self.step.how == "port" else []

    def announced(self, link: Link, scene: Scene, now: float) -> list[NemesisOrder]:
        """The kernel refuses this connection, unless as many were refused as were to be."""
        if self.step.how != "port":
            return []
        if self.tally.takes(link.client):
            return [fired_at(self.id, self.verb, link, now, "port")]
        return [OpenPort(link.client)]

    def refuses(self, dialled: Dialled) -> Refuse | None:
        """Refuse a connection of the kind that is meant."""
        how, link = self.step.how, dialled.link
        if how == "port" or self.step.what not in ("all", link.kind) or not self.tally.takes(link.client):
            return None
        if how == "hang":
            self.hung.append(link)
        return Refuse(link, how)

    def closes(self, client: str) -> bool:
        """Whether this fault keeps the port of this client closed."""
        return self.step.how == "port" and self.covers(client) and not self.tally.used_up([client], beyond=1)

    def spent(self, scene: Scene) -> bool:
        """A closed port stays closed until the next connection is announced; who hangs goes on hanging."""
        beyond = 1 if self.step.how == "port" else 0
        return not self.hung and self.tally.used_up(self.clients(scene), beyond)

    def heal(self, as_: As, scene: Scene, now: float) -> list[NemesisOrder]:
        """Open the ports; let those in who hang, or reset them."""
        if self.step.how == "port":
            return [OpenPort(client) for client in self.clients(scene)]
        hung = [link for link in self.hung if link in scene.connections]
        return [Cut(link, "rst") if as_ == "reset" else Admit(link) for link in hung]


@dataclass(slots=True, kw_only=True)
class Blackholing(Fault):
    """Swallows what is sent on the cables that were open when it was armed. Both ends stay connected and see nothing."""

    step: model.Blackhole
    links: list[Link] = field(default_factory=list)

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Hush every live cable."""
        orders: list[NemesisOrder] = []
        for connection in scene.cables(self.client):
            self.links.append(connection.link)
            orders.append(fired_at(self.id, self.verb, connection.link, now, self.step.direction))
            orders += [Hush(connection.link, direction) for direction in _DIRECTIONS[self.step.direction]]
        return orders

    def swallows(self, link: Link, direction: Direction) -> bool:
        """What is delivered to a hushed direction waits there."""
        return link in self.links and direction in _DIRECTIONS[self.step.direction]

    def heal(self, as_: As, scene: Scene, now: float) -> list[NemesisOrder]:
        """Let the bytes go on where they stopped, or reset the connection."""
        links = [link for link in self.links if link in scene.connections]
        if as_ == "reset":
            return [Cut(link, "rst") for link in links]
        return [Unhush(link, direction) for link in links for direction in _DIRECTIONS[self.step.direction]]


@dataclass(slots=True, kw_only=True)
class Slowing(Fault):
    """Makes every frame of the cable and every answer late, in order. The jitter goes both ways, as Toxiproxy's does."""

    step: model.Latency

    def delay(self, came: Came, scene: Scene, now: float) -> float | None:
        """The delay of this one."""
        if came.direction not in _DIRECTIONS[self.step.direction] or not self.covers(came.link.client):
            return None
        if came.link.kind == "rest" and came.direction == "up":
            return None
        jitter = float(self.step.jitter)
        return max(0.0, float(self.step.delay) + (scene.rng.uniform(-jitter, jitter) if jitter else 0.0))


@dataclass(slots=True, kw_only=True)
class Throttling(Fault):
    """Lets so many bytes a second down, on each connection by itself, as Toxiproxy's `bandwidth` (its `rate` is in KB of 1000 bytes).

    A frame is passed on whole, when it and all that stands before it have had their time; `free_at` is when that will be so.
    """

    step: model.Throttle
    free_at: dict[Link, float] = field(default_factory=dict)

    def delay(self, came: Came, scene: Scene, now: float) -> float | None:
        """What stands before it has to pass first, and then it itself."""
        link = came.link
        meant = self.covers(link.client) and (link.kind == "cable" or self.step.what == "all")
        if not meant or came.direction != "down" or not came.weight:
            return None
        begin = max(now, self.free_at.get(link, now))
        self.free_at[link] = begin + came.weight / bytes_per_second(self.step.rate)
        return self.free_at[link] - now

    def told(self, late_seconds: float | None) -> str:
        """By how much it is late: with what else is under way, the rate alone does not say it."""
        return "" if late_seconds is None else f"late: {written(late_seconds)}"


@dataclass(slots=True, kw_only=True)
class Stripping(Fault):
    """Takes the subprotocol out of the answers to upgrades that name one.

    RFC 6455 lets such a socket open all the same. (A browser that follows the standard of WHATWG fails it, and its client tries again.)
    """

    step: model.Strip
    tally: Tally

    def opinion(self, came: Came, scene: Scene, now: float) -> Bare | None:
        """Only what names one is touched, and counts."""
        if came.protocol is None or not self.tally.takes(came.link.client):
            return None
        return Bare(came.protocol)

    def spent(self, scene: Scene) -> bool:
        """All that were to be stripped have been."""
        return self.tally.used_up(self.clients(scene))
