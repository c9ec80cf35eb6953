"""In which phase of a connection's life each fault struck, and whether a message was at stake: the certificate of a set of runs.

A set of runs that never cut the line during a catch-up proves nothing about that, however green it is. (FoundationDB's rule for its
probes: an ensemble passes only if nothing failed and every probe was hit.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from cablecheck import history
from cablecheck.checker.verdict import Verdict
from cablecheck.history import Event


class Phase(StrEnum):
    """What a client was about. A catch-up may be under way on a line that is down; it counts before the line does."""

    AWAY = "away"
    CONNECTING = "connecting"
    GREETING = "greeting"
    SUBSCRIBING = "subscribing"
    CATCHING_UP = "catching-up"
    LIVE = "live"
    CLOSING = "closing"


PHASES: dict[Phase, str] = {
    Phase.AWAY: "no socket at all: before the first connection, or waiting to reconnect",
    Phase.CONNECTING: "a socket is being opened",
    Phase.GREETING: "the upgrade succeeded, and nothing was subscribed yet",
    Phase.SUBSCRIBING: "a subscription is asked for, and not confirmed yet",
    Phase.CATCHING_UP: "a catch-up is under way",
    Phase.LIVE: "subscribed, and nothing is under way",
    Phase.CLOSING: "a Close frame came, and TCP is still open",
}


@dataclass(slots=True)
class _Line:
    """A client's newest socket and its catch-ups."""

    socket: int = 0
    phase: Phase = Phase.AWAY
    catch_ups: set[int] = field(default_factory=set)

    @property
    def now(self) -> Phase:
        """The phase, a catch-up before the state of the line."""
        return Phase.CATCHING_UP if self.catch_ups else self.phase

    def take(self, event: Event) -> None:
        """Take note of one event of this client."""
        match event:
            case history.Connecting():
                self.socket, self.phase = event.socket, Phase.CONNECTING
            case history.Opened() if event.socket == self.socket:
                self.phase = Phase.GREETING
            case history.Sent(command="subscribe") if event.socket == self.socket:
                self.phase = Phase.SUBSCRIBING
            case history.Received(kind="confirm") if event.socket == self.socket:
                self.phase = Phase.LIVE
            case history.Closing() if event.socket == self.socket:
                self.phase = Phase.CLOSING
            case history.Closed() if event.socket == self.socket:
                self.phase = Phase.AWAY
            case history.FetchSent(catch_up=True):
                self.catch_ups.add(event.fetch)
            case history.FetchEnded():
                self.catch_ups.discard(event.fetch)
            case _:
                pass


def struck(events: Iterable[Event]) -> Counter[tuple[str, Phase]]:
    """How often each fault of the story (by its id) touched a client in each phase."""
    lines: dict[str, _Line] = {}
    armed: set[str] = set()
    hits: Counter[tuple[str, Phase]] = Counter()
    for event in events:
        match event:
            case history.Armed(closing=False):
                armed.add(event.fault)
            case history.Fired():
                if event.fault in armed:
                    hits[event.fault, lines.setdefault(event.client, _Line()).now] += 1
            case (
                history.Connecting() | history.Opened() | history.Sent() | history.Received() | history.Closing()
                | history.Closed() | history.FetchSent() | history.FetchEnded()
            ):  # fmt: skip
                lines.setdefault(event.client, _Line()).take(event)
            case _:
                pass
    return hits


class Standing(StrEnum):
    """How much a cell of the certificate proves."""

    AT_STAKE = "at stake"
    FELT = "felt"
    FIRED = "fired"
    NEVER = "never"


@dataclass(slots=True)
class Certificate:
    """Fault verb x phase, over a set of runs: how many firings there were, and in how many faults a message was at stake."""

    runs: int = 0
    fired: Counter[tuple[str, Phase]] = field(default_factory=Counter)
    felt: Counter[tuple[str, Phase]] = field(default_factory=Counter)
    at_stake: Counter[tuple[str, Phase]] = field(default_factory=Counter)

    def add(self, events: Iterable[Event], verdict: Verdict) -> None:
        """Add one run."""
        self.runs += 1
        by_id = {fault.fault: fault for fault in verdict.faults}
        for (fault, phase), times in struck(events).items():
            evidence = by_id[fault]
            cell = (evidence.verb, phase)
            self.fired[cell] += times
            self.felt[cell] += evidence.felt
            self.at_stake[cell] += evidence.mattered

    def standing(self, verb: str, phase: Phase) -> Standing:
        """The most that the runs prove of this cell."""
        cell = (verb, phase)
        if self.at_stake[cell]:
            return Standing.AT_STAKE
        if self.felt[cell]:
            return Standing.FELT
        return Standing.FIRED if self.fired[cell] else Standing.NEVER

    def missing(self, required: Iterable[tuple[str, Phase]]) -> list[tuple[str, Phase]]:
        """The required cells in which no message was ever at stake."""
        return [cell for cell in required if self.standing(*cell) is not Standing.AT_STAKE]
