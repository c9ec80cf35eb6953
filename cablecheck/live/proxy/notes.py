"""What a proxy tells of its connections while it runs: who came, what was answered, and who ended it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from cablecheck.nemesis.signals import Link

Party: TypeAlias = Literal["client", "target", "fault", "proxy"]


ENDS = {"fin": "ended it", "rst": "reset it"}


class Entered(Struct, frozen=True):
    """A client connected from `peer` and said what it wants. The path is without its query, where sessions and tokens stand."""

    link: Link
    peer: str
    method: str
    path: str
    catch_up: bool = False


class Answered(Struct, frozen=True):
    """The target began to answer. Status 0: with what is no HTTP. `protocol`: the subprotocol of a socket that opens."""

    link: Link
    status: int
    protocol: str | None = None


class Over(Struct, frozen=True):
    """The connection is over: who ended it first, and how, in words. `sent` and `received` are the client's bytes."""

    link: Link
    by: Party
    how: str
    sent: int = 0
    received: int = 0


class Declined(Struct, frozen=True):
    """A connection that came to nothing before it said what it wants."""

    peer: str
    why: str


class Listens(Struct, frozen=True):
    """The proxy listens, and so does its API, if it has one. Nothing is told before."""

    place: str
    api: str | None = None


class Told(Struct, frozen=True):
    """What a person ought to know of the story or of the API, in words."""

    text: str


Note: TypeAlias = Listens | Entered | Answered | Over | Declined | Told


class Ending:
    """Who ended a connection first, and how: what follows from it changes nothing any more."""

    def __init__(self) -> None:
        self.by: Party = "proxy"
        self.how = "stopped"
        self._known = False

    def blame(self, by: Party, how: str) -> None:
        """Remember this, unless an earlier end is known."""
        if not self._known:
            self.by, self.how, self._known = by, how, True
