"""One scenario played over real sockets: the director's orders performed, everything recorded, the truth read at the end."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import trio

from cablecheck import history
from cablecheck.cable.json_values import text_of
from cablecheck.client.casting import client_of
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import Profile
from cablecheck.director import Director, orders
from cablecheck.history import Event, marked
from cablecheck.live.deployment import Deployment
from cablecheck.live.dialling import through_proxy
from cablecheck.live.page import LivePage
from cablecheck.live.proxy.allowance import allowance_for
from cablecheck.live.proxy.lane import Write, write_all
from cablecheck.live.proxy.switchboard import Switchboard
from cablecheck.live.restarting import Restarting
from cablecheck.live.rooms import Room, together
from cablecheck.live.server import BundledServer
from cablecheck.live.stage import Stage
from cablecheck.live.targets import Place
from cablecheck.live.understanding import understanding
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import Restart
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.rooms import room_in, rooms_of
from cablecheck.truth import Truth

# A machine that wakes us so late has bytes waiting too. They go first, or a fault that was over in time would seem to have lasted.
_OVERSLEPT_SECONDS = 0.02
_NAPS = 3

# How long a run that is stopped lets its clients have what was held for them.
PARTING_SECONDS = 0.2


@dataclass(frozen=True)
class Cast:
    """What a run is made of. `write` journals each event as it happens; `server` is there when the run may restart it.

    `folder` is the run's own, for what commands write.
    """

    scenario: Scenario
    profile: Profile
    place: Place
    nonce: str
    seed: int
    write: Callable[[Event], None]
    folder: Path = Path()
    server: BundledServer | None = None
    nemesis: Callable[[random.Random], Nemesis] = Nemesis
    pump: Write = write_all


class LiveRun:
    """Plays one scenario. Create it inside a Trio run; `play` may be cancelled at any time. `rooms` has the room of each client."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.rooms = rooms_of(cast.scenario)
        self._stage = Stage(cast.write, self._react)
        self._director = Director(cast.scenario, cast.nonce, prompt=cast.place.bundled)
        self._board = Switchboard(
            cast.nemesis(self._random("nemesis")),
            upstream=cast.place.upstream,
            rest_upstream=cast.place.rest_upstream,
            understand=understanding(cast.place),
            record=self._stage.record,
            now=self._stage.now,
            restart=self._restart,
            write=cast.pump,
            allowance=allowance_for(cast.scenario),
        )
        self._pages: dict[str, LivePage] = {}
        self._rooms = {1: Room(1, cast.place)}
        self._finished = trio.Event()
        self._alarm = trio.CancelScope()
        self._nursery: trio.Nursery

    def record(self, event: Callable[[float], Event]) -> None:
        """Record an event of the run as a whole; it is handed the time."""
        self._stage.record(event(self._stage.now()))

    async def play(self, stop: trio.Event) -> Truth | None:
        """Play the story and the closing protocol; the truth as the target tells it. Raises UnreachableError.

        Once `stop` is set, the run heals every fault and ends where it is: None.
        """
        truth: Truth | None = None
        touched: tuple[str, ...] = ()
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                for number in range(2, self._cast.scenario.conversations + 1):
                    self._rooms[number] = await self._rooms[1].another(number)
                self._perform(self._director.begin(self._stage.now()))
                nursery.start_soon(self._stage.run)
                nursery.start_soon(self._heed, stop)
                await self._finished.wait()
                if stop.is_set():
                    await trio.sleep(PARTING_SECONDS)
                else:
                    await self._board.check()
                    truth = together([await room.truth() for room in self._rooms.values()])
                    touched = await self._rooms[1].chat.touched() if self._cast.scenario.defects else ()
                await self._board.close()
                nursery.cancel_scope.cancel()
        finally:
            with trio.move_on_after(2, shield=True):
                await self._board.close()
                for room in self._rooms.values():
                    await room.chat.aclose()
        if truth is not None:
            self.record(partial(_truth_read, truth, touched))
        return truth

    async def _heed(self, stop: trio.Event) -> None:
        await stop.wait()
        self._board.heal(None, "in-order")
        self._finished.set()

    def _random(self, whose: str) -> random.Random:
        return random.Random(f"{self._cast.seed}:{whose}")

    # The director's orders -----------------------------------------------------------------------------------------------------

    def _react(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, history.PublishAcknowledged):
                self._rooms[room_in(event.label)].acknowledged.add(event.id)
        self._perform(self._director.handle(events, self._stage.now()))

    def _perform(self, given: list[orders.Order]) -> None:
        if self._finished.is_set():
            return  # stopped: the story is not told any further
        for order in given:
            match order:
                case orders.Note(event=event):
                    self._stage.record(event)
                case orders.OpenPage(client=client):
                    self._nursery.start_soon(self._open_page, client)
                case orders.Publish():
                    self._nursery.start_soon(self._publish, order)
                case orders.Visit():
                    self._visit(order)
                case orders.OpenConversation():
                    self._nursery.start_soon(self._open_conversation)
                case orders.Arm(step=step, fault=fault, verb=verb, number=number, closing=closing):
                    self._board.arm(step, fault=fault, verb=verb, number=number, closing=closing)
                case orders.Deploy():
                    self._deploy(order)
                case orders.Heal(fault=healed, as_=as_):
                    self._board.heal(healed, as_)
                case orders.Release(what=what, fault=released, as_=as_):
                    self._board.release(what, released, as_)
                case orders.Alarm(at=at):
                    self._set_alarm(at)
                case orders.ReadTimelines():
                    for page in self._pages.values():
                        page.host.read_timeline()
                case orders.Finish():
                    self._finished.set()

    def _set_alarm(self, at: float) -> None:
        self._alarm.cancel()
        self._alarm = scope = trio.CancelScope()
        self._nursery.start_soon(self._ring, at, scope)

    async def _ring(self, at: float, scope: trio.CancelScope) -> None:
        with scope:
            await trio.sleep(max(0.0, at - self._stage.now()))
            for _ in range(_NAPS):
                overslept = self._stage.now() - at
                if overslept < _OVERSLEPT_SECONDS:
                    break
                at += 2 * overslept
                await trio.sleep(overslept)
            self._stage.catch_up()
            self._perform(self._director.woke(self._stage.now()))

    async def _open_page(self, client: str) -> None:
        room = self._rooms[self.rooms[client]]
        listed = await room.chat.listed()
        place = room.place
        page = Page(place.webchat, place.session, place.conversation, tuple(map(_initial, listed)))
        port = await self._board.open(client, self._nursery)
        subject = client_of(page, self._cast.profile, self._random(client))
        dial = through_proxy(self._board, client, port)
        self._pages[client] = LivePage(client, subject, place, dial, self._stage, self._nursery)
        self._pages[client].host.start()

    def _visit(self, order: orders.Visit) -> None:
        page = self._pages.get(order.client)
        if page is None:
            return  # the story acts in a page that it never opened: no event comes of it
        match order.act:
            case "send":
                assert order.label is not None
                mark = self._invoke(order.label, order.client, self.rooms[order.client])
                page.host.send(f"{order.label} {mark}", order.label)
            case "type":
                page.host.type()
            case "subscribe":
                page.host.subscribe()
            case "unsubscribe":
                page.host.unsubscribe()

    def _invoke(self, label: str, by: str, room: int, *, probe: bool = False) -> str:
        mark = marked(self._cast.nonce, label)
        self._stage.record(history.PublishInvoked(self._stage.now(), label, mark, by, probe, room))
        return mark

    async def _publish(self, order: orders.Publish) -> None:
        room = self._rooms[order.room]
        await room.place.pace.turn()
        mark = self._invoke(order.label, "agent", order.room, probe=order.probe)
        posted = await room.chat.publish(order.body(mark), order.created_at)
        self._stage.record(posted.event(self._stage.now(), order.label))

    async def _open_conversation(self) -> None:
        for room in self._rooms.values():
            await room.move()
        self._stage.record(history.VisitorActed(self._stage.now(), "", "switch"))

    def _deploy(self, order: orders.Deploy) -> None:
        log = self._cast.folder / f"deploy-{order.number}.log"
        record, now, mask = self._stage.record, self._stage.now, self._mask
        deployment = Deployment(order.step, order.fault, log, self._told, record=record, now=now, mask=mask)
        self._nursery.start_soon(deployment.run, self._nursery)

    @property
    def _told(self) -> dict[str, str]:
        """What a command of the user's finds in its environment."""
        folder = str(self._cast.folder.absolute())
        return {"CABLECHECK_RUN": self._cast.nonce, "CABLECHECK_FOLDER": folder}

    @property
    def _mask(self) -> Callable[[str], str] | None:
        return None if self._cast.place.bundled else self._cast.place.secrets.masked

    def _restart(self, order: Restart) -> None:
        command = self._cast.place.wire.target.restart
        if self._cast.server is not None:
            self._nursery.start_soon(self._stop_and_start, self._cast.server, order)
        elif command is not None:
            restarting = Restarting(self._cast.folder, self._told, self._mask, self._stage)
            self._nursery.start_soon(restarting.run, command, order.signal, self._nursery)

    async def _stop_and_start(self, server: BundledServer, order: Restart) -> None:
        await server.kill(order.signal)
        self._stage.record(history.ServerStopped(self._stage.now(), order.signal))
        await trio.sleep(order.down_seconds)
        await server.start()
        self._stage.record(history.ServerStarted(self._stage.now()))


def _initial(item: dict[str, Any]) -> InitialMessage:
    created_at = item.get("created_at")
    return InitialMessage(
        text_of(item.get("id")),
        None if created_at is None else str(created_at),
        str(item.get("body")),
        visitor=item.get("from") == "visitor",
    )


def _truth_read(truth: Truth, touched: tuple[str, ...], at: float) -> Event:
    return history.TruthRead(at, len(truth.messages), truth.complete, truth.reason, touched)
