"""From what lies in a run's folder to its judgement: the contents of files in, the same verdict as the run's out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cablecheck import truth
from cablecheck.checker.expectation import accept, hold_against
from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Judgement, Verdict
from cablecheck.errors import BadInputError
from cablecheck.history import BUNDLED, Event, RunBegan, TruthRead
from cablecheck.history.lines import read_events
from cablecheck.report.visible import counted, visible
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_scenario
from cablecheck.target.reading import known_in


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The contents of a run's folder; `folder` is the name that errors give it. A run cut short has no truth."""

    folder: str
    history: Iterable[bytes]
    scenario: str | None = None
    truth: bytes | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Rejudged:
    """The judgement, the history that it was made from, and what the folder lacked: one line each.

    `defects` are those that were switched on beyond the scenario's own.
    """

    judgement: Judgement
    events: tuple[Event, ...]
    lacking: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    @property
    def began(self) -> RunBegan:
        """The first line of the history."""
        began = self.events[0]
        assert isinstance(began, RunBegan), "what is judged from files begins with a run"
        return began


def judge_files(files: RunFiles) -> Rejudged:
    """Judge a run again. Raises BadInputError for files that a run did not write like this."""
    reading = read_events(files.history, f"{files.folder}/history.jsonl")
    stored = truth.decode(files.truth, f"{files.folder}/truth.json") if files.truth is not None else None
    _check_truth(f"{files.folder}/truth.json", stored, reading.events)
    began = _began(files, reading.events)
    scenario = _scenario(files, began)
    more = tuple(each for each in began.defects if scenario is not None and each not in scenario.defects)
    verdict = judge(reading.events, stored)
    if began.target == BUNDLED:
        judgement = hold_against(verdict, None if scenario is None or more else scenario.expect)
    else:
        place = f"{files.folder}/target.toml"
        known = {} if files.target is None else known_in(files.target, place, began.target)
        judgement = accepted(verdict, began.target, known)
    lacking = [reading.torn] if reading.torn else []
    if stored is None:
        lacking.append(
            f"{files.folder}: no truth.json, so the run ended before the target was asked what it stored"
        )
    return Rejudged(judgement, reading.events, tuple(lacking), more)


def accepted(verdict: Verdict, target: str, known: Mapping[str, Mapping[str, Known]]) -> Judgement:
    """How a verdict at a target of the user's stands, by the losses that its file accepts."""
    mine = known.get(verdict.scenario, {}).get(verdict.profile)
    return accept(verdict, mine, f"target.{target}.known.{verdict.scenario}")


def _scenario(files: RunFiles, began: RunBegan) -> Scenario | None:
    """What was played; None at a target of the user's, where nothing is expected: a loss is a loss, known or not."""
    if began.target != BUNDLED:
        return None
    if files.scenario is None:
        raise BadInputError(
            f"{files.folder}: no scenario.yaml in it; give the folder of a run as it was written"
        )
    place = f"{files.folder}/scenario.yaml"
    scenario = read_scenario(files.scenario, place)
    if scenario.name != began.scenario:
        fact = f"it tells '{scenario.name}', and the run played '{visible(began.scenario)}'"
        raise BadInputError(f"{place}: {fact}; restore the file as the run wrote it")
    return scenario


def _check_truth(place: str, stored: truth.Truth | None, events: tuple[Event, ...]) -> None:
    """Another run's truth would find everything unstored. Raises BadInputError."""
    read = next((event for event in events if isinstance(event, TruthRead)), None)
    if stored is not None and read is not None and read.messages != len(stored.messages):
        fact = f"{counted(len(stored.messages), 'message')}, where the run read {read.messages}"
        raise BadInputError(f"{place}: {fact}; restore the file as the run wrote it")


def _began(files: RunFiles, events: tuple[Event, ...]) -> RunBegan:
    if events and isinstance(events[0], RunBegan):
        return events[0]
    fact = "the history does not begin with a run"
    raise BadInputError(f"{files.folder}/history.jsonl:1: {fact}; give the folder of one that had begun")
