"""What `cablecheck run --simulate` does: play every scenario in virtual time, one after the other, and write its folder. Import it late."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cablecheck import truth
from cablecheck.checker.expectation import exit_code
from cablecheck.cli.stopping import signals_heeded
from cablecheck.client.profiles import Profile
from cablecheck.errors import ExitCode, InterruptedRun
from cablecheck.history.folder import RunFolder
from cablecheck.report.machine import render_json
from cablecheck.report.progress import Finished, Progress, Started
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast


def simulate_all(
    scenarios: Sequence[Scenario],
    *,
    profile: Profile,
    seed: int,
    report_dir: Path,
    stop_at_first: bool,
    strict: bool,
    progress: Callable[[Progress], None],
) -> None:
    """Play them all; `progress` is told each judgement. Raises InterruptedRun after the scenario during which a signal came."""
    with signals_heeded() as stopped_by:
        for scenario in scenarios:
            progress(Started(scenario.name))
            simulated = simulate(Cast(scenario, profile, seed))
            progress(Finished(simulated.judgement, _written(simulated, scenario, report_dir)))
            if stopped_by:
                raise InterruptedRun(stopped_by[0])
            if stop_at_first and exit_code(simulated.judgement, strict=strict) != ExitCode.VERIFIED:
                return


def _written(simulated: Simulated, scenario: Scenario, report_dir: Path) -> Path:
    """The run's folder: the same files as a live run's."""
    utc = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    folder = RunFolder(report_dir, scenario.name, scenario.text, utc=utc, run=secrets.token_hex(3))
    for event in simulated.events:
        folder.write(event)
    folder.close()
    if simulated.truth is not None:
        folder.put("truth.json", truth.encode(simulated.truth))
    folder.put("verdict.json", render_json(simulated.judgement))
    return folder.path
