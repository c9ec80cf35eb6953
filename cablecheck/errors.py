"""How cablecheck itself can fail, and the exit code of everything.

A violation is not an error: it is an answer. Errors are what keeps cablecheck from answering, and each class has one exit
code, so that an uncaught exception can never look like a lost message (exit 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told. Over several scenarios the worst wins: 1, then 4, then 3, then 0."""

    VERIFIED = 0
    VIOLATED = 1
    BAD_INPUT = 2
    INCONCLUSIVE = 3
    BUG = 4
    INTERRUPTED = 130
    TERMINATED = 143


# Comparing takes the square of a word's length, and no word of ours is nearly as long.
_LONGEST_WORD = 80

_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.BAD_INPUT,
    ExitCode.VIOLATED,
    ExitCode.BUG,
    ExitCode.INCONCLUSIVE,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The one code that stands for all of them. No code at all proves nothing: inconclusive."""
    seen = set(codes)
    if not seen:
        return ExitCode.INCONCLUSIVE
    return next((code for code in _WORST_FIRST if code in seen), ExitCode.VERIFIED)


class CablecheckError(Exception):
    """Anything that keeps cablecheck from answering; `exit_code` is what the shell is told."""

    exit_code = ExitCode.BUG


class BadInputError(CablecheckError):
    """A scenario, target file, history or option that a person can mend.

    One line a finding, each `place: fact; remedy`; all findings at once.
    """

    exit_code = ExitCode.BAD_INPUT

    def __init__(self, *findings: str) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean 'this'?` for the known word that is nearest, or nothing where none is near."""
    near = get_close_matches(word[:_LONGEST_WORD], list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


class UnreachableError(CablecheckError):
    """The target did not answer: nothing was proved, and no message was lost."""

    exit_code = ExitCode.INCONCLUSIVE


class FloodError(CablecheckError):
    """The target said more than one run can hold: nothing was proved, for what it says besides was not read."""

    exit_code = ExitCode.INCONCLUSIVE


class InterruptedRun(CablecheckError):  # noqa: N818 - nothing went wrong: somebody asked us to stop
    """A signal ended the run early, after every fault was healed: 130 for SIGINT, 143 for SIGTERM."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__("the run was interrupted; faults are healed, what was finished is reported")
        self.exit_code = exit_code


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in a group of groups: the one that a person should hear of."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
