"""One scenario from its first event to its verdict on disk."""

from __future__ import annotations

import random
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import trio

from cablecheck import history, truth
from cablecheck.checker.expectation import hold_against
from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Judgement
from cablecheck.client.profiles import Profile
from cablecheck.director.patience import longest_seconds, most_messages
from cablecheck.errors import FloodError, UnreachableError, first_of
from cablecheck.history import Event
from cablecheck.history.folder import RunFolder, masked
from cablecheck.live.pace import Pace
from cablecheck.live.proxy.lane import Write, write_all
from cablecheck.live.run import Cast, LiveRun
from cablecheck.live.server import BundledServer
from cablecheck.live.targets import Place
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.report.files import accepted
from cablecheck.report.machine import render_json
from cablecheck.report.progress import Progress, Stepped
from cablecheck.scenario.model import Scenario
from cablecheck.truth import Truth


@dataclass(frozen=True)
class Performance:
    """What every scenario of a session is played with."""

    profile: Profile
    report_dir: Path
    progress: Callable[[Progress], None]
    nemesis: Callable[[random.Random], Nemesis] = Nemesis
    pump: Write = write_all


@dataclass
class _Ending:
    """How a run ended, as far as it is known; until it says otherwise, it was interrupted."""

    word: Literal["complete", "deadline", "interrupted", "failed", "crashed"] = "interrupted"
    note: str | None = None
    truth: Truth | None = None


async def perform(
    performance: Performance,
    scenario: Scenario,
    place: Place,
    server: BundledServer | None,
    stop: trio.Event,
    deliver: Callable[[Judgement, Path], None],
) -> None:
    """Play one scenario, judge it and write it down, and `deliver` the judgement and the run's folder.

    Nothing that goes wrong in here is any other scenario's trouble: a run that hangs meets its deadline, and an error of our own
    becomes part of the judgement. Once `stop` is set the run is healed, and judged and delivered as far as it got.
    """
    began = _Began(
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), place.wire.values["run"], secrets.randbits(32)
    )
    folder = began.folder(performance.report_dir, scenario, place)
    live = LiveRun(
        Cast(
            scenario=scenario,
            profile=performance.profile,
            place=place,
            nonce=began.run,
            seed=began.seed,
            write=_writer(folder, performance.progress, scenario.name),
            folder=folder.path,
            server=server,
            nemesis=performance.nemesis,
            pump=performance.pump,
        )
    )
    live.record(lambda at: began.event(at, scenario, performance, place, live.rooms))
    ending = _Ending()
    try:
        await _play(live, scenario, place.pace, stop, ending)
    finally:
        live.record(lambda at: history.RunEnded(at, ending.word, ending.note))
        folder.close()
        deliver(_judged(folder, scenario, place, ending), folder.path)


@dataclass(frozen=True)
class _Began:
    """What tells this run from all others; its short id also marks its messages."""

    utc: str
    run: str
    seed: int

    def folder(self, report_dir: Path, scenario: Scenario, place: Place) -> RunFolder:
        """The folder of the run."""
        return RunFolder(
            report_dir,
            scenario.name,
            scenario.text,
            utc=self.utc,
            run=self.run,
            target=place.kept,
            mask=place.secrets.masked if place.secrets else None,
        )

    def event(
        self, at: float, scenario: Scenario, performance: Performance, place: Place, rooms: Mapping[str, int]
    ) -> history.RunBegan:
        """The first line of the history."""
        return history.RunBegan(
            at=at,
            run=self.run,
            scenario=scenario.name,
            profile=performance.profile.name,
            world="live",
            target=place.name,
            clients=tuple(rooms),
            nonce=self.run,
            version=version("cablecheck"),
            utc=self.utc,
            seed=self.seed,
            steps=len(scenario.steps),
            defects=scenario.defects,
            rooms=tuple(rooms.values()) if scenario.conversations > 1 else (),
        )


def _writer(
    folder: RunFolder, progress: Callable[[Progress], None], scenario: str
) -> Callable[[Event], None]:
    def write(event: Event) -> None:
        folder.write(event)
        if isinstance(event, history.StepBegan):
            progress(Stepped(scenario, event.step, event.verb))

    return write


async def _play(live: LiveRun, scenario: Scenario, pace: Pace, stop: trio.Event, ending: _Ending) -> None:
    limit = longest_seconds(scenario) + pace.longest_seconds(most_messages(scenario))
    try:
        with trio.move_on_after(limit) as patience:
            ending.truth = await live.play(stop)
            ending.word = "interrupted" if ending.truth is None else "complete"
        if patience.cancelled_caught:
            ending.word, ending.note = "deadline", f"the run did not end within {limit:g} s"
    except* (UnreachableError, FloodError) as group:
        ending.word, ending.note = "failed", str(first_of(group))
    except* Exception as group:  # noqa: BLE001 - an error of ours must not be taken for another scenario's
        error = first_of(group)
        ending.word, ending.note = "crashed", "".join(traceback.format_exception(error))


def _judged(folder: RunFolder, scenario: Scenario, place: Place, ending: _Ending) -> Judgement:
    stored = None if ending.truth is None else masked(ending.truth, place.secrets.masked)
    verdict = judge(folder.events, stored)
    if place.bundled:
        judgement = hold_against(verdict, scenario.expect)
    else:
        judgement = accepted(verdict, place.name, place.wire.target.known)
    if stored is not None:
        folder.put("truth.json", truth.encode(stored))
    folder.put("verdict.json", render_json(judgement))
    return judgement
