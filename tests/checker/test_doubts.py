from __future__ import annotations

import pytest

from tests.checker.tables import Row, reasons


@pytest.mark.parametrize("row", [*reasons()], ids=lambda row: row.claim)
def test_a_run_that_proves_nothing_says_why(row: Row) -> None:
    assert row.got == row.want
