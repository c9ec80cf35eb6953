"""A verdict held against what the scenario says of the profile, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from cablecheck.checker.verdict import WORDS, Judgement, Outcome, Standing, Verdict, Word
from cablecheck.errors import ExitCode
from cablecheck.scenario.known import Expected, Known

_KNOWN_WORDS: tuple[Word, ...] = ("lost", "duplicated", "misordered", "phantom", "altered", "late")


def hold_against(verdict: Verdict, expect: Mapping[str, Expected] | None) -> Judgement:
    """How a verdict stands once `expect` is read. None: a target of the user's, where a violation is one, known or not.

    A profile that `expect` doesn't name must be verified. A known violation is known only if it is exactly what is written,
    and if nothing else keeps the run from a verdict; where it no longer happens, the expectation is wrong (as a strict xfail).
    """
    if verdict.bug is not None:
        return Judgement(verdict, Standing.BUG, verdict.bug)
    known = (expect or {}).get(verdict.profile, "verified")
    if known == "verified" or not any(_known(known, word) for word in WORDS):
        return _plainly(verdict)
    match verdict.outcome:
        case Outcome.INCONCLUSIVE:
            return Judgement(verdict, Standing.INCONCLUSIVE, next(iter(verdict.reasons), ""))
        case Outcome.VERIFIED:
            why = f"{verdict.profile} is known for {_told(known)} here, and nothing of it happened; mend the scenario's expect"
            return Judgement(verdict, Standing.GONE, why)
        case Outcome.VIOLATED:
            return _compared(verdict, known)
        case _:
            assert_never(verdict.outcome)


def exit_code(judgement: Judgement, *, strict: bool = False) -> ExitCode:
    """What the shell is told of one judgement; `strict` does not forgive what is known."""
    match judgement.standing:
        case Standing.VERIFIED:
            return ExitCode.VERIFIED
        case Standing.KNOWN:
            return ExitCode.VIOLATED if strict else ExitCode.VERIFIED
        case Standing.VIOLATED | Standing.GONE:
            return ExitCode.VIOLATED
        case Standing.INCONCLUSIVE:
            return ExitCode.INCONCLUSIVE
        case Standing.BUG:
            return ExitCode.BUG
        case _:
            assert_never(judgement.standing)


def _plainly(verdict: Verdict) -> Judgement:
    match verdict.outcome:
        case Outcome.VERIFIED:
            return Judgement(verdict, Standing.VERIFIED)
        case Outcome.INCONCLUSIVE:
            return Judgement(verdict, Standing.INCONCLUSIVE, next(iter(verdict.reasons), ""))
        case Outcome.VIOLATED:
            found = [f"{word} {_listed(verdict.labels(word))}" for word in WORDS if verdict.labels(word)]
            return Judgement(verdict, Standing.VIOLATED, "; ".join(found))
        case _:
            assert_never(verdict.outcome)


def _compared(verdict: Verdict, known: Known) -> Judgement:
    """A violation beside a known one: exactly the same, or not."""
    differences = [
        f"{word}: expected {_listed(_known(known, word))}, found {_listed(verdict.labels(word))}"
        for word in WORDS
        if set(_known(known, word)) != set(verdict.labels(word))
    ]
    if differences:
        return Judgement(verdict, Standing.VIOLATED, "; ".join(differences))
    if verdict.reasons:
        return Judgement(
            verdict, Standing.INCONCLUSIVE, f"{_told(known)}, as is known; but {verdict.reasons[0]}"
        )
    return Judgement(verdict, Standing.KNOWN, f"{verdict.profile} is known for {_told(known)} here")


def _known(known: Known, word: Word) -> tuple[str, ...]:
    labels: tuple[str, ...] = getattr(known, word) if word in _KNOWN_WORDS else ()
    return labels


def _told(known: Known) -> str:
    return "; ".join(f"{word} {_listed(_known(known, word))}" for word in _KNOWN_WORDS if _known(known, word))


def _listed(labels: tuple[str, ...]) -> str:
    return " ".join(labels) if labels else "none"
