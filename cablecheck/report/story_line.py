"""The line of a scenario file that a verdict points at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cablecheck.checker.verdict import FaultEvidence, Verdict
from cablecheck.scenario.model import Scenario

_NAME = re.compile(r"^name\s*:", re.MULTILINE)


def line_of(scenario: Scenario, verdict: Verdict) -> int:
    """Where the step stands that struck: the first fault at whose hands a message went wrong, or else the one that proved nothing.

    Where it was no fault of the story, the line of its `name:`.
    """
    fault = next(_blamed(verdict), None)
    if fault is not None and 0 < fault.step <= len(scenario.steps):
        return scenario.steps[fault.step - 1].line
    name = _NAME.search(scenario.text)
    return scenario.text.count("\n", 0, name.start()) + 1 if name else 1


def _blamed(verdict: Verdict) -> Iterator[FaultEvidence]:
    wrong = {finding.label for finding in verdict.findings if not finding.probe}
    yield from (fault for fault in verdict.faults if wrong.intersection(fault.at_stake))
    if wrong:
        yield from (fault for fault in verdict.faults if fault.mattered)
    yield from (fault for fault in verdict.faults if fault.doubt)
