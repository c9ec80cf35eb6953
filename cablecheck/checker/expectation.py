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


def accept(verdict: Verdict, known: Known | None, whose: str) -> Judgement:
    """How a verdict at a target of the user's stands: whatever is violated is so, but for what the user's own list accepts.

    What is accepted and does not happen is no fault, for that is up to the target. `whose` names the list.
    """
    plainly = hold_against(verdict, None)
    if known is None or plainly.standing is not Standing.VIOLATED:
        return plainly
    found = {word: verdict.labels(word) for word in WORDS}
    accepted = _parts({word: _among(labels, _known(known, word)) for word, labels in found.items()})
    beyond = _parts({word: _beyond(labels, _known(known, word)) for word, labels in found.items()})
    told = f"{accepted}, by {whose}" if accepted else ""
    if beyond:
        why = f"{beyond}; {accepted} is accepted by {whose}" if accepted else beyond
        return Judgement(verdict, Standing.VIOLATED, why, told)
    if verdict.reasons:
        why = f"{accepted} is accepted by {whose}; but {verdict.reasons[0]}"
        return Judgement(verdict, Standing.INCONCLUSIVE, why, told)
    return Judgement(verdict, Standing.KNOWN, f"{accepted} is accepted by {whose}", told)


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
            return Judgement(
                verdict, Standing.VIOLATED, _parts({word: verdict.labels(word) for word in WORDS})
            )
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


def _among(labels: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in labels if label in known)


def _beyond(labels: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in labels if label not in known)


def _parts(found: Mapping[Word, tuple[str, ...]]) -> str:
    return "; ".join(f"{word} {_listed(labels)}" for word, labels in found.items() if labels)


def _listed(labels: tuple[str, ...]) -> str:
    return " ".join(labels) if labels else "none"
