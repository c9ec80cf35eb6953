from __future__ import annotations

import pytest

from tests.checker.tables import Row, counted


@pytest.mark.parametrize("row", [*counted()], ids=lambda row: row.claim)
def test_what_a_run_counts_is_what_a_person_would_count(row: Row) -> None:
    assert row.got == row.want
