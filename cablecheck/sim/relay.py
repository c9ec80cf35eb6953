"""One connection through the nemesis: what either side says waits for its orders, and travels on.

The relay stands at the server's door: what comes from the server is there at once, and what goes down takes its time. What a
delivery means is a call; so a relay holds no bytes, and none can be torn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias, assert_never

from cablecheck.client.http_cache import Headers
from cablecheck.nemesis.came import Waiting
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import (
    Admit,
    BytesCame,
    Cut,
    Deliver,
    Direction,
    Discard,
    Ended,
    Hush,
    Inject,
    Link,
    NemesisEvent,
    Refuse,
    Relayed,
    Replace,
    Unhush,
)
from cablecheck.sim.agenda import Agenda, Lane
from cablecheck.sim.server import Server

Call: TypeAlias = tuple[Callable[..., None], tuple[object, ...]]


class Desk(Protocol):
    """What a relay needs of the board."""

    agenda: Agenda
    server: Server
    nemesis: Nemesis

    def tell(self, event: NemesisEvent) -> None:
        """Show the nemesis what happened and perform what it orders."""
        ...

    def leave(self, relay: Relay) -> None:
        """The connection is over."""
        ...


class Near(Protocol):
    """The client's ends of its connections; each call arrives when it has travelled."""

    def refused(self, link: Link, reason: str) -> None:
        """Nobody listens."""
        ...

    def rejected(self, link: Link, status: int) -> None:
        """An HTTP status instead of what was asked for."""
        ...

    def ended(self, link: Link, how: Literal["fin", "rst"]) -> None:
        """TCP ended."""
        ...

    def opened(self, number: int, protocol: str | None) -> None:
        """The upgrade succeeded, with this subprotocol."""
        ...

    def heard(self, number: int, text: str) -> None:
        """A text frame."""
        ...

    def closing(self, number: int, code: int) -> None:
        """A Close frame."""
        ...

    def answered(self, number: int, status: int, text: str, headers: Headers = ()) -> None:
        """A whole answer."""
        ...

    def broke_off(self, number: int, status: int) -> None:
        """The head of an answer and a part of its body, then the end of TCP."""
        ...


class Relay:
    """What both kinds share: tokens that wait for an order, and two directions that can be hushed."""

    def __init__(self, link: Link, near: Near, desk: Desk) -> None:
        self.link = link
        self.near = near
        self.desk = desk
        self.admitted = False
        self.severed = False  # by a cut or a refusal: nothing more is passed on
        self._deserted = False  # by a server that died
        self.over = False
        self._down = Lane()
        self._up = Lane()
        self._down_ended = False
        self._tokens = 0
        self._waiting: dict[int, tuple[Direction, Call]] = {}
        self._hushed: set[Direction] = set()
        self._stash: dict[Direction, list[Call]] = {"down": [], "up": []}

    # What comes in

    def hang_up(self) -> None:
        """The client ends TCP; it has said all that it will."""
        if not self.over:
            self.desk.agenda.arrive(self._up, self.client_ended)

    def client_ended(self) -> None:
        """The client ended TCP, and the relay hears of it."""
        if self.over:
            return
        if self.severed or not self.admitted:
            self.leave()
        else:
            self.show(BytesCame(self.link, self.token(), "up", ends=True), "up", (self._end_far, ()))

    def server_ended(self) -> None:
        """The server's process is gone: the kernel ends its connections in order."""
        self._deserted = True
        if self.admitted and not self.severed:
            end = (self._end_near, ("fin",))
            self.show(BytesCame(self.link, self.token(), "down", ends=True), "down", end)

    def token(self) -> int:
        """Stands for the next call that is to be shown."""
        self._tokens += 1
        return self._tokens

    def show(self, event: Waiting, direction: Direction, call: Call) -> None:
        """Let a call wait for what the nemesis orders about it; while no fault stands, it goes on at once."""
        nemesis = self.desk.nemesis
        if nemesis.idle:
            nemesis.learn(event)
            self.emit(direction, call)
        else:
            self._waiting[event.token] = (direction, call)
            self.desk.tell(event)

    # What is ordered

    def perform(self, order: Relayed) -> None:
        """Do this, at once."""
        match order:
            case Deliver(_, token, keep, bare):
                if bare:
                    self.strip()
                waiting = self._waiting.get(token) if keep else self._waiting.pop(token, None)
                if waiting is not None:
                    self.emit(*waiting)
            case Discard(_, token):
                self._waiting.pop(token, None)
            case Admit():
                self._admit()
            case Refuse(_, how):
                if how == "reset":
                    self.reset()
                elif how != "hang":
                    self.sever()
                    self.emit("down", (self.near.rejected, (self.link, how)))
            case Cut():
                self.cut(order)
            case Hush(_, direction):
                self._hushed.add(direction)
            case Unhush(_, direction):
                self._unhush(direction)
            case Inject(_, text):
                self.inject(text)
            case Replace():
                self.replace(order)
            case _:
                assert_never(order)

    def emit(self, direction: Direction, call: Call) -> None:
        """Send a call on its way; a hushed direction keeps it."""
        if direction in self._hushed:
            self._stash[direction].append(call)
        elif direction == "up":
            call[0](*call[1])
        elif not self._down_ended:
            self._down_ended = call[0] == self._end_near
            self.desk.agenda.arrive(self._down, call[0], *call[1])

    def _unhush(self, direction: Direction) -> None:
        self._hushed.discard(direction)
        stash, self._stash[direction] = self._stash[direction], []
        for call in stash:
            self.emit(direction, call)

    def _admit(self) -> None:
        self.admitted = True
        if self.desk.server.up:
            self.reach_server()
        else:
            self.reset()

    def reach_server(self) -> None:
        """The server is there: say to it what the client wants."""
        raise NotImplementedError

    def cut(self, order: Cut) -> None:
        """End the connection."""
        if order.how == "rst":
            self.reset()
        else:
            self.sever()
            self.end_near("fin")

    def strip(self) -> None:
        """Answer the upgrade without a subprotocol."""
        raise AssertionError("a request has no subprotocol")

    def inject(self, text: str) -> None:
        """Send the client a frame that the target never sent."""
        raise AssertionError(f"a request is sent no frame: {text}")

    def replace(self, order: Replace) -> None:
        """Give another answer."""
        raise AssertionError(f"a socket has no answer to replace: {order}")

    # How it ends

    def reset(self) -> None:
        """Reset both sides, now."""
        if self.over:
            return
        self.sever()
        self.end_near("rst")
        self.desk.agenda.after(0, self.leave)

    def sever(self) -> None:
        """Pass nothing more on, and let the server go."""
        self.severed = True
        self._waiting.clear()
        self._hushed.clear()
        self._stash = {"down": [], "up": []}
        self.leave_server()

    def leave_server(self) -> None:
        """The server hears no more of this client."""

    def end_near(self, how: Literal["fin", "rst"]) -> None:
        """End TCP for the client, after all that is on its way."""
        if not self._down_ended:
            self._down_ended = True
            self.desk.agenda.arrive(self._down, self.near.ended, self.link, how)

    def _end_near(self, how: Literal["fin", "rst"]) -> None:
        self.near.ended(self.link, how)

    def _end_far(self) -> None:
        self.leave_server()
        self.leave()

    def leave(self) -> None:
        """The connection is over."""
        if not self.over:
            self.over = True
            self.desk.leave(self)
            self.desk.tell(Ended(self.link))
