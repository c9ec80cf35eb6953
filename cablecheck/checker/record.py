"""What one pass over the events leaves behind: everything that the rules of the checker ask about."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from cablecheck import history
from cablecheck.checker.publishes import Ledger
from cablecheck.checker.subject import LIVED, Subject
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


@dataclass(slots=True)
class Deploy:
    """A command of the user's own, by its fault; in positions of the history."""

    began: int
    ended: int = NEVER
    end: history.DeployEnded | None = None


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
        self.deploys: dict[str, Deploy] = {}
        self.tampered: history.Tampered | None = None
        self._closing_faults: set[str] = set()

    def take(self, events: Iterable[Event]) -> None:
        """Take note of all that happened, in order."""
        events = tuple(events)
        self.times = array("d", [event.at for event in events])
        subjects, lived_by = self.subjects, LIVED.get
        event: Any  # the tables know its kind
        for position, event in enumerate(events):
            kind = type(event)
            lived = lived_by(kind)
            if lived is None:
                _NOTED[kind](self, position, event)
            else:
                lived(subjects.get(event.client) or self.subject(event.client), position, event)

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

    # The run and its steps

    def _begin(self, _: int, event: history.RunBegan) -> None:
        self.began = event
        for index, client in enumerate(event.clients):
            self.subject(client).room = event.rooms[index] if index < len(event.rooms) else 1

    def _begin_step(self, _: int, event: history.StepBegan) -> None:
        self.steps[event.step] = event

    def _end_step(self, _: int, event: history.StepEnded) -> None:
        self.told.add(event.step)
        if event.ended in ("unmet", "failed"):
            self.stuck.append((self.steps.get(event.step), event))

    def _close(self, position: int, _: history.ClosingBegan) -> None:
        self.closing = min(self.closing, position)

    def _end(self, _: int, event: history.RunEnded) -> None:
        self.ended = event

    def _invoke(self, position: int, event: history.PublishInvoked) -> None:
        self.ledger.invoke(position, event)

    def _publish(
        self,
        position: int,
        event: history.PublishAcknowledged | history.PublishRefused | history.PublishUnknown,
    ) -> None:
        self.ledger.end(position, event)

    def _stop(self, position: int, _: history.ServerStopped) -> None:
        self.stops.append(position)

    def _start(self, position: int, _: history.ServerStarted) -> None:
        self.starts.append(position)

    def _begin_deploy(self, position: int, event: history.DeployBegan) -> None:
        self.deploys[event.fault] = Deploy(position)

    def _end_deploy(self, position: int, event: history.DeployEnded) -> None:
        deploy = self.deploys.setdefault(event.fault, Deploy(position))
        deploy.ended, deploy.end = position, event

    def _tamper(self, _: int, event: history.Tampered) -> None:
        self.tampered = self.tampered or event

    def _read_truth(self, position: int, event: history.TruthRead) -> None:
        self.truth_read = (position, event)

    def _visit(self, position: int, event: history.VisitorActed) -> None:
        """The page's own events tell what came of it."""

    # The faults

    def _arm(self, position: int, event: history.Armed) -> None:
        if event.closing:  # the closing protocol's own faults need no proof
            self._closing_faults.add(event.fault)
            return
        self.faults[event.fault] = Fault(event, position)
        if event.verb == "restart":
            self.restarts.append(position)
        for subject in self.subjects.values():
            subject.watched = True

    def _release(self, position: int, event: history.Released) -> None:
        fault = self.faults.get(event.fault)
        if fault is not None:
            fault.released.setdefault(event.client, []).append(position)

    def _heal(self, position: int, event: history.Healed) -> None:
        fault = self.faults.get(event.fault)
        if fault is not None:
            fault.healed = min(fault.healed, position)
            if event.detail == "reset":
                self._reset(position, fault)

    def _fire(self, position: int, event: history.Fired) -> None:
        if event.verb in ("cut", "truncate", "restart") and event.socket is not None:
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


# Who takes note of what no client lived through. By type, as LIVED.
_NOTED: dict[type[Event], Callable[[Record, int, Any], None]] = {
    history.RunBegan: Record._begin,
    history.StepBegan: Record._begin_step,
    history.StepEnded: Record._end_step,
    history.ClosingBegan: Record._close,
    history.RunEnded: Record._end,
    history.PublishInvoked: Record._invoke,
    history.PublishAcknowledged: Record._publish,
    history.PublishRefused: Record._publish,
    history.PublishUnknown: Record._publish,
    history.VisitorActed: Record._visit,
    history.Armed: Record._arm,
    history.Fired: Record._fire,
    history.Released: Record._release,
    history.Healed: Record._heal,
    history.ServerStopped: Record._stop,
    history.ServerStarted: Record._start,
    history.DeployBegan: Record._begin_deploy,
    history.DeployEnded: Record._end_deploy,
    history.Tampered: Record._tamper,
    history.TruthRead: Record._read_truth,
}


def thing_of(event: history.Fired) -> Thing:
    """What a firing touched. The answer to a fetch is one thing, whatever its text."""
    return (event.client, event.socket, event.fetch, "" if event.fetch is not None else event.digest or "")
