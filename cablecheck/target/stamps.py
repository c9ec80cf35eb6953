"""created_at as targets write it: ISO 8601, or a number of seconds or milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from cablecheck.cable.json_values import text_of

StampFormat: TypeAlias = Literal["iso", "s", "ms"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = {"s": timedelta(seconds=1), "ms": timedelta(milliseconds=1)}


def as_iso(value: Any, written: StampFormat) -> str | None:  # noqa: ANN401 - any JSON
    """The text that a client is shown. What is no time in this format stays what it is, as text; null stays None."""
    if value is None or written == "iso":
        return None if value is None else text_of(value)
    moment = _moment(value, written)
    return text_of(value) if moment is None else iso_of(moment)


def iso_of(moment: datetime) -> str:
    """To the millisecond, as JavaScript writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(created_at: str | None) -> datetime | None:
    """When that was; None for what is no time. One without a zone is UTC, as Rails stores it."""
    try:
        moment = datetime.fromisoformat(created_at or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def as_written(created_at: str, written: StampFormat) -> str | int | float:
    """A time in the target's own format; `created_at` is ISO 8601, and stays as it is where it is none."""
    moment = moment_of(created_at)
    if moment is None or written == "iso":
        return created_at
    number = (moment - _EPOCH) / _UNIT[written]
    return int(number) if number.is_integer() else number


def _moment(value: Any, written: StampFormat) -> datetime | None:  # noqa: ANN401 - any JSON
    try:
        return _EPOCH + float(value) * _UNIT[written]
    except (TypeError, ValueError, OverflowError):
        return None
