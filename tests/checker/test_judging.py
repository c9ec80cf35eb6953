from __future__ import annotations

import pytest

from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import WORDS, Outcome
from cablecheck.history import encode, read_events
from tests.checker.tables import ROWS, Row, bugs
from tests.checker.tale import told
from tests.checker.words import STORIES
from tests.unmeasured import unmeasured


@pytest.mark.parametrize("row", [*bugs()], ids=lambda row: row.claim)
def test_a_history_that_can_t_have_been_proves_cablecheck_wrong(row: Row) -> None:
    assert row.got == row.want


def test_the_hand_written_histories_know_every_word() -> None:
    assert {word.split()[0] for _, _, found in STORIES.values() for word in found.split(", ") if word} == set(
        WORDS
    )


def test_a_verdict_names_its_run() -> None:
    events, truth = told("m1 +m1", "m1")
    verdict = judge(events, truth)
    assert (verdict.scenario, verdict.profile, verdict.run, verdict.stored) == ("tale", "hellotext", "r1", 1)
    assert verdict.seconds == events[-1].at


def test_a_violation_stands_beside_every_doubt() -> None:
    events, truth = told("m1 +m1 m2 m3 +m3 +m3", "m1 m2 m3")
    verdict = judge(events[1:-1], truth)
    assert verdict.outcome is Outcome.VIOLATED
    assert len(verdict.reasons) == 2
    assert [finding.word for finding in verdict.findings] == ["lost", "duplicated"]


def test_findings_are_ordered_by_word_and_then_by_the_story() -> None:
    events, truth = told("m1 m2 m3 m10 m11 +m3 +m3 +m1 +m1", "m1 m2 m3 m10 m11")
    assert [(each.word, each.label) for each in judge(events, truth).findings] == [
        ("lost", "m2"),
        ("lost", "m10"),
        ("lost", "m11"),
        ("duplicated", "m1"),
        ("duplicated", "m3"),
        ("misordered", "m3"),
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.claim)
def test_a_run_is_judged_the_same_again_from_its_lines(row: Row) -> None:
    events, truth = row.run()
    assert judge(read_events(map(encode, events)).events, truth) == judge(events, truth)


@unmeasured()
def test_a_run_that_was_cut_anywhere_can_be_judged_and_is_never_verified() -> None:
    for row in ROWS:
        events, truth = row.run()
        for end in range(len(events)):
            assert judge(events[:end], truth).outcome is not Outcome.VERIFIED
