"""The doctor's table as text and as JSON. Whatever a target says in it is made visible."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cablecheck.doctor.diagnosis import Row, Standing
from cablecheck.doctor.examination import CHECKS
from cablecheck.errors import ExitCode
from cablecheck.report.visible import shortened

_NAMES = max(len(check.name) for check in CHECKS)
_LONGEST = 400  # characters: a target may quote itself at any length
_STANDINGS = max(map(len, Standing))
_WORDS = {
    ExitCode.VERIFIED: "FIT",
    ExitCode.VIOLATED: "UNFIT: messages can be lost, forged, or read by others",
    ExitCode.BAD_INPUT: "MISDESCRIBED: the target file does not fit the target",
    ExitCode.INCONCLUSIVE: "NOT EXAMINED: the target is down, or could not be looked at to the end",
}


def header() -> str:
    """The names of the columns."""
    return _line("check", "result", "what was seen")


def lines(row: Row) -> Iterator[str]:
    """A row, and under it what to do."""
    diagnosis = row.diagnosis
    yield _line(row.check, diagnosis.standing.value, shortened(diagnosis.seen, _LONGEST))
    if diagnosis.remedy:
        yield _line("", "", f"-> {shortened(diagnosis.remedy, _LONGEST)}")


def headline(rows: Sequence[Row], code: ExitCode) -> str:
    """The last line: how the target stands, and how many rows came out how."""
    counts = Counter(row.diagnosis.standing for row in rows)
    told = ", ".join(f"{counts[standing]} {standing}" for standing in Standing if counts[standing])
    return f"{_WORDS[code]}; {told}; exit code {int(code)}"


def as_json(name: str, rows: Iterable[Row], code: ExitCode) -> str:
    """All of it as one JSON object."""
    told = [
        {
            "check": row.check,
            "result": row.diagnosis.standing.value,
            "seen": shortened(row.diagnosis.seen, _LONGEST),
            "remedy": shortened(row.diagnosis.remedy, _LONGEST),
            "exit_code": int(row.diagnosis.exit_code),
        }
        for row in rows
    ]
    return json.dumps({"target": name, "exit_code": int(code), "checks": told}, ensure_ascii=False, indent=2)


def _line(check: str, standing: str, seen: str) -> str:
    return f"{check:<{_NAMES}}  {standing:<{_STANDINGS}}  {seen}".rstrip()
