"""What `cablecheck sweep` does: play the plan, print the matrix, write the losing cells down. Import it late."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from cablecheck.cli.screen import answer, remark
from cablecheck.cli.stopping import signals_heeded
from cablecheck.client.profiles import profile_words
from cablecheck.errors import ExitCode
from cablecheck.history.whole_file import write_whole
from cablecheck.hunt.outcomes import Outcome
from cablecheck.hunt.sweeping import MOST_KEPT, Plan, Sweep, sweep
from cablecheck.scenario.defects import defects_named
from cablecheck.scenario.writing import write_scenario

_MOST_TOLD = 10
_COUNTEREXAMPLES = (Outcome.LOSING, Outcome.DEAF, Outcome.HUNG)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepWish:
    """What was asked for on the command line."""

    profile: str = "hellotext"
    without: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    singles: bool = False
    random: int | None = None
    seed: int = 0
    jobs: int | None = None
    report_dir: Path = Path("reports")
    as_json: bool = False


def run_sweep(wish: SweepWish) -> ExitCode:
    """Sweep and tell. Raises BadInputError before anything is played."""
    defects = defects_named(wish.defects)
    plan = Plan(wish.profile, wish.without, defects, wish.seed, wish.random, pairs=not wish.singles)
    _ = plan.client
    with (
        click.progressbar(
            length=plan.size, label="sweeping", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
        signals_heeded() as stopped_by,
    ):
        swept = sweep(plan, jobs=wish.jobs, progress=bar.update, stopped=lambda: stopped_by)
    folder = _write(swept, wish.report_dir) if swept.losing else None
    code = stopped_by[0] if stopped_by else _exit_code(swept)
    if wish.as_json:
        answer(json.dumps(_plain(swept, folder, code), indent=1))
    else:
        answer("\n".join(_text(swept, folder, code)))
    return code


def _exit_code(swept: Sweep) -> ExitCode:
    if swept.losing:
        return ExitCode.VIOLATED
    if not swept.whole or not swept.outcomes[Outcome.EFFECTIVE]:
        return ExitCode.INCONCLUSIVE
    return ExitCode.VERIFIED


def _write(swept: Sweep, report_dir: Path) -> Path | None:
    """The first losing cells as scenario files; a failure is told and changes nothing."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = report_dir / f"{stamp}-sweep-{swept.plan.client.name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for index, _ in swept.losing[:MOST_KEPT]:
            scenario = swept.plan.scenario(index)
            write_whole(folder / f"{scenario.name}.yaml", write_scenario(scenario).encode())
    except OSError as error:
        remark(f"{folder}: the losing cells can't be written: {(error.strerror or str(error)).lower()}")
        return None
    return folder


def _text(swept: Sweep, folder: Path | None, code: ExitCode) -> Iterator[str]:
    plan = swept.plan
    yield from _matrix(swept)
    yield ""
    for index, result in swept.losing[:_MOST_TOLD]:
        yield f"{plan.scenario(index).name}: {result}"
    if len(swept.losing) > _MOST_TOLD:
        kept = f"; the first {MOST_KEPT} are written down" if len(swept.losing) > MOST_KEPT else ""
        yield f"and {len(swept.losing) - _MOST_TOLD} more{kept}"
    if folder is not None:
        index, _ = swept.losing[0]
        yield f"play it again:   {_again(plan, folder / f'{plan.scenario(index).name}.yaml', plan.seed_of(index))}"
        yield ""
    yield _headline(swept, code)


def _again(plan: Plan, path: Path, seed: int) -> str:
    words = ["cablecheck", "run", str(path), "--simulate", "--seed", str(seed)]
    return shlex.join([*words, *profile_words(plan.client.name)])


def _headline(swept: Sweep, code: ExitCode) -> str:
    what = "cells" if swept.plan.random is None else "random worlds"
    counts = ", ".join(f"{swept.outcomes[each]:,} {each}" for each in Outcome if swept.outcomes[each])
    who = swept.plan.client.name
    if swept.plan.defects:
        who += f" against a chat with {', '.join(swept.plan.defects)}"
    if code == ExitCode.VERIFIED:
        said = f"NO COUNTEREXAMPLE among {swept.played:,} {what} for {who}"
    elif code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        said = f"INTERRUPTED after {swept.played:,} of {swept.plan.size:,} {what} for {who}"
    elif code == ExitCode.VIOLATED:
        said = f"{len(swept.losing):,} COUNTEREXAMPLES among {swept.played:,} {what} for {who}"
    else:
        said = f"INCONCLUSIVE: nothing was at stake in {swept.played:,} {what} for {who}"
    return f"{said}: {counts}; {swept.virtual_seconds / 3600:,.1f} virtual hours; exit code {int(code)}"


def _matrix(swept: Sweep) -> Iterator[str]:
    """Losing of those that were reached, by where and what; `-` where none was."""
    if not swept.matrix:
        return
    rows = list(dict.fromkeys(place[0] for place in swept.matrix))
    columns = list(dict.fromkeys(place[1] for place in swept.matrix))
    width = max(map(len, rows))
    yield "losing / reached".ljust(width) + "".join(f"{column:>14}" for column in columns)
    for row in rows:
        entries = (_entry(swept.matrix.get((row, column))) for column in columns)
        yield (row.ljust(width) + "".join(f"{entry:>14}" for entry in entries)).rstrip()


def _entry(counts: Counter[Outcome] | None) -> str:
    if counts is None:
        return ""
    reached = counts.total() - counts[Outcome.UNREACHED]
    return f"{sum(counts[each] for each in _COUNTEREXAMPLES)}/{reached}" if reached else "-"


def _plain(swept: Sweep, folder: Path | None, code: ExitCode) -> dict[str, object]:
    plan = swept.plan
    return {
        "exit_code": int(code),
        "headline": _headline(swept, code),
        "profile": plan.client.name,
        "defects": plan.defects,
        "seed": plan.seed,
        "size": plan.size,
        "played": swept.played,
        "outcomes": {str(outcome): swept.outcomes[outcome] for outcome in Outcome},
        "matrix": [
            {"where": where, "what": what, **{str(each): counts[each] for each in Outcome if counts[each]}}
            for (where, what), counts in swept.matrix.items()
        ],
        "losing": [
            {"scenario": plan.scenario(index).name, "seed": plan.seed_of(index), "words": result.words}
            for index, result in swept.losing
        ],
        "unreached": [plan.scenario(index).name for index in swept.unreached],
        "folder": None if folder is None else str(folder),
    }
