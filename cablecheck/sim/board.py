"""All relays of one world. The board shows the nemesis what happens at them and performs what it orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from cablecheck.history import Event, ServerStarted, ServerStopped
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import (
    Admit,
    Announced,
    ClosePort,
    Cut,
    Deliver,
    Dialled,
    Discard,
    Hush,
    Inject,
    Journal,
    Link,
    NemesisEvent,
    NemesisOrder,
    OpenPort,
    Refuse,
    Replace,
    Restart,
    Unhush,
    Wake,
    Woke,
)
from cablecheck.sim.agenda import Agenda
from cablecheck.sim.relay import Relay
from cablecheck.sim.server import Server


class Board:
    """Performs what the nemesis orders, at once, inside the call that caused it."""

    def __init__(
        self,
        agenda: Agenda,
        server: Server,
        nemesis: Nemesis,
        *,
        record: Callable[[Event], None],
        start_seconds: float,
    ) -> None:
        self.agenda = agenda
        self.server = server
        self.nemesis = nemesis
        self._record = record
        self._stops = 0
        self._start_seconds = start_seconds
        self._relays: dict[Link, Relay] = {}
        self._closed: set[str] = set()

    # The clients' side

    def meet(self, client: str) -> None:
        """A client is there."""
        self.perform(self.nemesis.meet(client, self.agenda.now))

    def announce(self, relay: Relay, path: str, catch_up: bool) -> None:
        """A client connects: to a closed port in vain, else it is at the relay when it has travelled there."""
        link = relay.link
        self.tell(Announced(link, catch_up))
        if link.client in self._closed:
            self.agenda.travel(relay.near.refused, link, "[Errno 111] Connection refused")
        else:
            self.agenda.travel(self._arrive, relay, path, catch_up)

    def _arrive(self, relay: Relay, path: str, catch_up: bool) -> None:
        if relay.over:
            return
        self._relays[relay.link] = relay
        self.tell(Dialled(relay.link, path, catch_up))

    # The relays' side

    def tell(self, event: NemesisEvent) -> None:
        """Show the nemesis what happened and perform what it orders."""
        self.perform(self.nemesis.handle(event, self.agenda.now))

    def leave(self, relay: Relay) -> None:
        """Forget a connection that is over."""
        self._relays.pop(relay.link, None)

    # What is ordered

    def perform(self, orders: list[NemesisOrder]) -> None:
        """Do all this, in order."""
        for order in orders:
            match order:
                case (
                    Deliver()
                    | Admit()
                    | Refuse()
                    | Discard()
                    | Replace()
                    | Inject()
                    | Cut()
                    | Hush()
                    | Unhush()
                ):
                    relay = self._relays.get(order.link)
                    if relay is not None:
                        relay.perform(order)
                case Journal(event):
                    self._record(event)
                case ClosePort(client):
                    self._closed.add(client)
                case OpenPort(client):
                    self._closed.discard(client)
                case Wake(alarm, at):
                    self.agenda.at(at, self._ring, alarm)
                case Restart():
                    self.agenda.travel(self._stop_server, order)
                case _:
                    assert_never(order)

    def _ring(self, alarm: int) -> None:
        self.tell(Woke(alarm))

    def _stop_server(self, order: Restart) -> None:
        self.server.stop()
        for relay in list(self._relays.values()):
            relay.server_ended()
        self._record(ServerStopped(self.agenda.now, order.signal))
        self._stops += 1
        self.agenda.after(order.down_seconds + self._start_seconds, self._start_server, self._stops)

    def _start_server(self, stops: int) -> None:
        """Unless it was stopped once more meanwhile: then it has another time to come back."""
        if stops != self._stops:
            return
        self.server.start()
        self._record(ServerStarted(self.agenda.now))
