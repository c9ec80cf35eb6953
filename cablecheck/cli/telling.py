"""How `run` and `judge` tell what came of it: the exit code is settled first, and no report that fails can change it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from cablecheck.checker.expectation import exit_code
from cablecheck.cli.screen import answer, remark, silence, width_of
from cablecheck.errors import CablecheckError, ExitCode, worst
from cablecheck.history.whole_file import write_whole
from cablecheck.report.machine import Reported, render_all, render_json
from cablecheck.report.table import table, total
from cablecheck.report.text import render_text


def tell(
    reported: Sequence[Reported],
    *,
    asked: int,
    strict: bool = False,
    as_json: bool = False,
    ended_by: Sequence[CablecheckError] = (),
    whole: bool = False,
) -> ExitCode:
    """Print the report on `asked` runs and return the exit code of all.

    Each failure is told at length, the others in the table alone; `whole` tells all of them at length. `ended_by` kept the
    other runs from being judged: it goes to standard error.
    """
    codes = [exit_code(one.judgement, strict=strict) for one in reported]
    code = worst([*codes, *(error.exit_code for error in ended_by)])
    said = list(dict.fromkeys(line for error in ended_by for line in str(error).split("\n")))
    for line in said:
        remark(line)
    try:
        headline = total([one.judgement for one in reported], code, asked=asked)
        if as_json:
            answer(render_all(reported, code, headline=headline, errors=said))
        elif reported:
            at_length = [
                one for one, its in zip(reported, codes, strict=True) if whole or its != ExitCode.VERIFIED
            ]
            answer("\n".join(_text(reported, at_length, headline)))
    except OSError as error:
        silence(sys.stdout)
        fact = (error.strerror or str(error)).lower()
        remark(
            f"standard output: the report can't be written: {fact}; the exit code stands, and so do the folders"
        )
    except Exception:  # noqa: BLE001 - a report that fails must not change the verdict
        remark(f"{traceback.format_exc()}the report could not be written; the exit code stands")
    return code


def write_reports(one: Reported, *, verdict: bool = True) -> None:
    """Write report.txt into the run's folder, and verdict.json unless the run did so itself; a failure is told and changes nothing."""
    if one.folder is None:
        return
    folder = Path(one.folder)
    try:
        text = render_text(one.judgement, play_again=one.play_again, folder=one.folder)
        if verdict:
            write_whole(folder / "verdict.json", render_json(one.judgement))
        write_whole(folder / "report.txt", f"{text}\n".encode())
    except Exception as error:  # noqa: BLE001 - a report that fails must not change the verdict
        remark(f"{folder}: the reports could not be written ({error}); the verdict stands")


def _text(reported: Sequence[Reported], at_length: Sequence[Reported], headline: str) -> Iterator[str]:
    for one in at_length:
        yield render_text(one.judgement, play_again=one.play_again, folder=one.folder)
        yield ""
    yield table((one.judgement for one in reported), width_of(sys.stdout))
    yield ""
    yield headline
