"""created_at: milliseconds since 1970, written `2026-06-01T12:00:02.000Z`.

Milliseconds, because a browser's Date.parse reads no more: two stamps that differ in microseconds only would be a tie to the client
and none to the truth.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_YEARS = range(1970, 3000)  # far from datetime's ends, so that "one later" always exists


def write(milliseconds: int) -> str:
    """The text of a stamp."""
    return f"{_second(milliseconds // 1000)}.{milliseconds % 1000:03}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="seconds")[: -len("+00:00")]


def read(text: str) -> int | None:
    """The stamp in an ISO 8601 text with a zone, cut to milliseconds; None for anything else.

    Without a zone it is nobody's guess: a browser reads it as local time, a server as UTC.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year not in _YEARS:
        return None
    milliseconds = (moment - _EPOCH) // _MILLISECOND
    return milliseconds if milliseconds >= 0 else None
