"""What a fault is: it strikes when it is armed, has opinions about what comes, and puts things right when it is healed."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from cablecheck.nemesis.came import Came
from cablecheck.nemesis.scene import Scene
from cablecheck.nemesis.signals import Cut, Deliver, Dialled, Direction, Link, NemesisOrder, Refuse, Replace

# What becomes of one frame or answer. No opinion: it is delivered.


class Keep(Struct, frozen=True):
    """It waits until the fault is released or healed."""


class Lose(Struct, frozen=True):
    """It is thrown away."""


class Again(Struct, frozen=True):
    """It is delivered, and `times` more."""

    times: int


class Reverse(Struct, frozen=True):
    """It is delivered, and after it what the fault kept of this connection, the last first."""


class Precede(Struct, frozen=True):
    """The client is sent this first, as if it had come; the next fault is asked about the frame itself."""

    made: Came


class Spoil(Struct, frozen=True):
    """Another answer is given (as signals.Replace has it)."""

    status: int | None = None
    body: str | None = None
    limit: int | None = None
    truncate: bool = False
    detail: str = ""


class Reset(Struct, frozen=True):
    """The connection is reset instead."""


class Tear(Struct, frozen=True):
    """Half of it is delivered, and the connection is reset."""


class Bare(Struct, frozen=True):
    """It is delivered without the subprotocol that it names."""

    detail: str


class Later(Struct, frozen=True):
    """It is delivered after so many seconds."""

    seconds: float


Passing: TypeAlias = Again | Spoil | Tear | Bare
Fate: TypeAlias = Keep | Lose | Reverse | Precede | Reset | Later | Passing
As: TypeAlias = Literal["in-order", "reset"]


def passing(fate: Passing, link: Link, token: int) -> list[NemesisOrder]:
    """What goes down the lane in its turn, where something does."""
    match fate:
        case Again(times):
            return [*(Deliver(link, token, keep=True) for _ in range(times)), Deliver(link, token)]
        case Spoil(status, body, limit, truncate):
            return [Replace(link, token, status, body, limit, truncate)]
        case Tear():
            return [Cut(link, "rst", torn=token)]
        case Bare():
            return [Deliver(link, token, bare=True)]
        case _:
            assert_never(fate)


@dataclass(slots=True)
class Tally:
    """Which of the things that match are taken: from the `nth`, `count` of them (None: all). Each client is counted by itself."""

    nth: int = 1
    count: int | None = None
    seen: dict[str, int] = field(default_factory=dict)

    def takes(self, client: str) -> bool:
        """Count one more thing of this client and say whether the fault takes it."""
        seen = self.seen[client] = self.seen.get(client, 0) + 1
        return self.nth <= seen and (self.count is None or seen < self.nth + self.count)

    def used_up(self, clients: list[str], beyond: int = 0) -> bool:
        """Whether each of these clients has shown the last thing that could be taken, and `beyond` more."""
        if self.count is None:
            return False
        last = self.nth + self.count - 1 + beyond
        return bool(clients) and all(self.seen.get(client, 0) >= last for client in clients)


@dataclass(slots=True, kw_only=True)
class Fault(ABC):
    """One armed fault; these answers are those of a fault that does nothing. `client` None: every client."""

    id: str
    verb: str
    client: str | None

    @property
    def stands(self) -> bool:
        """Whether it goes on after it has struck."""
        return True

    def covers(self, client: str) -> bool:
        """Whether this client is meant."""
        return self.client in (None, client)

    def clients(self, scene: Scene) -> list[str]:
        """The clients that are meant and known."""
        return [client for client in scene.clients if self.covers(client)]

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """What is done the moment the fault is armed."""
        return []

    def meet(self, client: str) -> list[NemesisOrder]:
        """What is done to a client that the fault covers and that was not there when it was armed."""
        return []

    def closes(self, client: str) -> bool:
        """Whether it keeps the port of this client closed."""
        return False

    def announced(self, link: Link, scene: Scene, now: float) -> list[NemesisOrder]:
        """What is done when this client is about to connect."""
        return []

    def refuses(self, dialled: Dialled) -> Refuse | None:
        """Whether a new connection is refused."""
        return None

    def opinion(self, came: Came, scene: Scene, now: float) -> Fate | None:
        """What becomes of this, as far as the fault cares."""
        return None

    def delay(self, came: Came, scene: Scene, now: float) -> float | None:
        """By how many seconds this and all that follows it is late; None: not at all."""
        return None

    def told(self, late_seconds: float | None) -> str:
        """What the journal says besides, of something that is so late."""
        return ""

    def swallows(self, link: Link, direction: Direction) -> bool:
        """Whether what is delivered there reaches nobody for now."""
        return False

    def spent(self, scene: Scene) -> bool:
        """Whether the fault can touch nothing more."""
        return False

    def heal(self, as_: As, scene: Scene, now: float) -> list[NemesisOrder]:
        """Put right what the fault did, apart from what it kept or delayed."""
        return []
