"""What came of one cell or world."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from cablecheck.checker.verdict import WORDS, Verdict, Word


class Outcome(StrEnum):
    """`effective`: a fault put a message at stake, and nothing went wrong. `idle`: nothing went wrong, and nothing was at stake.

    `unreached`: a step waited in vain or a fault never fired, so the story was not told as written. `deaf`: only a probe was lost.
    `hung`: the run did not come to its end.
    """

    LOSING = "losing"
    DEAF = "deaf"
    HUNG = "hung"
    UNREACHED = "unreached"
    IDLE = "idle"
    EFFECTIVE = "effective"


class Result(msgspec.Struct, frozen=True):
    """The outcome, and the words and labels of what went wrong."""

    outcome: Outcome
    words: dict[Word, tuple[str, ...]] = {}

    def __str__(self) -> str:
        return "; ".join(f"{word} {' '.join(labels)}" for word, labels in self.words.items()) or self.outcome


def result_of(verdict: Verdict, *, told: bool) -> Result:
    """What a verdict says of a cell; `told`: its story was told as written. A violation is one, however it was told."""
    words = {word: verdict.labels(word) for word in WORDS if verdict.labels(word)}
    if words:
        return Result(Outcome.LOSING, words)
    if not told:
        return Result(Outcome.UNREACHED)
    if any(finding.probe for finding in verdict.findings):
        return Result(Outcome.DEAF)
    mattered = any(fault.mattered for fault in verdict.faults)
    return Result(Outcome.EFFECTIVE if mattered else Outcome.IDLE)
