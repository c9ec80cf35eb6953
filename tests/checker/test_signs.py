from __future__ import annotations

import pytest

from cablecheck.checker.evidence import FAULT_VERBS
from cablecheck.checker.signs import SIGNS
from cablecheck.checker.touch import arguments, seconds_of
from tests.checker.faulty import FAULTS
from tests.checker.tables import Row, faults


@pytest.mark.parametrize("row", [*faults()], ids=lambda row: row.claim)
def test_a_real_fault_is_felt_and_one_that_is_only_journalled_is_not(row: Row) -> None:
    assert row.got == row.want


def test_every_verb_that_arms_a_fault_has_a_sign_and_a_history() -> None:
    assert set(SIGNS) == FAULT_VERBS
    assert {name.split()[0] for name in FAULTS} == FAULT_VERBS


def test_the_arguments_of_a_step_are_read_from_its_journal() -> None:
    given = arguments("what: confirm, identifier: other, body: hello, what: nothing")
    assert given == {"what": "confirm", "identifier": "other", "body": "hello"}
    assert arguments("") == {}


@pytest.mark.parametrize(
    ("detail", "seconds"), [("by: 200ms", 0.2), ("by: 2m", 120), ("by: soon", 0), ("", 0)]
)
def test_a_delay_is_read_with_its_unit_and_an_unreadable_one_is_none(detail: str, seconds: float) -> None:
    assert seconds_of(arguments(detail), "by") == seconds
