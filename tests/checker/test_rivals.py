from __future__ import annotations

import pytest

from tests.checker.tables import Row, rivals


@pytest.mark.parametrize("row", [*rivals()], ids=lambda row: row.claim)
def test_a_fault_is_not_believed_for_what_another_one_did(row: Row) -> None:
    assert row.got == row.want
