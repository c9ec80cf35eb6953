"""What one pass over the events leaves behind: everything that the rules of the checker ask about."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import assert_never

from cablecheck import history
from cablecheck.checker.publishes import Ledger
from cablecheck.checker.subject import Subject
from cablecheck.checker.timeline import NEVER
from cablecheck.history import Event


@dataclass(slots=True)
class Fault:
    """One armed fault of the story: where it fired, where what it kept was released for each client, where it was healed."""

    armed: history.Armed
    fired: list[tuple[int, history.Fired]] = field(default_factory=list)
    released: dict[str, list[int]] = field(default_factory=dict)
    healed: int = NEVER


class Record:
    """The run in short. Positions count the events from 0; `times` turns a position into seconds.

    `closing` is where the story was over, `closing_cut` where the closing protocol forced its reconnect.
    """

    def __init__(self) -> None:
        self.times = array("d")
        self.began: history.RunBegan | None = None
        self.ended: history.RunEnded | None = None
        self.closing = NEVER
        self.closing_cut = NEVER
        self.steps: dict[int, history.StepBegan] = {}
        self.stuck: list[tuple[history.StepBegan | None, history.StepEnded]] = []
        self.truth_read: tuple[int, history.TruthRead] | None = None
        self.ledger = Ledger()
        self.subjects: dict[str, Subject] = {}
        self.faults: dict[str, Fault] = {}
        self.cuts: dict[tuple[str, int], list[tuple[int, str]]] = {}
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
                | history.Identified() | history.MarkedFailed() | history.Gone() | history.TimelineRead()
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
            case history.StepEnded(step=step, ended=ended):
                if ended in ("unmet", "failed"):
                    self.stuck.append((self.steps.get(step), event))
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

    def _fault(
        self, position: int, event: history.Armed | history.Fired | history.Released | history.Healed
    ) -> None:
        match event:
            case history.Armed(closing=True):  # the closing protocol's own faults need no proof
                self._closing_faults.add(event.fault)
            case history.Armed():
                self.faults[event.fault] = Fault(event)
                for subject in self.subjects.values():
                    subject.watched = True
            case history.Fired():
                self._fire(position, event)
            case history.Released(fault=name, client=client):
                if name in self.faults:
                    self.faults[name].released.setdefault(client, []).append(position)
            case history.Healed(fault=name):
                if name in self.faults:
                    self.faults[name].healed = min(self.faults[name].healed, position)
            case _:
                assert_never(event)

    def _fire(self, position: int, event: history.Fired) -> None:
        if event.verb in ("cut", "restart") and event.socket is not None:
            self.cuts.setdefault((event.client, event.socket), []).append((position, event.fault))
        if event.fault in self.faults:
            self.faults[event.fault].fired.append((position, event))
        elif event.fault in self._closing_faults:
            self.closing_cut = min(self.closing_cut, position)
