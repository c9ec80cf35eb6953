"""One line a verdict, and one headline over all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.checker.verdict import Judgement, Outcome, Standing, Verdict
from cablecheck.errors import ExitCode
from cablecheck.report.table import footers, table, total
from cablecheck.report.text import render_text
from tests.report.samples import ACCEPTED, HEARSAY, INCONCLUSIVE, KNOWN, VERIFIED, VIOLATED, judgements, lost
from tests.unmeasured import unmeasured


def test_every_scenario_has_one_line_a_person_can_scan() -> None:
    assert table([VERIFIED, VIOLATED, KNOWN, INCONCLUSIVE]).split("\n") == [
        "scenario      verdict           messages  faults  fired  mattered  seconds  what went wrong",
        "calm          verified                 5       0      0         0      3.0  -",
        "socket-kill   violated                10       1      1         1     12.3  lost m6 m7 m10",
        "late-confirm  violated (known)         6       1      1         1      8.0  lost m4; lost probe p2",
        "never         inconclusive             3       1      0         0      2.0  fault hold-1 never fired",
    ]


@pytest.mark.parametrize(
    ("width", "header"),
    [
        (100, "scenario      verdict           messages  faults  fired  mattered  seconds  what went wrong"),
        (95, "scenario      verdict           messages  faults  fired  mattered  what went wrong"),
        (85, "scenario      verdict           messages  faults  mattered  what went wrong"),
        (70, "scenario      verdict           messages  what went wrong"),
        (10, "scenario      verdict           what went wrong"),
    ],
)
def test_a_narrow_terminal_goes_without_numbers(width: int, header: str) -> None:
    lines = table([VERIFIED, VIOLATED, KNOWN, INCONCLUSIVE], width).split("\n")
    assert lines[0] == header
    assert lines[3].endswith("  lost m4; lost probe p2")
    assert len(lines) == 5
    assert width == 10 or max(map(len, lines)) <= width


def test_forty_lost_messages_do_not_break_the_table() -> None:
    verdict = Verdict(
        outcome=Outcome.VIOLATED, scenario="x", findings=tuple(lost(f"m{n}") for n in range(1, 41))
    )
    line = table([Judgement(verdict=verdict, standing=Standing.VIOLATED)]).split("\n")[1]
    assert line.endswith("  lost m1 m2 m3 m4 m5 m6 m7 m8 and 32 more")


def test_what_is_accepted_and_what_is_hearsay_stands_below_the_table() -> None:
    assert list(footers([VERIFIED, KNOWN])) == []
    assert list(footers([ACCEPTED, HEARSAY])) == [
        "accepted in late-confirm: lost m4, by target.t.known.late-confirm",
        "of calm: the truth is the publisher's own ledger, as nobody could ask the target what it stored",
    ]
    assert "the publisher's own ledger" in render_text(HEARSAY)
    assert "ledger" not in render_text(VERIFIED)


def test_a_bug_is_told_in_its_row() -> None:
    findings = (lost("m1"),)
    verdict = Verdict(outcome=Outcome.VIOLATED, scenario="x", bug="trace\n" + "b" * 200, findings=findings)
    line = table([Judgement(verdict=verdict, standing=Standing.BUG)]).split("\n")[1]
    assert line.endswith("b" * 97 + "...")


def test_a_known_loss_that_is_gone_says_so_in_its_row() -> None:
    why = "hellotext is known for lost m4 here, and nothing of it happened"
    gone = Judgement(verdict=VERIFIED.verdict, standing=Standing.GONE, why=why)
    assert table([gone]).endswith(f"  {why}")


TOTALS = {
    "all is well": (
        [VERIFIED],
        ExitCode.VERIFIED,
        "VERIFIED: 1 scenario judged: 1 verified; exit code 0",
    ),
    "known losses are not hidden": (
        [VERIFIED, KNOWN],
        ExitCode.VERIFIED,
        "VERIFIED BUT FOR KNOWN LOSSES: 2 scenarios judged: 1 verified, 1 violated (known); exit code 0",
    ),
    "strict": (
        [VERIFIED, KNOWN],
        ExitCode.VIOLATED,
        "VIOLATED: 2 scenarios judged: 1 verified, 1 violated (known); exit code 1",
    ),
    "nothing proved": (
        [INCONCLUSIVE],
        ExitCode.INCONCLUSIVE,
        "INCONCLUSIVE: 1 scenario judged: 1 inconclusive; exit code 3",
    ),
    "interrupted before anything": (
        [],
        ExitCode.INTERRUPTED,
        "INTERRUPTED: 0 scenarios judged; exit code 130",
    ),
}


@pytest.mark.parametrize(("judged", "code", "line"), TOTALS.values(), ids=TOTALS.keys())
def test_the_headline_counts_and_names_the_exit_code(
    judged: list[Judgement], code: ExitCode, line: str
) -> None:
    assert total(judged, code) == line


def test_scenarios_that_were_never_judged_are_not_passed_over() -> None:
    line = total([VERIFIED], ExitCode.INTERRUPTED, asked=16)
    assert line == "INTERRUPTED: 1 of 16 scenarios judged: 1 verified; exit code 130"
    assert total([VERIFIED], ExitCode.VERIFIED, asked=1).startswith("VERIFIED: 1 scenario judged: ")


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_has_a_word(code: ExitCode) -> None:
    assert total([], code).endswith(f": 0 scenarios judged; exit code {int(code)}")


@unmeasured()
@given(st.lists(judgements, max_size=3))
def test_no_hostile_character_ever_comes_out_and_no_row_is_forged(judged: list[Judgement]) -> None:
    lines = table(judged).split("\n")
    assert len(lines) == 1 + len(judged)
    assert all(line.isprintable() for line in lines)
