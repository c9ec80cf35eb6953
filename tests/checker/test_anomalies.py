from __future__ import annotations

import pytest

from tests.checker.tables import Row, stories


@pytest.mark.parametrize("row", [*stories()], ids=lambda row: row.claim)
def test_a_word_is_found_where_a_person_would_find_it(row: Row) -> None:
    assert row.got == row.want
