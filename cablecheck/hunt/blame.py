"""What a fault really did: the same world once more without it.

In the simulator the truth of the matter can be had: a fault mattered if, and only if, leaving it out changes how some message of the
story reached a client. A message that is stored in one of the two worlds only tells nothing: where a story waits for what a fault does,
it stops short without it; and if nothing else is otherwise then, what the fault did can't be told. Where two faults do the same, leaving out one of them changes nothing while the other stands; so a fault mattered
too if leaving it out would change something once others were left out (an actual cause in the sense of Halpern and Pearl, 2005: "Causes
and explanations, a structural-model approach"). The checker, which knows only the history of one run, is held against this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

from cablecheck import history
from cablecheck.checker.touch import UNSURE_SECONDS
from cablecheck.checker.verdict import Verdict
from cablecheck.history import Armed, Event, StepEnded
from cablecheck.nemesis.shadow import PartlyShadow
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast

# With more faults than this there are too many others to leave out.
_MOST_OTHERS = 6

Label: TypeAlias = str
Client: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one message reached one client: the way of each receipt in order (with the other messages that had come before it), what
    went wrong with it, and how long after it was stored it was shown; None if it is not."""

    receipts: tuple[tuple[str, frozenset[Label]], ...]
    words: tuple[str, ...]
    lag_seconds: float | None

    def same(self, other: Arrival, among: frozenset[Label]) -> bool:
        """Whether it came in the same way, as far as chance lets one tell. Of the other messages only these count."""
        if self._order(among) != other._order(among) or self.words != other.words:
            return False
        if self.lag_seconds is None or other.lag_seconds is None:
            return self.lag_seconds is other.lag_seconds
        return abs(self.lag_seconds - other.lag_seconds) < UNSURE_SECONDS

    def _order(self, among: frozenset[Label]) -> list[tuple[str, int]]:
        return [(way, len(before & among)) for way, before in self.receipts]


Arrivals: TypeAlias = Mapping[tuple[Label, Client], Arrival]


@dataclass(frozen=True, slots=True)
class _Told:
    """How the messages reached the clients, and the first step whose end did not come."""

    arrivals: Arrivals
    unmet: int | None


@dataclass(frozen=True, slots=True)
class Blame:
    """One fault of a run: what the checker says of it, and the messages that reached their client otherwise without it.

    `besides`: the other faults that had to be left out too before it made a difference. `stops_at`: the step at which the story stops
    without it, where that is why no difference is to be seen.
    """

    fault: str
    verb: str
    derived: bool
    changed: tuple[Label, ...]
    besides: tuple[str, ...] = ()
    stops_at: int | None = None

    @property
    def mattered(self) -> bool | None:
        """Whether it mattered in truth; None if that can't be told."""
        return True if self.changed else None if self.stops_at is not None else False


class Trial:
    """One world, and what it would have been without some of its faults. Each is played once."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.whole = simulate(cast)
        self._steps = {
            event.fault: event.step
            for event in self.whole.events
            if isinstance(event, Armed) and not event.closing
        }
        self._without: dict[frozenset[str], _Told] = {frozenset(): _told(self.whole)}

    def blames(self) -> Iterator[Blame]:
        """Each fault of the story, in the order in which they were armed."""
        for evidence in self.whole.judgement.verdict.faults:
            if evidence.fault in self._steps:
                yield self._blame(evidence.fault, evidence.verb, derived=evidence.mattered)

    def _blame(self, fault: str, verb: str, *, derived: bool) -> Blame:
        others = [other for other in self._steps if other != fault][:_MOST_OTHERS]
        for size in range(len(others) + 1 if derived else 1):
            for besides in combinations(others, size):
                changed = self.changed(frozenset(besides), frozenset((*besides, fault)))
                if changed:
                    return Blame(fault, verb, derived, changed, besides)
        stopped = self.without(frozenset((fault,))).unmet
        return Blame(
            fault, verb, derived, (), stops_at=stopped if stopped != self.without(frozenset()).unmet else None
        )

    def changed(self, less: frozenset[str], more: frozenset[str]) -> tuple[Label, ...]:
        """The messages that reached a client otherwise without `more` than without `less`."""
        before, after = self.without(less).arrivals, self.without(more).arrivals
        both = [key for key in before if key in after]
        among = frozenset(label for label, _ in both)
        return tuple(dict.fromkeys(key[0] for key in both if not before[key].same(after[key], among)))

    def without(self, faults: frozenset[str]) -> _Told:
        """What would have come of the story without these faults."""
        if faults not in self._without:
            spared = [self._cast.scenario.steps[self._steps[fault] - 1].step for fault in faults]
            cast = replace(
                self._cast,
                nemesis=lambda rng: PartlyShadow(rng, lambda step: any(step is each for each in spared)),
            )
            self._without[faults] = _told(simulate(cast))
        return self._without[faults]


def _told(simulated: Simulated) -> _Told:
    unmet = (
        event.step
        for event in simulated.events
        if isinstance(event, StepEnded) and event.ended in ("unmet", "failed")
    )
    return _Told(arrivals(simulated), next(unmet, None))


def arrivals(simulated: Simulated) -> Arrivals:
    """How each stored message of the story, no probe, reached each client. A client's own messages were there before they were stored."""
    verdict = simulated.judgement.verdict
    labels = {row.id: row.label for row in verdict.provenance if not row.label.startswith("p")}
    receipts = _receipts(simulated.events, labels)
    words = _words(verdict)
    return {
        (row.label, row.client): Arrival(
            tuple(receipts.get((row.label, row.client), ())),
            tuple(words.get((row.label, row.client), ())),
            None if row.shown_at is None or row.stored_at is None else row.shown_at - row.stored_at,
        )
        for row in verdict.provenance
        if row.id in labels and row.way != "own"
    }


def _words(verdict: Verdict) -> dict[tuple[Label, Client], list[str]]:
    words: dict[tuple[Label, Client], list[str]] = {}
    for finding in verdict.findings:
        words.setdefault((finding.label, finding.client or ""), []).append(finding.word)
    return words


def _receipts(
    events: list[Event], labels: Mapping[str | None, Label]
) -> dict[tuple[Label, Client], list[tuple[str, frozenset[Label]]]]:
    """Every frame, answer and first page that brought a message, with the other messages that had come before.

    An answer that repeats what the client has brings nothing; that it is shown twice then, the findings say.
    """
    found: dict[tuple[Label, Client], list[tuple[str, frozenset[Label]]]] = {}
    known: dict[Client, frozenset[Label]] = {}
    for event in events:
        for client, way, id_ in _brought(event):
            label = labels.get(id_)
            before = known.get(client, frozenset())
            if label is not None and not (way == "catch-up" and label in before):
                found.setdefault((label, client), []).append((way, before - {label}))
                known[client] = before | {label}
    return found


def _brought(event: Event) -> Iterator[tuple[Client, str, str | None]]:
    match event:
        case history.Received(kind="message"):
            yield event.client, "socket", event.id
        case history.FetchEnded(error=None):
            for id_ in event.ids:
                yield event.client, "catch-up", id_
        case history.Shown(source="initial" | "own"):
            yield event.client, event.source, event.id
        case _:
            pass
