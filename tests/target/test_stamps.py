from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.target.stamps import StampFormat, as_iso, as_written, iso_of, moment_of

SHOWN: dict[str, tuple[Any, StampFormat, str | None]] = {
    "iso stays as it is": ("2026-11-25T02:00:00+01:00", "iso", "2026-11-25T02:00:00+01:00"),
    "seconds": (1764036000, "s", "2025-11-25T02:00:00.000Z"),
    "seconds with a fraction": (1764036000.25, "s", "2025-11-25T02:00:00.250Z"),
    "seconds as text": ("1764036000", "s", "2025-11-25T02:00:00.000Z"),
    "milliseconds": (1764036000250, "ms", "2025-11-25T02:00:00.250Z"),
    "null": (None, "s", None),
    "null, iso": (None, "iso", None),
    "no time at all": ("yesterday", "s", "yesterday"),
    "a number where iso was said": (1764036000, "iso", "1764036000"),
    "beyond all calendars": (1e18, "ms", "1000000000000000000"),
    "a list": ([1], "s", "1"),
}


@pytest.mark.parametrize(("value", "written", "shown"), SHOWN.values(), ids=list(SHOWN))
def test_a_time_is_shown_as_the_reference_client_reads_it(
    value: object, written: StampFormat, shown: str | None
) -> None:
    assert as_iso(value, written) == shown


MOMENTS = {
    "2026-11-25T02:00:00Z": datetime(2026, 11, 25, 2, tzinfo=UTC),
    "2026-11-25T02:00:00+02:00": datetime(2026, 11, 25, 0, tzinfo=UTC),
    "2026-11-25 02:00:00.5": datetime(2026, 11, 25, 2, 0, 0, 500000, tzinfo=UTC),
    "yesterday": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items(), ids=map(repr, MOMENTS))
def test_a_time_without_a_zone_is_utc(text: str | None, moment: datetime | None) -> None:
    assert moment_of(text) == moment


@given(
    st.integers(0, 4_000_000_000_000).map(
        lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    ),
    st.sampled_from(["iso", "s", "ms"]),
)
def test_what_is_written_in_a_format_is_read_in_it(moment: datetime, written: StampFormat) -> None:
    assert as_iso(as_written(iso_of(moment), written), written) == iso_of(moment)


def test_what_is_no_time_is_written_as_it_is() -> None:
    assert as_written("soon", "s") == "soon"
    assert as_written("2025-11-25T02:00:00Z", "s") == 1764036000
    assert as_written("2025-11-25T02:00:00.5Z", "s") == 1764036000.5
