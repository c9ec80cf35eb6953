"""What `cablecheck judge` does: read run folders, judge them again, write their reports anew, tell it. Import it late."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from cablecheck.cli.screen import remark
from cablecheck.cli.telling import tell, write_reports
from cablecheck.client.profiles import profile_words
from cablecheck.errors import BadInputError, ExitCode
from cablecheck.history import BUNDLED
from cablecheck.report.files import Rejudged, RunFiles, judge_files
from cablecheck.report.kinds import Kind, kinds_named
from cablecheck.report.machine import Reported
from cablecheck.scenario.shelf import shipped


def judge_again(
    folders: Sequence[Path],
    *,
    as_json: bool = False,
    strict: bool = False,
    report: Sequence[str] = (),
    report_dir: Path = Path("reports"),
) -> ExitCode:
    """Judge each folder's run and write its reports anew. Raises BadInputError, with every finding, before anything is written."""
    reported: list[Reported] = []
    findings: list[str] = []
    kinds: tuple[Kind, ...] = ()
    try:
        kinds = kinds_named(report)
    except BadInputError as error:
        findings += error.findings
    for folder in dict.fromkeys(folders):
        try:
            reported.append(_judged(folder))
        except BadInputError as error:
            findings += error.findings
    if findings:
        raise BadInputError(*findings)
    for one in reported:
        write_reports(one)
    return tell(
        reported,
        asked=len(reported),
        strict=strict,
        as_json=as_json,
        whole=True,
        kinds=kinds,
        report_dir=report_dir,
    )


def _judged(folder: Path) -> Reported:
    rejudged = read_run(folder)
    return Reported(
        rejudged.judgement,
        str(folder),
        _play_again(rejudged, folder),
        began=rejudged.began.utc.removesuffix("Z"),
    )


def read_run(folder: Path) -> Rejudged:
    """Judge the run in a folder again, telling what it lacks. Raises BadInputError."""
    history = folder / "history.jsonl"
    if not os.path.isfile(history):  # noqa: PTH113 - False, not an error, for a name that is too long
        raise BadInputError(f"{folder}: {_no_run(folder)}")
    try:
        scenario = _content(folder / "scenario.yaml")
        target = _content(folder / "target.toml")
        with history.open("rb") as lines:
            files = RunFiles(
                str(folder),
                lines,
                scenario.decode("utf-8", "replace") if scenario is not None else None,
                _content(folder / "truth.json"),
                target.decode("utf-8", "replace") if target is not None else None,
            )
            rejudged = judge_files(files)
    except OSError as error:
        raise BadInputError(
            f"{folder}: can't be read ({error.strerror}); give a folder that you may read"
        ) from error
    for line in rejudged.lacking:
        remark(line)
    return rejudged


def _no_run(folder: Path) -> str:
    """What is there instead of a run, and what to give instead."""
    remedy = "give the folder of a run, such as reports/20261122T094100Z-socket-kill-3f9a2c"
    if not os.path.exists(folder):  # noqa: PTH110 - as above
        return f"no such folder; {remedy}"
    if not folder.is_dir():
        return f"a file, and a run is a folder; give {shlex.quote(str(folder.parent))}"
    runs = sum(1 for _ in folder.glob("*/history.jsonl"))
    if runs:
        return f"no run but a folder of {runs}; give {shlex.quote(str(folder))}/*/ for all of them"
    return f"no history.jsonl in it; {remedy}"


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _play_again(rejudged: Rejudged, folder: Path) -> str:
    """By its name where it is the shipped one, else from the copy in the folder; a target by its name in the user's own file, as the kept one lacks its secrets."""
    verdict = rejudged.judgement.verdict
    copy = folder / "scenario.yaml"
    ours = {path.stem: path for path in shipped()}.get(verdict.scenario)
    word = verdict.scenario if ours is not None and _content(copy) == ours.read_bytes() else str(copy)
    began = rejudged.began
    target = [] if began.target == BUNDLED else ["--target", began.target]
    simulated = ["--simulate", "--seed", str(began.seed)] if began.world == "sim" else []
    defects = [word for defect in rejudged.defects for word in ("--defect", defect)]
    words = ["cablecheck", "run", word, *profile_words(began.profile), *defects, *simulated, *target]
    return shlex.join(words)
