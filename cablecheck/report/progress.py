"""What a run says of itself while it goes: three kinds of event. How they are told is the command line's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cablecheck.checker.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Started:
    """The scenario of this name began to play."""

    scenario: str


@dataclass(frozen=True, slots=True)
class Stepped:
    """Step `step` (from 1; the closing protocol's go on counting) of the scenario began."""

    scenario: str
    step: int
    verb: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The scenario was played and judged; `folder` holds its run."""

    judgement: Judgement
    folder: Path


Progress: TypeAlias = Started | Stepped | Finished
