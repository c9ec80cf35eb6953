"""What a fault really did: the same world once more without it.

In the simulator the truth of the matter can be had: a fault mattered if, and only if, leaving it out changes how some message of the
story reached a client. Where two faults do the same, leaving out one of them changes nothing while the other stands; so a fault mattered
too if leaving it out would change something once others were left out (an actual cause in the sense of Halpern and Pearl, 2005: "Causes
and explanations, a structural-model approach"). The checker, which knows only the history of one run, is held against this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

from cablecheck import history
from cablecheck.checker.verdict import Verdict
from cablecheck.history import Armed, Event
from cablecheck.nemesis.shadow import PartlyShadow
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast

# A difference of less can't be told from chance (as in the checker's signs).
UNSURE_SECONDS = 0.05
# With more faults than this there are too many others to leave out.
_MOST_OTHERS = 6

Label: TypeAlias = str
Client: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one message reached one client: each receipt in order (with how many receipts of other messages stood before it), what went
    wrong with it, and how long after it was stored it was shown; None if it is not."""

    receipts: tuple[tuple[str, int], ...]
    words: tuple[str, ...]
    lag_seconds: float | None

    def same(self, other: Arrival | None) -> bool:
        """Whether it came in the same way, as far as chance lets one tell."""
        if other is None or (self.receipts, self.words) != (other.receipts, other.words):
            return False
        if self.lag_seconds is None or other.lag_seconds is None:
            return self.lag_seconds is other.lag_seconds
        return abs(self.lag_seconds - other.lag_seconds) < UNSURE_SECONDS


Arrivals: TypeAlias = Mapping[tuple[Label, Client], Arrival]


@dataclass(frozen=True, slots=True)
class Blame:
    """One fault of a run: what the checker says of it, and the messages that reached their client otherwise without it.

    `besides`: the other faults that had to be left out too before it made a difference.
    """

    fault: str
    verb: str
    derived: bool
    changed: tuple[Label, ...]
    besides: tuple[str, ...] = ()

    @property
    def mattered(self) -> bool:
        """Whether it mattered in truth."""
        return bool(self.changed)


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
        self._arrivals: dict[frozenset[str], Arrivals] = {frozenset(): arrivals(self.whole)}

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
        return Blame(fault, verb, derived, ())

    def changed(self, less: frozenset[str], more: frozenset[str]) -> tuple[Label, ...]:
        """The messages that reached a client otherwise without `more` than without `less`."""
        before, after = self.without(less), self.without(more)
        return tuple(
            dict.fromkeys(
                label
                for label, client in (*before, *after)
                if (there := before.get((label, client))) is None
                or not there.same(after.get((label, client)))
            )
        )

    def without(self, faults: frozenset[str]) -> Arrivals:
        """How the messages would have reached the clients without these faults."""
        if faults not in self._arrivals:
            spared = [self._cast.scenario.steps[self._steps[fault] - 1].step for fault in faults]
            cast = replace(
                self._cast,
                nemesis=lambda rng: PartlyShadow(rng, lambda step: any(step is each for each in spared)),
            )
            self._arrivals[faults] = arrivals(simulate(cast))
        return self._arrivals[faults]


def arrivals(simulated: Simulated) -> Arrivals:
    """How each stored message of the story, no probe, reached each client."""
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
        if row.id in labels
    }


def _words(verdict: Verdict) -> dict[tuple[Label, Client], list[str]]:
    words: dict[tuple[Label, Client], list[str]] = {}
    for finding in verdict.findings:
        words.setdefault((finding.label, finding.client or ""), []).append(finding.word)
    return words


def _receipts(
    events: list[Event], labels: Mapping[str | None, Label]
) -> dict[tuple[Label, Client], list[tuple[str, int]]]:
    """Every frame, answer and first page that brought a message, with how many different messages had come before."""
    found: dict[tuple[Label, Client], list[tuple[str, int]]] = {}
    known: dict[Client, set[Label]] = {}
    for event in events:
        for client, way, id_ in _brought(event):
            label = labels.get(id_)
            if label is not None:
                before = known.setdefault(client, set())
                found.setdefault((label, client), []).append((way, len(before - {label})))
                before.add(label)
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
