"""Many judgements at a glance: one line each, and one headline over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import assert_never

from cablecheck.checker.verdict import Judgement, Standing
from cablecheck.errors import ExitCode
from cablecheck.report.text import bug_in_a_line, what_went_wrong
from cablecheck.report.visible import counted, shortened, visible

MOST_LABELS = 8
LONGEST_REASON = 100
HEADER = ("scenario", "verdict", "messages", "faults", "fired", "mattered", "seconds", "what went wrong")
_NUMBERS = slice(2, 7)

_WORDS: dict[ExitCode, str] = {
    ExitCode.VERIFIED: "VERIFIED",
    ExitCode.VIOLATED: "VIOLATED",
    ExitCode.BAD_INPUT: "BAD INPUT",
    ExitCode.INCONCLUSIVE: "INCONCLUSIVE",
    ExitCode.BUG: "BUG IN CABLECHECK",
    ExitCode.INTERRUPTED: "INTERRUPTED",
    ExitCode.TERMINATED: "TERMINATED",
}


def table(judgements: Iterable[Judgement]) -> str:
    """One line a judgement under a header; the last column, what went wrong, is the only one that grows long."""
    rows = [HEADER, *(_row(judgement) for judgement in judgements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    return "\n".join(_line(row, widths) for row in rows)


def total(judgements: Sequence[Judgement], exit_code: ExitCode, *, asked: int | None = None) -> str:
    """The headline over all: `VERIFIED: 16 scenarios judged: 16 verified; exit code 0`. `asked`: how many should have been."""
    counts = Counter(judgement.standing for judgement in judgements)
    told = ", ".join(f"{counts[standing]} {standing}" for standing in Standing if counts[standing])
    word = _WORDS[exit_code]
    if exit_code is ExitCode.VERIFIED and counts[Standing.KNOWN]:
        word += " BUT FOR KNOWN LOSSES"
    judged = counted(len(judgements), "scenario")
    if asked is not None and asked != len(judgements):
        judged = f"{len(judgements)} of {counted(asked, 'scenario')}"
    return f"{word}: {judged} judged{f': {told}' if told else ''}; exit code {int(exit_code)}"


def _row(judgement: Judgement) -> tuple[str, ...]:
    verdict = judgement.verdict
    faults = verdict.faults
    return (
        visible(verdict.scenario),
        judgement.standing.value,
        str(verdict.stored),
        str(len(faults)),
        str(sum(fault.fired > 0 for fault in faults)),
        str(sum(fault.mattered for fault in faults)),
        f"{verdict.seconds:.1f}",
        _trouble(judgement),
    )


def _trouble(judgement: Judgement) -> str:
    """What keeps it from being verified: the messages, or the sentence where it is not the messages."""
    verdict = judgement.verdict
    match judgement.standing:
        case Standing.VERIFIED | Standing.KNOWN | Standing.VIOLATED:
            told = what_went_wrong(verdict, MOST_LABELS, " ")
        case Standing.INCONCLUSIVE | Standing.GONE:
            told = shortened(judgement.why or next(iter(verdict.reasons), ""), LONGEST_REASON)
        case Standing.BUG:
            told = shortened(bug_in_a_line(verdict.bug or judgement.why), LONGEST_REASON)
        case _:
            assert_never(judgement.standing)
    return told or "-"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    numbers = range(*_NUMBERS.indices(len(row)))
    cells = [
        cell.rjust(width) if column in numbers else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
