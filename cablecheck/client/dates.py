"""`Date.parse` as Chromium's V8 has it: ISO 8601 first, and what is left over by a patient older reader.

Fractions beyond the millisecond are cut off, a date alone is UTC, a date and time without a zone is local, `2026-06-01 12:00:00 UTC` is
understood, and an epoch number is not. Checked against Node 20 when it was written (tests hold the table).

Source of the rules: V8, src/date/dateparser.h and dateparser-inl.h, read and told in our own words.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import assert_never

from cablecheck.client.date_reading import END, SIGNIFICANT_DIGITS, Kind, NoDate, Reading, Token, tokens_of

_LATEST_MILLISECONDS = 8.64e15  # ECMA-262, TimeClip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE_HOURS = {
    "ut": 0, "utc": 0, "z": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_HALF_DAYS = {"am": 0, "pm": 12}
_MOST_KEPT = 64  # characters: what is longer than any date is not worth its memory
_SECOND = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
)


def date_parse(text: str, local_offset_minutes: int = 0) -> float:
    """Milliseconds since 1970 UTC, or NaN. A text without a zone is `local_offset_minutes` east of UTC."""
    # As nearly all servers write it. Many messages share a second, hardly two their milliseconds.
    second_text, _, fraction = text.partition(".")
    digits = fraction[:-1]
    if fraction[9:] in ("", "Z") and fraction[-1:] == "Z" and digits.isascii() and digits.isdigit():
        second = _second(second_text)
        if second is not None:
            return second + int(f"{digits:0<3}"[:3])
    return (_kept if len(text) <= _MOST_KEPT else _parsed)(text, local_offset_minutes)


def _parsed(text: str, local_offset_minutes: int) -> float:
    reading = Reading(tokens_of(text))
    try:
        if not _read_iso(reading):
            _read_rest(reading)
        return _milliseconds(reading, local_offset_minutes)
    except NoDate:
        return math.nan


_kept = lru_cache(maxsize=256)(_parsed)


@lru_cache(maxsize=1024)
def _second(text: str) -> float | None:
    """The short way for a whole second in UTC; it leads where the long one does. None: the text is nothing of the kind."""
    if _SECOND.fullmatch(text) is None:
        return None
    return _parsed(f"{text}Z", 0)


# ISO 8601 ---------------------------------------------------------------------------------------------------------------------


def _read_iso(reading: Reading) -> bool:
    """Read as ISO 8601; False where the day turns out to be something else. What was read until then stays read."""
    if not _read_iso_day(reading):
        return False
    token = reading.peek()
    if token.kind is Kind.WORD and token.text == "t":
        reading.take()
        if not (_read_iso_time(reading) and _read_iso_zone(reading) and reading.peek() is END):
            raise NoDate
    elif token is not END:
        return False
    if reading.zone_hour is None and not reading.time:
        reading.set_zone(0)
    reading.iso = True
    return True


def _read_iso_day(reading: Reading) -> bool:
    if (sign := reading.peek().sign) != 0:
        signed = reading.take()
        year = reading.peek()
        if not year.is_fixed(6):
            reading.tokens.append(signed)
            return False
        reading.take()
        if sign < 0 and year.number == 0:
            return False
        reading.add_day(sign * year.number)
    elif reading.peek().is_fixed(4):
        reading.add_day(reading.take().number)
    else:
        return False
    for highest in (12, 31):
        if not reading.skip("-"):
            break
        number = reading.take_two_digits(1, highest)
        if number is None:
            return False
        reading.add_day(number)
    return True


def _read_iso_time(reading: Reading) -> bool:
    """hh:mm, then perhaps :ss, then perhaps a fraction; after hour 24 everything is zero."""
    hour = reading.take_two_digits(0, 24)
    if hour is None:
        return False
    reading.add_time(hour)
    highest = 0 if hour == 24 else 59
    if not reading.skip(":"):
        return False
    if (minute := reading.take_two_digits(0, highest)) is None:
        return False
    reading.add_time(minute)
    if not reading.skip(":"):
        return True
    if (second := reading.take_two_digits(0, highest)) is None:
        return False
    reading.add_time(second)
    if not reading.skip("."):
        return True
    fraction = reading.peek()
    if fraction.kind is not Kind.NUMBER or (hour == 24 and fraction.number > 0):
        return False
    reading.add_time(_thousandths(reading.take()))
    return True


def _read_iso_zone(reading: Reading) -> bool:
    token = reading.peek()
    if token.kind is Kind.WORD and token.text == "z":
        reading.take()
        reading.set_zone(0)
        return True
    if token.sign == 0:
        return True
    reading.zone_sign = reading.take().sign
    if reading.peek().is_fixed(4):
        reading.zone_hour, reading.zone_minute = divmod(reading.take().number, 100)
        return reading.zone_hour <= 23 and reading.zone_minute <= 59
    if (hour := reading.take_two_digits(0, 23)) is None:
        return False
    reading.zone_hour = hour
    if not reading.skip(":"):
        return False
    if (minute := reading.take_two_digits(0, 59)) is None:
        return False
    reading.zone_minute = minute
    return True


# Everything else --------------------------------------------------------------------------------------------------------------


def _read_rest(reading: Reading) -> None:
    reading.number_read = bool(reading.day)
    while (token := reading.take()) is not END:
        match token.kind:
            case Kind.NUMBER:
                reading.number_read = True
                _read_number(reading, token)
            case Kind.WORD:
                _read_word(reading, token.text)
            case Kind.SYMBOL:
                _read_symbol(reading, token)
            case Kind.SPACE | Kind.OTHER | Kind.END:
                pass
            case _:
                assert_never(token.kind)


def _read_number(reading: Reading, token: Token) -> None:
    number = token.number
    if reading.skip(":"):
        if reading.skip(":"):
            if reading.time:
                raise NoDate
            reading.add_time(number)
            reading.add_time(0)
        else:
            reading.add_time(number)
            reading.skip(".")
    elif reading.skip(".") and reading.time_expects(number):
        reading.add_time(number)
        if reading.peek().kind is not Kind.NUMBER:
            raise NoDate
        reading.finish_time(_thousandths(reading.take()))
    elif reading.zone_hour is not None and reading.zone_minute is None and number < 60:
        reading.zone_minute = number
    elif reading.time_expects(number):
        reading.finish_time(number)
        after = reading.peek()
        if not (after.kind in (Kind.END, Kind.SPACE) or after.text == "z" or after.sign != 0):
            raise NoDate
    else:
        reading.add_day(number)
        reading.skip("-")


def _read_word(reading: Reading, word: str) -> None:
    if word in _HALF_DAYS and reading.time:
        reading.half_day = _HALF_DAYS[word]
    elif word[:3] in _MONTHS:
        reading.month = _MONTHS.index(word[:3]) + 1
        reading.skip("-")
    elif word in _ZONE_HOURS and reading.number_read:
        reading.set_zone(_ZONE_HOURS[word])
    elif reading.number_read or reading.peek().kind is Kind.NUMBER:
        raise NoDate


def _read_symbol(reading: Reading, token: Token) -> None:
    if token.sign != 0 and (reading.is_utc or reading.time):
        reading.zone_sign = token.sign
        number = reading.take() if reading.peek().kind is Kind.NUMBER else Token(Kind.NUMBER)
        reading.number_read = True
        after = reading.peek()
        if after.kind is Kind.SYMBOL and after.text == ":":
            reading.zone_hour, reading.zone_minute = number.number, None
        elif len(number.text) in (1, 2):
            reading.zone_hour, reading.zone_minute = number.number, 0
        elif len(number.text) in (3, 4):
            reading.zone_hour, reading.zone_minute = divmod(number.number, 100)
        else:
            raise NoDate
    elif (token.sign != 0 or token.text == ")") and reading.number_read:
        raise NoDate


def _thousandths(token: Token) -> int:
    """The fraction of a second in milliseconds, further digits cut off."""
    length = min(len(token.text), SIGNIFICANT_DIGITS)
    return int(token.number * 1000 // 10**length)


# Putting it together ----------------------------------------------------------------------------------------------------------


def _milliseconds(reading: Reading, local_offset_minutes: int) -> float:
    year, month, day = _day(reading)
    hour, minute, second, thousandth = _time(reading)
    if reading.zone_sign is None:
        offset_minutes = local_offset_minutes
    else:
        offset_minutes = reading.zone_sign * ((reading.zone_hour or 0) * 60 + (reading.zone_minute or 0))
    minutes = (_days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset_minutes
    milliseconds = (minutes * 60 + second) * 1000 + thousandth
    return float(milliseconds) if abs(milliseconds) <= _LATEST_MILLISECONDS else math.nan


def _day(reading: Reading) -> tuple[int, int, int]:
    """Year, month and day from numbers whose order only their sizes and a named month tell."""
    if not reading.day:
        raise NoDate
    first, second, third = (*reading.day, 1, 1)[:3]
    if reading.month is None:
        ymd = reading.iso or not 1 <= first <= 31
        year, month, day = (first, second, third) if ymd else (third, first, second)
    elif not 1 <= first <= 31:
        year, month, day = first, reading.month, second
    else:
        year, month, day = second, reading.month, first
    if not reading.iso and 0 <= year <= 99:
        year += 2000 if year < 50 else 1900
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise NoDate
    return year, month, day


def _time(reading: Reading) -> tuple[int, int, int, int]:
    hour, minute, second, thousandth = (*reading.time, 0, 0, 0, 0)[:4]
    if reading.half_day is not None:
        if not 0 <= hour <= 12:
            raise NoDate
        hour = hour % 12 + reading.half_day
    midnight = hour == 24 and not (minute or second or thousandth)
    if not midnight and (hour > 23 or minute > 59 or second > 59 or thousandth > 999):
        raise NoDate
    return hour, minute, second, thousandth


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Of the proleptic Gregorian calendar, any year; a day beyond its month's end runs into the next."""
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    leaps = year // 4 - year // 100 + year // 400
    return year * 365 + leaps + (153 * month + 2) // 5 + day - 1 - 719_468
