from __future__ import annotations

import pytest

from cablecheck.chat import stamps


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    {
        "1970-01-01T00:00:00.000Z": 0,
        "2026-06-01T12:00:02.000Z": 1780315202000,
        "2026-06-01T12:00:02.999Z": 1780315202999,
        "2999-12-31T23:59:59.999Z": 32503679999999,
    }.items(),
)
def test_a_stamp_is_written_in_milliseconds_and_read_back(text: str, milliseconds: int) -> None:
    assert stamps.write(milliseconds) == text
    assert stamps.read(text) == milliseconds


def test_finer_digits_are_cut_as_a_browser_cuts_them() -> None:
    assert stamps.read("2026-06-01T12:00:02.000999Z") == 1780315202000
    assert stamps.read("2026-06-01T14:00:02.1+02:00") == 1780315202100
