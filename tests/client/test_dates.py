"""`Date.parse`. The table was written down from Node 20 (V8 11.3) in UTC; the numbers are milliseconds since 1970."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.client.dates import date_parse

NOON = 1780315200000
READ = {
    "2026-06-01T12:00:00Z": NOON,
    "2026-06-01T12:00:00.1239999Z": NOON + 123,
    "2026-06-01T12:00:00.1Z": NOON + 100,
    "2026-06-01T12:00:00.12Z": NOON + 120,
    "2026-06-01T12:00:00.0001234567890Z": NOON + 123,  # V8's own slip: zeros in front of many digits do not count
    "2026-06-01T12:00:00+02:00": NOON - 7_200_000,
    "2026-06-01T12:00:00-0330": NOON + 12_600_000,
    "2026-06-01T12:00Z": NOON,
    "2026-06-01t12:00z": NOON,
    "2026-06-01T24:00:00Z": NOON + 43_200_000,
    "2026-06-01 12:00:00 UTC": NOON,
    "2026-06-01 12:00:00 +0000": NOON,
    "2026-06-01 12:00:00 -03:00": NOON + 10_800_000,
    "2026-06-01 12:00:00 +2": NOON - 7_200_000,
    "2026-06-01 12:00:00.123456 UTC": NOON + 123,
    "2026-06-01 12:00:00Z": NOON,
    "2026-06-01": 1780272000000,
    "2026-06": 1780272000000,
    "2026": 1767225600000,
    "+002026-06-01": 1780272000000,
    "-000001-01-01": -62198755200000,
    "-000000-01-01": 978307200000,
    "2026-02-31": 1772496000000,
    "Mon, 01 Jun 2026 12:00:00 GMT": NOON,
    "Mon Jun 01 2026 12:00:00 GMT+0200 (CEST)": NOON - 7_200_000,
    "June 1, 2026 12:00 EST": NOON + 18_000_000,
    "June 1, 2026 3:04 PM UTC": NOON + 11_040_000,
    "June 1, 2026 12:00 am UTC": NOON - 43_200_000,
    "1 Jun 99 UTC": 928195200000,
    "1 Jun 49 UTC": 2506118400000,
    "2026/06/01 12:00 Z": NOON,
    "1-6-2026 UTC": 1767657600000,
    "Jun2026EST": 1780290000000,
    "6/1/2026 12:: UTC": NOON,
    "(noon (on)) 2026/06/01 12:00 UTC": NOON,
    "77 UTC": 220924800000,
    "5 UTC": 988675200000,
    "June-1-2026 UTC": 1780272000000,
    "noon 2026/06/01 UTC": 1780272000000,
}  # fmt: skip
UNREAD = [
    "", "1780315201", "1780315201000", "undefined", "null", "[object Object]", "1.5e300", "12:00", "T12:00Z",
    "2026-13-01", "2026-06-32", "2026-06-01T12", "2026-06-01T", "2026-06-01T1:00Z", "2026-06-01T12:0Z", "2026-06-01T12:00:0Z",
    "2026-06-01T12:00:00.Z", "2026-06-01T24:00:01Z", "2026-06-01T24:01Z", "2026-06-01T24:00:00.001Z", "2026-06-01T12:00:00 Z",
    "2026-06-01T12:00:00+02:0", "2026-06-01T12:00:00+2:00", "2026-06-01T12:00:00+0260", "2026-06-01T12:00:00+02",
    "2026-06-01T12:00:00,5Z", "20260601T120000Z", "2026-06-01T12:00:00Z garbage", "2026-06-01T12-00", "99999999-01-01",
    "2026-06-01 12:00:00 UTC)", "2026-06-01 25:00 UTC", "2026-06-01 13:00 PM", "2026-06-01 12:60 UTC", "1 2 3 4",
    "2026-06-01 1:2:3:4:5", "1:2:3:4:5: UTC", "2026-06-01 12:00::", "2026-06-01 12:00:00.x", "2026-06-01 12:00x", "abc123", "2026-06-01 +1",
    "6/1/2026 12:5.6 UTC", "2026/06/01 12:00 +", "(never closed", "2026-06-01 12:00 +12345", "Jun", "0 Jun 0 0", "2026-06-01 12:00:00.5+02:00x",
]  # fmt: skip


@pytest.mark.parametrize(("text", "milliseconds"), READ.items())
def test_a_time_is_read_as_chromium_reads_it(text: str, milliseconds: int) -> None:
    assert date_parse(text) == milliseconds


@pytest.mark.parametrize("text", UNREAD)
def test_what_chromium_cannot_read_is_not_a_number(text: str) -> None:
    assert math.isnan(date_parse(text))


@pytest.mark.parametrize(
    "text", ["2026-06-01T12:00:00", "2026-06-01 12:00:00", "2026-06-01 12:00", "June 1, 2026 12:00"]
)
def test_a_time_without_a_zone_is_local(text: str) -> None:
    assert date_parse(text, local_offset_minutes=120) == NOON - 7_200_000


def test_a_date_alone_is_utc_wherever_one_is() -> None:
    assert date_parse("2026-06-01", local_offset_minutes=120) == 1780272000000


@given(st.datetimes())
def test_an_iso_time_is_read_to_the_millisecond(moment: datetime) -> None:
    exact = moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
    elapsed = exact - datetime(1970, 1, 1, tzinfo=UTC)
    written = f"{moment.year:04}-{moment.month:02}-{moment.day:02}T{moment.time().isoformat('microseconds')}Z"
    assert (
        date_parse(written)
        == elapsed.days * 86_400_000 + elapsed.seconds * 1000 + elapsed.microseconds // 1000
    )


@given(st.text() | st.text(alphabet="0123456789-+:.TZ ()JunPMUTC/"))
def test_no_text_whatever_raises(text: str) -> None:
    assert isinstance(date_parse(text), float)
