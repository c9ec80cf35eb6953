"""What came of one check: how it stands, what was seen, what to do about it, and what that is worth as an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cablecheck.errors import ExitCode, worst


class Standing(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One check's answer. `seen` may quote the target: whoever prints it makes it visible."""

    standing: Standing
    seen: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.VERIFIED

    @property
    def passed(self) -> bool:
        """Whether what builds on this check can be looked at."""
        return self.standing in (Standing.OK, Standing.WARNING)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the doctor's table."""

    check: str
    diagnosis: Diagnosis


def ok(seen: str) -> Diagnosis:
    """As it should be."""
    return Diagnosis(Standing.OK, seen)


def warning(seen: str, remedy: str) -> Diagnosis:
    """A careful client loses nothing by it; a careless one shows a message twice or out of order, or this will go wrong one day."""
    return Diagnosis(Standing.WARNING, seen, remedy)


def breach(seen: str, remedy: str) -> Diagnosis:
    """The target breaks its contract: a message can be lost, forged, or read by somebody else."""
    return Diagnosis(Standing.FAILED, seen, remedy, ExitCode.VIOLATED)


def misdescribed(seen: str, remedy: str) -> Diagnosis:
    """The target file says otherwise than the target does, so every run would wait in vain."""
    return Diagnosis(Standing.FAILED, seen, remedy, ExitCode.BAD_INPUT)


def unexamined(seen: str, remedy: str) -> Diagnosis:
    """The target is down, or can't be examined; that is no lost message."""
    return Diagnosis(Standing.FAILED, seen, remedy, ExitCode.INCONCLUSIVE)


def skipped(seen: str, remedy: str = "") -> Diagnosis:
    """Not looked at, and why."""
    return Diagnosis(Standing.SKIPPED, seen, remedy)


def exit_code_of(rows: Iterable[Row]) -> ExitCode:
    """The worst of all rows. Warnings and skipped rows count for nothing."""
    return worst(row.diagnosis.exit_code for row in rows)
