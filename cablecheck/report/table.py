"""Many judgements at a glance: one line each, and one headline over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from cablecheck.checker.verdict import Judgement, Standing
from cablecheck.errors import ExitCode
from cablecheck.report.text import BY_LEDGER, bug_in_a_line, what_went_wrong
from cablecheck.report.visible import counted, listed, shortened, visible

MOST_LABELS = 8
LONGEST_REASON = 100
HEADER = ("scenario", "verdict", "messages", "faults", "fired", "mattered", "seconds", "what went wrong")
_NUMBERS = frozenset(HEADER[2:7])
# What a narrow terminal can do without, first to go first: who is told a fault mattered knows that it fired.
_DISPENSABLE = ("seconds", "fired", "faults", "mattered", "messages")

_WORDS: dict[ExitCode, str] = {
    ExitCode.VERIFIED: "VERIFIED",
    ExitCode.VIOLATED: "VIOLATED",
    ExitCode.BAD_INPUT: "BAD INPUT",
    ExitCode.INCONCLUSIVE: "INCONCLUSIVE",
    ExitCode.BUG: "BUG IN CABLECHECK",
    ExitCode.INTERRUPTED: "INTERRUPTED",
    ExitCode.TERMINATED: "TERMINATED",
}


def table(judgements: Iterable[Judgement], width: int | None = None) -> str:
    """One line a judgement under a header; the last column, what went wrong, is the only one that grows long.

    `width` is the terminal's, in characters: columns of numbers go until no line is longer, or none is left to go.
    """
    rows = [HEADER, *(row(judgement) for judgement in judgements)]
    shown = list(HEADER)
    lines = _lines(rows, shown)
    for name in _DISPENSABLE:
        if width is None or max(map(len, lines)) <= width:
            break
        shown.remove(name)
        lines = _lines(rows, shown)
    return "\n".join(lines)


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


def footers(judgements: Sequence[Judgement]) -> Iterator[str]:
    """What the table has no column for and nobody should overlook: losses that are accepted, by whose list, and a truth by hearsay."""
    for judgement in judgements:
        if judgement.accepted:
            yield f"accepted in {visible(judgement.verdict.scenario)}: {visible(judgement.accepted)}"
    hearsay = [visible(each.verdict.scenario) for each in judgements if each.verdict.source == "ledger"]
    if hearsay:
        yield f"of {listed(hearsay)}: {BY_LEDGER}"


def row(judgement: Judgement) -> tuple[str, ...]:
    """Its cells, one for each word of HEADER."""
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


def _lines(rows: Sequence[tuple[str, ...]], shown: Sequence[str]) -> list[str]:
    columns = []
    for name in shown:
        cells = [row[HEADER.index(name)] for row in rows]
        width = max(map(len, cells))
        columns.append([cell.rjust(width) if name in _NUMBERS else cell.ljust(width) for cell in cells])
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
