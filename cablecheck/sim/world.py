"""One scenario played in virtual time: the director's orders performed, everything recorded, the truth read at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, Literal

from cablecheck import history
from cablecheck.cable.answers import outcome_of
from cablecheck.cable.json_values import write
from cablecheck.chat import stamps
from cablecheck.chat.signals import Answer
from cablecheck.client.casting import client_of
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import Profile
from cablecheck.director import Director, orders
from cablecheck.history import Event, marked
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.rooms import rooms_of
from cablecheck.scenario.units import shift_seconds
from cablecheck.sim.agenda import Agenda
from cablecheck.sim.board import Board
from cablecheck.sim.network import LOOPBACK, Network
from cablecheck.sim.page import API_PATH, SimPage
from cablecheck.sim.server import TOKEN, WEBCHAT, Server
from cablecheck.truth import Stored, Truth

# What marks the messages of a run: no two simulated runs share a target.
NONCE = "sim"
# A world that needs more than this goes round in circles.
BUDGET = 1_000_000

Ended = Literal["complete", "deadline", "failed"]


@dataclass(frozen=True)
class Cast:
    """What a simulated run is made of."""

    scenario: Scenario
    profile: Profile
    seed: int
    network: Network = LOOPBACK
    nemesis: Callable[[Random], Nemesis] = Nemesis


@dataclass(slots=True)
class _Room:
    """A visitor, the conversation in which the agent posts (a switch moves it), and the stamp of the last message there."""

    session: str
    conversation: str
    created_at: str | None = None


class World:
    """Plays one scenario. `events` is its history so far, `rooms` tells in which conversation each client is."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.events: list[Event] = []
        self.record: Callable[[Event], None] = self.events.append
        self.rooms = rooms_of(cast.scenario)
        self.agenda = Agenda(Random(cast.seed), cast.network, budget=BUDGET)
        self._server = Server(self.agenda, cast.seed, cast.scenario.defects)
        self._director = Director(cast.scenario, NONCE)
        self._board = Board(
            self.agenda,
            self._server,
            cast.nemesis(Random(f"{cast.seed}:nemesis")),
            record=self.record,
            start_seconds=cast.network.start_seconds,
        )
        self._pages: dict[str, SimPage] = {}
        self._alarm: float | None = None  # when the director wants to be woken
        self._alarms: int = 0  # how many calls of it are on the agenda
        self._finished = False
        self._rooms = {room: self._begin_chat() for room in self.rooms.values()}

    def _begin_chat(self) -> _Room:
        told: list[Answer] = []
        path = f"{API_PATH}/public/webchats/{WEBCHAT}/sessions"
        self._server.ask(told.append, "POST", path, "{}")
        opened = told[0].value
        return _Room(opened["session"], opened["conversation"])

    def play(self, until: float) -> tuple[Ended, str | None]:
        """Play the story and the closing protocol: how the run ended, and why it did if it did not end well."""
        agenda, events, director = self.agenda, self.events, self._director
        told = 0  # how many events the director has heard of
        self._perform(director.begin(agenda.now))
        while True:
            while told < len(events):  # it hears of what is recorded when what was happening is done
                news, told = events[told:], len(events)
                self._perform(director.handle(news, agenda.now))
            if self._finished:
                return "complete", None
            if agenda.now > until:
                return "deadline", f"the run did not end within {until:g} s"
            if not agenda.next():
                break
        if agenda.left <= 0:
            return "deadline", f"the run did not end within {BUDGET} events"
        return "failed", "nothing can happen any more, and the story is not over"

    def truth(self) -> Truth:
        """What the server stored."""
        stored = tuple(
            Stored(
                str(message.number),
                message.body,
                stamps.write(message.created_milliseconds),
                message.conversation,
                room=number,
            )
            for number, room in self._rooms.items()
            for message in self._server.messages(room.session)
        )
        self.record(history.TruthRead(self.agenda.now, len(stored), True, touched=self._server.touched))
        return Truth(stored)

    # The director's orders -----------------------------------------------------------------------------------------------------

    def _perform(self, given: list[orders.Order]) -> None:
        for order in given:
            _PERFORMED[type(order)](self, order)

    def _note(self, order: orders.Note) -> None:
        self.record(order.event)

    def _travel_to_page(self, order: orders.OpenPage) -> None:
        self.agenda.travel(self._open_page, order.client)

    def _travel_to_conversation(self, _: orders.OpenConversation) -> None:
        self.agenda.travel(self._open_conversation)

    def _arm(self, order: orders.Arm) -> None:
        armed = self._board.nemesis.arm(
            order.step,
            fault=order.fault,
            verb=order.verb,
            number=order.number,
            now=self.agenda.now,
            closing=order.closing,
        )
        self._board.perform(armed)

    def _deploy(self, _: orders.Deploy) -> None:
        raise AssertionError("reading keeps a story with a command out of virtual time")

    def _heal(self, order: orders.Heal) -> None:
        self._board.perform(self._board.nemesis.heal(order.fault, order.as_, self.agenda.now))

    def _release(self, order: orders.Release) -> None:
        self._board.perform(self._board.nemesis.release(order.what, order.fault, order.as_, self.agenda.now))

    def _read_timelines(self, _: orders.ReadTimelines) -> None:
        for page in self._pages.values():
            page.host.read_timeline()

    def _finish(self, _: orders.Finish) -> None:
        self._finished = True

    def _set_alarm(self, order: orders.Alarm) -> None:
        """Only the last alarm counts; while one is on the agenda that rings by then, it will look again."""
        at = order.at
        if self._alarm is None or at < self._alarm:
            self._alarms += 1
            self.agenda.at(at, self._ring, self._alarms)
        self._alarm = at

    def _ring(self, number: int) -> None:
        if number != self._alarms or self._alarm is None:
            return
        if self.agenda.now < self._alarm:
            self._alarms += 1
            self.agenda.at(self._alarm, self._ring, self._alarms)
            return
        self._alarm = None
        self._perform(self._director.woke(self.agenda.now))

    def _open_page(self, client: str) -> None:
        room = self._rooms[self.rooms[client]]
        listed = self._server.messages(room.session)
        initial = tuple(
            InitialMessage(
                str(message.number),
                stamps.write(message.created_milliseconds),
                message.body,
                message.by == "visitor",
            )
            for message in listed
        )
        page = Page(WEBCHAT, room.session, room.conversation, initial)
        subject = client_of(page, self._cast.profile, Random(f"{self._cast.seed}:{client}"))
        self._board.meet(client)
        self._pages[client] = SimPage(client, subject, self._board, self.record)
        self._pages[client].host.start()

    def _visit(self, order: orders.Visit) -> None:
        page = self._pages.get(order.client)
        if page is None:
            return  # the story acts in a page that it never opened: no event comes of it
        match order.act:
            case "send":
                assert order.label is not None, "the director labels what is sent"
                mark = self._invoke(order.label, order.client, self.rooms[order.client])
                page.host.send(f"{order.label} {mark}", order.label)
            case "type":
                page.host.type()
            case "subscribe":
                page.host.subscribe()
            case "unsubscribe":
                page.host.unsubscribe()

    def _invoke(self, label: str, by: str, room: int, *, probe: bool = False) -> str:
        mark = marked(NONCE, label)
        self.record(history.PublishInvoked(self.agenda.now, label, mark, by, probe, room))
        return mark

    # The agent

    def _publish(self, order: orders.Publish) -> None:
        mark = self._invoke(order.label, "agent", order.room, probe=order.probe)
        self.agenda.travel(self._say, order, order.body(mark))

    def _say(self, order: orders.Publish, body: str) -> None:
        if not self._server.up:
            refused = history.PublishRefused(
                self.agenda.now, order.label, "not connected: connection refused"
            )
            self.agenda.travel(self.record, refused)
            return
        room, created_at = self._rooms[order.room], None
        if order.created_at is not None and room.created_at is not None:
            created_at = _shifted(room.created_at, order.created_at)
        self._server.speak(partial(self._said, order), room.conversation, body, created_at)

    def _said(self, order: orders.Publish, answer: Answer) -> None:
        self.agenda.travel(self._acknowledge, order, answer)

    def _acknowledge(self, order: orders.Publish, answer: Answer) -> None:
        outcome = outcome_of(answer.status, answer.value)
        room = self._rooms[order.room]
        room.created_at = outcome.created_at or room.created_at
        self.record(outcome.event(self.agenda.now, order.label))

    def _open_conversation(self) -> None:
        path = f"{API_PATH}/public/webchats/{WEBCHAT}/conversations"
        for number, room in self._rooms.items():
            body = write({"session": room.session})
            self._server.ask(partial(self._moved, number), "POST", path, body, f"Bearer {TOKEN}")

    def _moved(self, number: int, answer: Answer) -> None:
        self._rooms[number].conversation = answer.value["conversation"]
        if number == len(self._rooms):
            self.record(history.VisitorActed(self.agenda.now, "", "switch"))


# By type and not by `match`: a world performs three orders for each message.
_PERFORMED: dict[type[orders.Order], Callable[[World, Any], None]] = {
    orders.Alarm: World._set_alarm,
    orders.Note: World._note,
    orders.Publish: World._publish,
    orders.OpenPage: World._travel_to_page,
    orders.Visit: World._visit,
    orders.OpenConversation: World._travel_to_conversation,
    orders.Arm: World._arm,
    orders.Deploy: World._deploy,
    orders.Heal: World._heal,
    orders.Release: World._release,
    orders.ReadTimelines: World._read_timelines,
    orders.Finish: World._finish,
}


def _shifted(created_at: str, wanted: str) -> str:
    milliseconds = stamps.read(created_at)
    assert milliseconds is not None, "the chat's own stamps can be read"
    return stamps.write(milliseconds + (0 if wanted == "same" else round(shift_seconds(wanted) * 1000)))
