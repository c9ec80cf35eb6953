"""How `run` and `judge` tell what came of it: the exit code is settled first, and no report that fails can change it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from cablecheck.checker.expectation import exit_code
from cablecheck.cli.github import add_to_step_summary, annotate
from cablecheck.cli.screen import answer, is_github, remark, silence, width_of, without_secrets
from cablecheck.errors import CablecheckError, ExitCode, worst
from cablecheck.history.whole_file import write_whole
from cablecheck.report.junit import render_junit
from cablecheck.report.kinds import FILES, Kind
from cablecheck.report.machine import Reported, render_json
from cablecheck.report.markdown import render_markdown
from cablecheck.report.summary import Summary
from cablecheck.report.text import render_text

_RENDERERS: dict[Kind, Callable[[Summary], bytes]] = {
    Kind.TEXT: lambda summary: f"{summary.text()}\n".encode(),
    Kind.JSON: lambda summary: f"{summary.json()}\n".encode(),
    Kind.JUNIT: render_junit,
    Kind.MARKDOWN: lambda summary: render_markdown(summary).encode(),
}


def tell(
    reported: Sequence[Reported],
    *,
    asked: int,
    strict: bool = False,
    as_json: bool = False,
    ended_by: Sequence[CablecheckError] = (),
    whole: bool = False,
    unplayed: Sequence[str] = (),
    kinds: Iterable[Kind] = (),
    report_dir: Path = Path(),
) -> ExitCode:
    """Print the report on `asked` runs, write those of these `kinds` into `report_dir`, and return the exit code of all.

    Each failure is told at length, the others in the table alone; `whole` tells all of them at length. `ended_by` kept the
    other runs from being judged, those named `unplayed`: it goes to standard error.
    """
    codes = [exit_code(one.judgement, strict=strict) for one in reported]
    code = worst([*codes, *(error.exit_code for error in ended_by)])
    said = tuple(
        dict.fromkeys(line for error in ended_by for line in without_secrets(str(error)).split("\n"))
    )
    for line in said:
        remark(line)
    summary = Summary(
        reported=reported, code=code, asked=asked, unplayed=unplayed, errors=said, strict=strict, whole=whole
    )
    for kind in kinds:
        path = report_dir / FILES[kind]
        _carefully(str(path), partial(_write_one, path, summary, _RENDERERS[kind]))
    _tell_github(summary)
    if not _carefully("standard output", partial(_answer, summary, as_json=as_json)):
        silence(sys.stdout)
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
        remark(
            f"{folder}: the reports could not be written ({str(error).partition(chr(10))[0]}); the verdict stands"
        )


def _write_one(path: Path, summary: Summary, render: Callable[[Summary], bytes]) -> None:
    content = render(summary)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def _answer(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        answer(summary.json())
    elif summary.reported:
        answer(summary.text(width_of(sys.stdout)))


def _tell_github(summary: Summary) -> None:
    if is_github(os.environ):
        _carefully("annotations", partial(annotate, summary, os.environ))
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        _carefully(page, partial(add_to_step_summary, summary, Path(page)))


def _carefully(place: str, tell_it: Callable[[], None]) -> bool:
    """Tell it; whatever keeps it from being told is one line on standard error, and changes nothing."""
    try:
        tell_it()
    except OSError as error:
        fact = f"can't be written: {(error.strerror or str(error)).lower()}"
    except Exception as error:  # noqa: BLE001 - a report that fails must not change the verdict
        fact = f"can't be made: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    else:
        return True
    remark(f"{place}: the report {fact}; the verdict and the exit code stand")
    return False
