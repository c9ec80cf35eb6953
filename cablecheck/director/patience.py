"""How long a run may take before it counts as hung."""

from __future__ import annotations

from math import floor

from cablecheck.director.closing import Probe, closing_steps
from cablecheck.scenario.model import (
    PATIENCE,
    Await,
    Connect,
    Deploy,
    Publish,
    Restart,
    Scenario,
    Send,
    Settle,
    Step,
    Switch,
    Wait,
)
from cablecheck.scenario.units import per_second

# How long a command that met its deadline may take to be gone.
KILLING_SECONDS = 15.0
# What a step without a time limit of its own may take.
_STEP_SECONDS = 15.0


def most_messages(scenario: Scenario) -> int:
    """How many messages the story posts at most, told to its end in all its conversations: the agent's, the visitor's, the probes."""
    steps = [placed.step for placed in scenario.steps + closing_steps(scenario.deadline)]
    return sum(_most_messages(step, scenario.conversations) for step in steps)


def _most_messages(step: Step, conversations: int) -> int:
    match step:
        case Send(count=count, on=on) if on is not None:
            return count
        case Publish(count=count) | Send(count=count):
            return count * conversations
        case Deploy(within=within, traffic=rate) if rate is not None:
            return (1 + floor((within + KILLING_SECONDS) * per_second(rate))) * conversations
        case Probe():
            return conversations
        case _:
            return 0


def longest_seconds(scenario: Scenario) -> float:
    """The longest that a run of this scenario may take before it counts as hung."""
    placed = scenario.steps + closing_steps(scenario.deadline)
    return sum(_step_seconds(each.step) for each in placed) + PATIENCE


def _step_seconds(step: Step) -> float:
    match step:
        case Await(within=within) | Settle(within=within) | Wait(for_=within):
            return within
        case Publish(count=count, rate=rate):
            return _STEP_SECONDS + count * (0.05 if rate is None else 1 / per_second(rate))
        case Deploy(within=within):
            return _STEP_SECONDS + within + KILLING_SECONDS
        case Restart(down=down):
            return _STEP_SECONDS + down
        case _:
            return _STEP_SECONDS if isinstance(step, Connect | Send | Switch) else 1.0
