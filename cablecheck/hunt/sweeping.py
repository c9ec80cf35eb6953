"""A sweep: every cell, or many random worlds, on all cores, and what came of them."""

from __future__ import annotations

import ctypes
import os
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from multiprocessing import active_children, get_context, parent_process
from typing import TypeAlias

import msgspec

from cablecheck.client.profiles import Profile, profile_named
from cablecheck.history import StepEnded
from cablecheck.hunt.cells import Cell, pairs, singles
from cablecheck.hunt.outcomes import Outcome, Result, result_of
from cablecheck.hunt.worlds import random_world
from cablecheck.scenario.defects import Defect
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast

# One task of a worker: small enough to show progress, large enough that sending it costs nothing.
_CHUNK = 200
# How often a stop is looked for while all workers are busy.
_LOOK_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

Chunk: TypeAlias = "list[tuple[Result, float]]"  # what came of each, and how long it took in its own time

# How many losing cells are kept whole; all are counted.
MOST_KEPT = 100


class Plan(msgspec.Struct, frozen=True):
    """What is swept, against a chat with these defects. `random` None: every cell; else so many random worlds. `pairs`: two strikes as
    well as one."""

    profile: str
    without: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()
    seed: int = 0
    random: int | None = None
    pairs: bool = True

    @property
    def client(self) -> Profile:
        """The profile that is put to the test. Raises BadInputError."""
        profile = profile_named(self.profile)
        for rule in self.without:
            profile = profile.without(rule)
        return profile

    @property
    def size(self) -> int:
        """How many cells or worlds there are."""
        return len(_cells(pairs=self.pairs)) if self.random is None else self.random

    def scenario(self, index: int) -> Scenario:
        """One of them as a story."""
        if self.random is not None:
            scenario = random_world(self.seed + index)
        else:
            scenario = _cells(pairs=self.pairs)[index].scenario()
        return msgspec.structs.replace(scenario, defects=self.defects) if self.defects else scenario

    def place(self, index: int) -> tuple[str, str]:
        """Where one stands in the matrix: for a cell with one strike its beginning and moment, and the strike."""
        if self.random is not None:
            return ("random worlds", "all")
        cell = _cells(pairs=self.pairs)[index]
        where = f"{cell.beginning} {cell.blows[0].moment.name}"
        return (where if len(cell.blows) == 1 else f"{where}, then another", cell.blows[0].strike.name)

    def seed_of(self, index: int) -> int:
        """The seed of the world in which it is played."""
        return self.seed + index if self.random is not None else self.seed


@cache
def _cells(*, pairs: bool) -> Sequence[Cell]:
    return tuple(chain(singles(), _pairs() if pairs else ()))


_pairs = pairs


@dataclass
class Sweep:
    """What came of a plan. `matrix` counts the outcomes by place; `losing` are those kept whole, the shortest names first."""

    plan: Plan
    played: int = 0
    virtual_seconds: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    matrix: dict[tuple[str, str], Counter[Outcome]] = field(default_factory=dict)
    losing: list[tuple[int, Result]] = field(default_factory=list)
    unreached: list[int] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every cell was played."""
        return self.played == self.plan.size

    def add(self, index: int, result: Result) -> None:
        """Count one."""
        self.played += 1
        self.outcomes[result.outcome] += 1
        self.matrix.setdefault(self.plan.place(index), Counter())[result.outcome] += 1
        if result.outcome in (Outcome.LOSING, Outcome.DEAF, Outcome.HUNG):
            self.losing.append((index, result))
        elif result.outcome is Outcome.UNREACHED:
            self.unreached.append(index)


def play(plan: Plan, index: int) -> tuple[Result, float]:
    """Play one, and say what came of it and how long it took in its own time. An error of ours is raised, not counted."""
    simulated = simulate(Cast(plan.scenario(index), plan.client, plan.seed_of(index)))
    verdict = simulated.judgement.verdict
    if verdict.bug is not None:
        raise AssertionError(f"{plan.scenario(index).name}: {verdict.bug}")
    if simulated.truth is None:
        return Result(Outcome.HUNG), verdict.seconds
    return result_of(verdict, told=plan.random is not None or _told(simulated)), verdict.seconds


def _told(simulated: Simulated) -> bool:
    """Whether every step was met and every fault fired. A random world has no such promise."""
    met = all(
        event.ended not in ("unmet", "failed") for event in simulated.events if isinstance(event, StepEnded)
    )
    return met and all(fault.fired for fault in simulated.judgement.verdict.faults)


def sweep(
    plan: Plan,
    *,
    jobs: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], object] = lambda: False,
) -> Sweep:
    """Play all of a plan on so many processes (None: one a core); `progress` is told how many more are done.

    The same plan gives the same sweep, whatever the number of processes. Once `stopped` says so nothing more is played, and the sweep is
    not whole.
    """
    chunks = ((start, min(start + _CHUNK, plan.size)) for start in range(0, plan.size, _CHUNK))
    workers = jobs or len(os.sched_getaffinity(0))
    played = _alone(plan, chunks) if workers == 1 else _together(plan, chunks, workers, stopped)
    found: dict[int, Chunk] = {}
    for start, chunk in played:
        found[start] = chunk
        progress(len(chunk))
        if stopped():
            break
    played.close()
    swept = Sweep(plan)
    for start in sorted(found):
        for index, (result, seconds) in enumerate(found[start], start):
            swept.add(index, result)
            swept.virtual_seconds += seconds
    return swept


def _alone(plan: Plan, chunks: Iterator[tuple[int, int]]) -> Generator[tuple[int, Chunk], None, None]:
    for start, stop in chunks:
        yield start, _play_chunk(plan, start, stop)


def _together(
    plan: Plan, chunks: Iterator[tuple[int, int]], workers: int, stopped: Callable[[], object]
) -> Generator[tuple[int, Chunk], None, None]:
    """Each chunk as it is done. Whoever looks no further leaves no process behind."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_serve) as pool:
        running: dict[Future[Chunk], int] = {}

        def begin(few: int) -> None:
            for start, stop in islice(chunks, few):
                running[pool.submit(_play_chunk, plan, start, stop)] = start

        try:
            begin(2 * workers)
            while running and not stopped():
                done, _ = wait(running, _LOOK_SECONDS, FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()
                begin(len(done))
        except BrokenProcessPool:
            if not stopped():  # a signal to the whole group may meet a worker that was not yet serving
                raise
        finally:
            if running:
                pool.shutdown(wait=False, cancel_futures=True)
                for child in active_children():
                    child.kill()


def _serve() -> None:
    """What a worker does first: a signal to the whole group is its parent's to heed, and it does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = parent_process()
    if parent is None or os.getppid() != parent.pid:  # it died before we asked to die with it
        os._exit(1)


def _play_chunk(plan: Plan, start: int, stop: int) -> Chunk:
    return [play(plan, index) for index in range(start, stop)]
