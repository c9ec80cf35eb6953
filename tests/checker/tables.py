"""All hand-written histories in one list, each with the test of its verdict: what the mutated checkers are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Verdict
from tests.checker.doubtful import BUGS, COUNTED, REASONS, Run
from tests.checker.faulty import FAULTS, lived
from tests.checker.rivalry import RIVALS, rivalry
from tests.checker.roomy import ROOMS, rooms
from tests.checker.tale import told
from tests.checker.words import STORIES, found_in


@dataclass(frozen=True)
class Row:
    """A run, what must be said of it, and how to say it of a verdict."""

    claim: str
    run: Callable[[], Run]
    want: object
    said: Callable[[Verdict], object]

    @property
    def got(self) -> object:
        """What the judge says."""
        return self.said(judge(*self.run()))


def _words(verdict: Verdict) -> object:
    return verdict.outcome.value, found_in(verdict), verdict.bug


def _evidence(verdict: Verdict) -> object:
    fault = verdict.faults[0]
    return verdict.outcome.value, fault.felt, fault.mattered, fault.at_stake, fault.fired, len(verdict.faults)


def _first_fault(verdict: Verdict) -> object:
    fault = next(each for each in verdict.faults if each.fault == "f")
    return fault.felt, fault.mattered


def _reason(why: str, verdict: Verdict) -> object:
    return (
        verdict.outcome.value,
        any(why in reason for reason in verdict.reasons) or verdict.reasons,
        verdict.bug,
    )


def _bug(why: str, verdict: Verdict) -> object:
    return verdict.outcome.value != "verified", why in (verdict.bug or "") or verdict.bug


def _counts(verdict: Verdict) -> object:
    ways = " ".join(row.way for row in verdict.provenance)
    return (
        verdict.outcome.value,
        found_in(verdict),
        " ".join(verdict.recovered),
        " ".join(verdict.masked),
        ways,
    )


def stories() -> Iterator[Row]:
    """Every word of a verdict."""
    for claim, (script, words, found) in STORIES.items():
        yield Row(
            claim, partial(told, script, words), ("violated" if found else "verified", found, None), _words
        )


def faults() -> Iterator[Row]:
    """Every fault, real and only journalled."""
    for name, (_, at_stake) in FAULTS.items():
        outcome = "inconclusive" if at_stake is None else "verified"
        fired = 2 if name in ("reorder", "blackhole", "throttle a message") else 1
        for real in (True, False):
            stake = (at_stake or ()) if real else ()
            want = (outcome if real else "inconclusive", real, bool(stake), stake, fired, 1)
            yield Row(
                f"{name}, {'real' if real else 'inert'}", partial(lived, name, real=real), want, _evidence
            )


def rivals() -> Iterator[Row]:
    """Every fault that another one might be taken for."""
    for name, (_, felt, mattered) in RIVALS.items():
        yield Row(name, partial(rivalry, name), (felt, mattered), _first_fault)


def reasons() -> Iterator[Row]:
    """Every reason to doubt."""
    for claim, (run, why) in REASONS.items():
        yield Row(claim, run, ("inconclusive", True, None), partial(_reason, why))


def bugs() -> Iterator[Row]:
    """Every proof that cablecheck itself is wrong."""
    for claim, (run, why) in BUGS.items():
        yield Row(claim, run, (True, True), partial(_bug, why))


def counted() -> Iterator[Row]:
    """What is counted, and by which way messages came."""
    for claim, (run, want) in COUNTED.items():
        yield Row(claim, run, want, _counts)


def roomy() -> Iterator[Row]:
    """Several conversations."""
    for claim, (told_, truths, found, outcome) in ROOMS.items():
        yield Row(claim, partial(rooms, *told_, truths=truths), (outcome, found, None), _words)


ROWS = [*stories(), *faults(), *rivals(), *reasons(), *bugs(), *counted(), *roomy()]
