"""Many scenarios played side by side, each in a conversation of its own, each with its own deadline; and signals, heeded."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

import trio

from cablecheck.checker.expectation import exit_code
from cablecheck.checker.verdict import Judgement
from cablecheck.client.profiles import Profile
from cablecheck.errors import CablecheckError, ExitCode, InterruptedRun, first_of
from cablecheck.live.arrival import begun, place_at
from cablecheck.live.judged import Performance, perform
from cablecheck.live.pace import Pace
from cablecheck.live.proxy.lane import Write, write_all
from cablecheck.live.server import BundledServer, bundled_server
from cablecheck.live.targets import Place, pace_of
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.report.progress import Finished, Progress, Started
from cablecheck.scenario.model import Restart, Scenario
from cablecheck.target.reading import Described
from cablecheck.target.webchat import has_one_conversation

_EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


@dataclass
class _Session:
    """What the scenarios of one command have in common, and what came of them so far, by their place in the order."""

    performance: Performance
    target: Described | None
    stop_at_first: bool
    strict: bool
    progress: Callable[[Progress], None]
    slots: trio.CapacityLimiter
    pace: Pace = field(default_factory=Pace)
    stage: trio.CancelScope = field(default_factory=trio.CancelScope)
    stop: trio.Event = field(default_factory=trio.Event)
    judgements: dict[int, Judgement] = field(default_factory=dict)
    stopped_by: ExitCode | None = None

    async def play_all(self, scenarios: Sequence[Scenario]) -> None:
        with self.stage:
            async with self._shared_server(scenarios) as shared, trio.open_nursery() as nursery:
                for index, scenario in enumerate(scenarios):
                    nursery.start_soon(self._play_or_halt, index, scenario, shared)

    async def _play_or_halt(self, index: int, scenario: Scenario, shared: BundledServer | None) -> None:
        try:
            await self._play(index, scenario, shared)
        except CablecheckError:  # there is nobody to play against: for no scenario
            self.stop.set()
            raise

    async def _play(self, index: int, scenario: Scenario, shared: BundledServer | None) -> None:
        async with self.slots, self._place_for(scenario, shared) as (place, server):
            self.progress(Started(scenario.name))
            with trio.CancelScope(shield=True):  # once it plays it ends by itself, in good order
                await perform(
                    self.performance, scenario, place, server, self.stop, partial(self._deliver, index)
                )

    def halt(self) -> None:
        """End what plays, and begin nothing more."""
        self.stop.set()
        self.stage.cancel()

    def _deliver(self, index: int, judgement: Judgement, folder: Path) -> None:
        if self.stop.is_set() and self.stopped_by is None:
            return  # stopped at the first failure, and this was not it
        self.judgements[index] = judgement
        self.progress(Finished(judgement, folder))
        if self.stop_at_first and exit_code(judgement, strict=self.strict) != ExitCode.VERIFIED:
            self.halt()

    @asynccontextmanager
    async def _shared_server(self, scenarios: Sequence[Scenario]) -> AsyncIterator[BundledServer | None]:
        if self.target is not None or all(map(_needs_its_own, scenarios)):
            yield None
            return
        with TemporaryDirectory(prefix="cablecheck-", ignore_cleanup_errors=True) as folder:
            async with bundled_server(Path(folder)) as server:
                yield server

    @asynccontextmanager
    async def _place_for(
        self, scenario: Scenario, shared: BundledServer | None
    ) -> AsyncIterator[tuple[Place, BundledServer | None]]:
        if self.target is not None:
            yield await place_at(self.target, self.pace), None
        elif shared is not None and not _needs_its_own(scenario):
            yield await begun(shared.place), None
        else:
            with TemporaryDirectory(prefix="cablecheck-", ignore_cleanup_errors=True) as folder:
                async with bundled_server(Path(folder), scenario.defects) as server:
                    yield await begun(server.place), server

    async def heed_signals(self) -> None:
        """The first signal ends the runs in good order; from then on a signal ends the process where it stands."""
        with trio.open_signal_receiver(*_EXIT_CODES) as received:
            async for number in received:
                self.stopped_by = _EXIT_CODES[signal.Signals(number)]
                for each in _EXIT_CODES:
                    signal.signal(each, _leave_at_once)
                self.halt()


async def play_all(
    scenarios: Sequence[Scenario],
    *,
    profile: Profile,
    jobs: int,
    report_dir: Path,
    target: Described | None,
    stop_at_first: bool,
    strict: bool,
    progress: Callable[[Progress], None],
    nemesis: Callable[[random.Random], Nemesis] = Nemesis,
    pump: Write = write_all,
) -> list[Judgement]:
    """Play the scenarios, at most `jobs` at once, and judge each; the judgements in the order of the scenarios.

    Where a target file names one conversation, it takes one scenario at a time. Raises UnreachableError when there is nobody to play against, and
    InterruptedRun on SIGINT or SIGTERM; what was judged until then, `progress` was told. `nemesis` and `pump` are the honest ones, but
    in the tests of honesty.
    """
    at_once = 1 if target is not None and has_one_conversation(target.target) else jobs
    session = _Session(
        performance=Performance(profile, report_dir, progress, nemesis, pump),
        target=target,
        stop_at_first=stop_at_first,
        strict=strict,
        progress=progress,
        slots=trio.CapacityLimiter(at_once),
        pace=Pace() if target is None else pace_of(target, sharers=min(at_once, len(scenarios))),
    )
    await _to_the_end(session, scenarios)
    return [session.judgements[index] for index in sorted(session.judgements)]


async def _to_the_end(session: _Session, scenarios: Sequence[Scenario]) -> None:
    failed: CablecheckError | None = None
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.heed_signals)
            await session.play_all(scenarios)
            nursery.cancel_scope.cancel()
    except* CablecheckError as group:
        failed = next(error for error in (first_of(group),) if isinstance(error, CablecheckError))
    if failed is not None:
        raise failed
    if session.stopped_by is not None:
        raise InterruptedRun(session.stopped_by)


def _needs_its_own(scenario: Scenario) -> bool:
    """Whether the server must be this scenario's alone: it restarts it, or it is told with defects."""
    return bool(scenario.defects) or any(isinstance(placed.step, Restart) for placed in scenario.steps)


def _leave_at_once(number: int, _frame: FrameType | None) -> NoReturn:
    os._exit(_EXIT_CODES[signal.Signals(number)])
