"""Which line of a scenario a verdict points at."""

import pytest

from cablecheck.checker.verdict import FaultEvidence, Finding, Outcome, Verdict
from cablecheck.report.story_line import line_of
from cablecheck.scenario.reading import read_scenario

STORY = read_scenario(
    """\
# A comment, and only then the name.
name: x
story: The line is cut twice.
steps:
  - publish: {count: 1}
  - cut: {how: rst}
  - publish: {count: 1}

  - cut: {how: fin}
""",
    "x.yaml",
)
FIRST = FaultEvidence(fault="cut-2", verb="cut", step=2, mattered=True, at_stake=("m1",))
SECOND = FaultEvidence(fault="cut-4", verb="cut", step=4, mattered=True, at_stake=("m2",))
IDLE = FaultEvidence(fault="cut-2", verb="cut", step=2, why="it was never fired")
CLOSING = FaultEvidence(fault="cut-9", verb="cut", step=9, mattered=True, at_stake=("m2",))
LOST = Finding(word="lost", label="m2")
PROBE = Finding(word="lost", label="p1", probe=True)

LINES = {
    "the fault that had the lost message at stake": ((FIRST, SECOND), (LOST,), 9),
    "a fault that mattered, where none names the message": ((IDLE, FIRST), (LOST,), 6),
    "a fault that proved nothing": ((SECOND, IDLE), (), 6),
    "a lost probe is nobody's": ((SECOND,), (PROBE,), 2),
    "a step of the closing protocol": ((CLOSING,), (LOST,), 2),
    "no fault at all": ((), (LOST,), 2),
}


@pytest.mark.parametrize(("faults", "findings", "line"), LINES.values(), ids=LINES.keys())
def test_the_line_is_that_of_the_step_that_struck_or_of_the_name(
    faults: tuple[FaultEvidence, ...], findings: tuple[Finding, ...], line: int
) -> None:
    verdict = Verdict(outcome=Outcome.VIOLATED, faults=faults, findings=findings)
    assert line_of(STORY, verdict) == line


def test_a_story_whose_name_stands_nowhere_begins_at_its_first_line() -> None:
    flow = read_scenario('{"name": "x", "story": "x", "steps": [{"publish": {"count": 1}}]}', "x.yaml")
    assert line_of(flow, Verdict(outcome=Outcome.INCONCLUSIVE)) == 1
