"""What `cablecheck bench` does: play the reference scenario many times, and say how fast that was. Import it late."""

from __future__ import annotations

import json
import platform
import time
from dataclasses import dataclass
from importlib.resources import as_file, files
from statistics import median

from cablecheck.checker.verdict import Standing
from cablecheck.cli.screen import answer
from cablecheck.cli.shares import PARTS, Part, metered
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.errors import CablecheckError, ExitCode
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_path
from cablecheck.sim.playing import VERSION, simulate
from cablecheck.sim.world import Cast

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured: of one round its virtual seconds and events, of each round its CPU time."""

    scenarios: int
    virtual_seconds: float
    events: int
    cpu_seconds: tuple[float, ...]
    shares: dict[Part, float]

    @property
    def scenarios_per_second(self) -> float:
        """By the round in the middle, as all rates."""
        return self.scenarios / median(self.cpu_seconds)

    @property
    def virtual_seconds_per_cpu_second(self) -> float:
        """How much faster than on a wall clock."""
        return self.virtual_seconds / median(self.cpu_seconds)


def bench(scenarios: int, *, as_json: bool) -> ExitCode:
    """Measure and tell. Raises CablecheckError when the reference scenario is not verified."""
    speed = _measured(reference(), scenarios)
    answer(_machine(speed) if as_json else "\n".join(_lines(speed)))
    return ExitCode.VERIFIED


def reference() -> Scenario:
    """The scenario by which speeds are compared."""
    with as_file(files("cablecheck.sim") / "reference.yaml") as path:
        return read_path(path)


def _measured(scenario: Scenario, scenarios: int) -> Speed:
    """Two rounds more than are counted: one to warm up, and one under the clocks that tell the shares."""
    casts = [Cast(scenario, HELLOTEXT, seed) for seed in range(scenarios)]
    virtual_seconds, events = _played(casts)
    rounds: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        _played(casts)
        rounds.append(time.process_time() - began)
    with metered() as meter:
        _played(casts)
    return Speed(scenarios, virtual_seconds, events, tuple(rounds), meter.shares())


def _played(casts: list[Cast]) -> tuple[float, int]:
    """Play and judge them all, one after the other: their virtual seconds and their events."""
    virtual_seconds, events = 0.0, 0
    for cast in casts:
        simulated = simulate(cast)
        if simulated.judgement.standing is not Standing.VERIFIED:
            raise CablecheckError(f"the reference scenario is not verified: {simulated.judgement.why}")
        virtual_seconds += simulated.judgement.verdict.seconds
        events += len(simulated.events)
    return virtual_seconds, events


def _lines(speed: Speed) -> list[str]:
    count = speed.scenarios
    each = f"{speed.virtual_seconds / count:.1f} virtual seconds and {speed.events / count:.0f} events each"
    return [
        f"{speed.scenarios_per_second:.0f} scenarios a second on one core, each played, kept and judged",
        f"{speed.virtual_seconds_per_cpu_second:.0f} virtual seconds a CPU second",
        ", ".join(f"{part} {speed.shares[part]:.0%}" for part in PARTS),
        f"CPU time of Python {platform.python_version()}, the median of {ROUNDS} rounds of {count}; {each}",
    ]


def _machine(speed: Speed) -> str:
    told = {
        "scenarios_per_second": speed.scenarios_per_second,
        "virtual_seconds_per_cpu_second": speed.virtual_seconds_per_cpu_second,
        "shares": speed.shares,
        "scenarios": speed.scenarios,
        "cpu_seconds": speed.cpu_seconds,
        "virtual_seconds": speed.virtual_seconds,
        "events": speed.events,
        "python": platform.python_version(),
        "version": VERSION,
    }
    return json.dumps(told, indent=1)
