"""What one pass over the events leaves behind: everything that the rules of the checker ask about."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, assert_never

from cablecheck import history
from cablecheck.checker.publishes import Ledger
from cablecheck.checker.subject import Subject
from cablecheck.checker.timeline import NEVER
from cablecheck.history import Event

# A connection's number and what of it was touched: a text, a kind of control frame, or ("") the connection itself.
Thing: TypeAlias = tuple[str, int | None, int | None, str]


@dataclass(slots=True)
class Fault:
    """One armed fault of the story: where it fired, where what it kept was released for each client, where it was healed."""

    armed: history.Armed
    armed_at: int
    fired: list[tuple[int, history.Fired]] = field(default_factory=list)
    released: dict[str, list[int]] = field(default_factory=dict)
    healed: int = NEVER


class Record:
    """The run in short. Positions count the events from 0; `times` turns a position into seconds.

    `closing` is where the story was over, `closing_cut` where the closing protocol forced its reconnect. `cuts` are the firings that end a
    socket, resets by a heal among them; `touches` tells which faults touched a thing, once there are two of them
    (and always who copied a frame).
    """

    def __init__(self) -> None:
        self.times = array("d")
        self.began: history.RunBegan | None = None
        self.ended: history.RunEnded | None = None
        self.closing = NEVER
        self.closing_cut = NEVER
        self.steps: dict[int, history.StepBegan] = {}
        self.told: set[int] = set()
        self.stuck: list[tuple[history.StepBegan | None, history.StepEnded]] = []
        self.truth_read: tuple[int, history.TruthRead] | None = None
        self.ledger = Ledger()
        self.subjects: dict[str, Subject] = {}
        self.faults: dict[str, Fault] = {}
        self.cuts: dict[tuple[str, int], list[tuple[int, str]]] = {}
        self.touches: dict[Thing, list[tuple[int, history.Fired]]] = {}
        self.restarts: list[int] = []
        self.stops: list[int] = []
        self.starts: list[int] = []
        self.tampered: history.Tampered | None = None
        self._closing_faults: set[str] = set()

    def take(self, event: Event) -> None:
        """Take note of the next event."""
        position = len(self.times)
        self.times.append(event.at)
        match event:  # what a history is full of comes first
            case history.Received() | history.Shown():
                self.subject(event.client).take(position, event)
            case history.PublishInvoked():
                self.ledger.invoke(position, event)
            case history.PublishAcknowledged() | history.PublishRefused() | history.PublishUnknown():
                self.ledger.end(position, event)
            case (
                history.Sent() | history.FetchSent() | history.FetchEnded() | history.Raised()
                | history.Identified() | history.MarkedFailed() | history.Moved() | history.Gone() | history.TimelineRead()
                | history.Connecting() | history.Opened() | history.Closing() | history.Errored() | history.Closed()
                | history.TimerSet() | history.TimerCancelled() | history.TimerFired()
            ):  # fmt: skip
                self.subject(event.client).take(position, event)
            case history.Armed() | history.Fired() | history.Released() | history.Healed():
                self._fault(position, event)
            case _:
                self._frame(position, event)

    def subject(self, client: str) -> Subject:
        """The client of this name."""
        found = self.subjects.get(client)
        if found is None:
            found = self.subjects[client] = Subject(client)
            found.watched = bool(self.faults)
        return found

    @cached_property
    def pace_seconds(self) -> float:
        """The median time that the target took to acknowledge a message: a slow machine shows in it."""
        trips = sorted(
            self.seconds(publish.ended) - self.seconds(publish.invoked)
            for publish in self.ledger.publishes.values()
            if publish.outcome == "ok" and publish.ended is not None
        )
        return trips[len(trips) // 2] if trips else 0.0

    def seconds(self, position: int) -> float:
        """When this was; the end of the history for what never happened."""
        if position < len(self.times):
            return self.times[position]
        return self.times[-1] if self.times else 0.0

    def _frame(
        self,
        position: int,
        event: history.RunBegan
        | history.StepBegan
        | history.StepEnded
        | history.ClosingBegan
        | history.RunEnded
        | history.ServerStopped
        | history.ServerStarted
        | history.Tampered
        | history.TruthRead
        | history.VisitorActed,
    ) -> None:
        match event:
            case history.RunBegan():
                self.began = event
                for client in event.clients:
                    self.subject(client)
            case history.StepBegan():
                self.steps[event.step] = event
            case history.StepEnded():
                self._end_step(event)
            case history.ClosingBegan():
                self.closing = min(self.closing, position)
            case history.RunEnded():
                self.ended = event
            case history.ServerStopped():
                self.stops.append(position)
            case history.ServerStarted():
                self.starts.append(position)
            case history.Tampered():
                self.tampered = self.tampered or event
            case history.TruthRead():
                self.truth_read = (position, event)
            case history.VisitorActed():  # the page's own events tell what came of it
                pass
            case _:
                assert_never(event)

    def _end_step(self, event: history.StepEnded) -> None:
        self.told.add(event.step)
        if event.ended in ("unmet", "failed"):
            self.stuck.append((self.steps.get(event.step), event))

    def _fault(
        self, position: int, event: history.Armed | history.Fired | history.Released | history.Healed
    ) -> None:
        match event:
            case history.Armed(closing=True):  # the closing protocol's own faults need no proof
                self._closing_faults.add(event.fault)
            case history.Armed():
                self.faults[event.fault] = Fault(event, position)
                if event.verb == "restart":
                    self.restarts.append(position)
                for subject in self.subjects.values():
                    subject.watched = True
            case history.Fired():
                self._fire(position, event)
            case history.Released(fault=name, client=client):
                if name in self.faults:
                    self.faults[name].released.setdefault(client, []).append(position)
            case history.Healed(fault=name, detail=detail):
                if name in self.faults:
                    self.faults[name].healed = min(self.faults[name].healed, position)
                    if detail == "reset":
                        self._reset(position, self.faults[name])
            case _:
                assert_never(event)

    def _fire(self, position: int, event: history.Fired) -> None:
        if event.verb in ("cut", "restart") and event.socket is not None:
            self.cuts.setdefault((event.client, event.socket), []).append((position, event.fault))
        if event.fault in self.faults:
            self.faults[event.fault].fired.append((position, event))
            if len(self.faults) > 1 or event.verb in ("repeat", "inject"):
                self._touch(position, event)
        elif event.fault in self._closing_faults:
            self.closing_cut = min(self.closing_cut, position)

    def _touch(self, position: int, event: history.Fired) -> None:
        thing = thing_of(event)
        self.touches.setdefault(thing, []).append((position, event))
        if event.kind in ("welcome", "subscribe", "confirm"):
            self.touches.setdefault((*thing[:3], event.kind), []).append((position, event))

    def _reset(self, position: int, fault: Fault) -> None:
        """A fault that is healed by a reset may end every socket that it touched."""
        for client, socket in {(event.client, event.socket) for _, event in fault.fired}:
            if socket is not None:
                self.cuts.setdefault((client, socket), []).append((position, fault.armed.fault))


def thing_of(event: history.Fired) -> Thing:
    """What a firing touched. The answer to a fetch is one thing, whatever its text."""
    return (event.client, event.socket, event.fetch, "" if event.fetch is not None else event.digest or "")
