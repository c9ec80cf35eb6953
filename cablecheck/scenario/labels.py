"""The labels of a story: m1, m2, ... in the order in which its steps post messages."""

from __future__ import annotations

from cablecheck.scenario.model import Placed, Publish, Scenario, Send


def labels_of(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """One entry a step: the labels that it gives, empty for a step that posts nothing.

    The agent's `publish` and the visitor's `send` count in one row. A `send` posts from one page, so `on` changes nothing here.
    """
    return labels_of_steps(scenario.steps)


def labels_of_steps(steps: tuple[Placed, ...]) -> tuple[tuple[str, ...], ...]:
    """The same for steps that are no scenario yet."""
    given: list[tuple[str, ...]] = []
    last = 0
    for placed in steps:
        count = placed.step.count if isinstance(placed.step, Publish | Send) else 0
        given.append(tuple(f"m{number}" for number in range(last + 1, last + count + 1)))
        last += count
    return tuple(given)
