"""All proxies of one run, or the one that stands alone. The switchboard shows the nemesis what happens at them and performs what it orders.

Everything is performed at once, inside the call that caused it; only bytes take their time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, assert_never

import trio

from cablecheck.history import Event
from cablecheck.live.http_proxy import bracketed
from cablecheck.live.proxy.allowance import Allowance
from cablecheck.live.proxy.audit import Audit
from cablecheck.live.proxy.front import Front
from cablecheck.live.proxy.http import Head
from cablecheck.live.proxy.lane import Write, write_all
from cablecheck.live.proxy.notes import Declined, Entered
from cablecheck.live.proxy.port import Proxy
from cablecheck.live.proxy.relay import Relay
from cablecheck.live.proxy.side import greeted
from cablecheck.live.route import Route
from cablecheck.live.secured import Secured, Wire
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import (
    Admit,
    Announced,
    ClosePort,
    Cut,
    Deliver,
    Discard,
    Ended,
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
from cablecheck.scenario.model import Step

As = Literal["in-order", "reset"]
Kind = Literal["cable", "rest"]


class Switchboard:
    """Performs what the nemesis orders, for all clients of one run. `rest_upstream`: where what is no upgrade goes, if elsewhere.

    A `front` with a port of its own has room for one client. `understand`: how an event at a proxy is put for the nemesis. `allowance`: how
    much a target may say, which ends a run with a FloodError. `write`: the
    pump's writer, replaced in tests only.
    """

    def __init__(
        self,
        nemesis: Nemesis,
        *,
        upstream: Route,
        rest_upstream: Route | None = None,
        record: Callable[[Event], None],
        now: Callable[[], float],
        restart: Callable[[Restart], None],
        write: Write = write_all,
        front: Front = Front(),  # noqa: B008 - it is frozen
        allowance: Allowance | None = None,
        understand: Callable[[NemesisEvent], NemesisEvent] = lambda event: event,
    ) -> None:
        self._upstream = upstream
        self._rest_upstream = rest_upstream or upstream
        self.front = front
        self._understand = understand
        self.allowance = allowance or Allowance()
        self.audit = Audit(record, now)
        self.write = write
        self._nemesis = nemesis
        self._record = record
        self._now = now
        self._restart = restart
        self._proxies: dict[str, Proxy] = {}
        self._relays: dict[Link, Relay] = {}
        self._served: set[Relay] = set()  # those, too, that have not said yet what they want
        self._expected: dict[tuple[str, int], tuple[Link, bool]] = {}
        self._numbers: dict[tuple[str, Kind], int] = {}
        self._nursery: trio.Nursery | None = None
        self._closed = trio.Event()
        self._heard = trio.Event()

    # The clients' side

    async def open(self, client: str, nursery: trio.Nursery) -> int:
        """Start the proxy of this client and return its port. Raises OSError when it can't have the front's own address."""
        if self._nursery is None:
            self._nursery = await nursery.start(self._run)
        assert self._nursery is not None, "_run started"
        proxy = Proxy(client, self._nursery, self._serve, (self.front.host, self.front.port))
        self._proxies[client] = proxy
        proxy.open()
        self._perform(self._nemesis.meet(client, self._now()))
        return proxy.port

    def expect(self, client: str, local_port: int, kind: Kind, number: int, catch_up: bool = False) -> None:
        """Hear that this client is about to connect from `local_port`: which of its connections that is."""
        link = Link(client, kind, number)
        self._numbers[client, kind] = max(number, self._numbers.get((client, kind), 0))
        self._expected[client, local_port] = (link, catch_up)
        self.audit.begin(link)
        self.tell(Announced(link, catch_up))

    def client_read(self, client: str, kind: Kind, number: int, data: bytes) -> None:
        """The client's own stream gave these bytes; b"": an orderly end."""
        self.audit.client_read(client, kind, number, data)
        self._wake_check()

    def client_wrote(self, client: str, kind: Kind, number: int, data: bytes) -> None:
        """The client is about to put these bytes on its wire."""
        self.audit.client_wrote(client, kind, number, data)

    async def check(self, within_seconds: float = 10.0) -> None:
        """Let everything that was passed on arrive, in both directions; what has not arrived then was lost by the proxy.

        To be called while every client still reads.
        """
        with trio.move_on_after(within_seconds):
            while self.audit.outstanding():
                await self._heard.wait()
        self.audit.accuse_outstanding()

    async def close(self) -> None:
        """Reset everything and stop listening."""
        if self._nursery is None:
            return
        self._nursery.cancel_scope.cancel()
        await self._closed.wait()

    # The scenario's side

    def arm(self, step: Step, *, fault: str, verb: str, number: int, closing: bool = False) -> None:
        """Hand this fault to the nemesis."""
        now = self._now()
        self._perform(
            self._nemesis.arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)
        )

    def heal(self, fault: str | None = None, as_: As = "in-order") -> None:
        """End this fault, or all."""
        self._perform(self._nemesis.heal(fault, as_, self._now()))

    def release(self, what: str | None = None, fault: str | None = None, as_: As = "in-order") -> None:
        """End the holds on `what`, or the hold of this id."""
        self._perform(self._nemesis.release(what, fault, as_, self._now()))

    def drop_all(self, how: str) -> None:
        """Reset every connection that there is. The ports stay as they are."""
        for relay in list(self._served):
            relay.drop(how)

    # The proxies' side

    def enter(self, relay: Relay, head: Head) -> tuple[Link, bool]:
        """Number a connection: as its client announced it, else by its arrival."""
        expected = self._expected.pop((relay.client, relay.peer[1]), None)
        if expected is not None:
            link, catch_up = expected
        else:
            kind: Kind = "cable" if head.upgrade else "rest"
            number = self._numbers.get((relay.client, kind), 0) + 1
            self._numbers[relay.client, kind] = number
            link, catch_up = Link(relay.client, kind, number), False
        self._relays[link] = relay
        catch_up = catch_up or self.front.catch_up(head)
        place = f"{bracketed(relay.peer[0])}:{relay.peer[1]}"
        self.front.note(Entered(link, place, head.method, head.path.partition("?")[0], catch_up))
        return link, catch_up

    def upstream_of(self, head: Head) -> Route:
        """Where a connection that began so is to be dialled."""
        return self._upstream if head.upgrade else self._rest_upstream

    def leave(self, relay: Relay) -> None:
        """Forget a connection that is over."""
        link = relay.link
        if link is not None and self._relays.get(link) is relay:
            del self._relays[link]
            self.audit.over(link)
            self._wake_check()
            self.tell(Ended(link))

    def tell(self, event: NemesisEvent) -> None:
        """Show the nemesis what happened and perform what it orders."""
        self._perform(self._nemesis.handle(self._understand(event), self._now()))

    def _perform(self, orders: list[NemesisOrder]) -> None:
        for order in orders:
            match order:
                case Journal(event):
                    self._record(event)
                case ClosePort(client):
                    self._proxies[client].shut()
                case OpenPort(client):
                    self._proxies[client].open()
                case Wake():
                    assert self._nursery is not None, "what waits came through a proxy"
                    self._nursery.start_soon(self._ring, order)
                case Restart():
                    self._restart(order)
                case (
                    Admit()
                    | Refuse()
                    | Deliver()
                    | Discard()
                    | Replace()
                    | Inject()
                    | Cut()
                    | Hush()
                    | Unhush()
                ):
                    if order.link in self._relays:
                        self._relays[order.link].perform(order)
                case _:
                    assert_never(order)

    def _wake_check(self) -> None:
        self._heard.set()
        self._heard = trio.Event()

    async def _run(self, task_status: trio.TaskStatus[trio.Nursery] = trio.TASK_STATUS_IGNORED) -> None:
        try:
            async with trio.open_nursery() as nursery:
                task_status.started(nursery)
                await trio.sleep_forever()
        finally:
            for proxy in self._proxies.values():
                proxy.close()
            self._closed.set()

    async def _serve(self, client: str, peer: tuple[str, int], accepted: trio.SocketStream) -> None:
        stream: Wire = accepted
        if self.front.tls is not None:
            stream = Secured(accepted, self.front.tls)
            why = await greeted(stream)
            if why is not None:
                self.front.note(Declined(f"{bracketed(peer[0])}:{peer[1]}", why))
                return
        relay = Relay(client, peer, stream, self)
        self._served.add(relay)
        try:
            await relay.run()
        finally:
            self._served.discard(relay)

    async def _ring(self, wake: Wake) -> None:
        await trio.sleep(max(0.0, wake.at - self._now()))
        self.tell(Woke(wake.alarm))
