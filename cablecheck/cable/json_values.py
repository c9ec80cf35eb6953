"""JSON as a browser reads and writes it: what `JSON.parse`, `JSON.stringify` and `String` make of a value.

Three things would surprise in Python: `NaN` and `Infinity` are no JSON, all numbers are doubles (so 1.0 is 1, and an id beyond 2^53
loses its last digits), and a text nested too deep for Python is refused, although a browser would read it.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

JsonValue: TypeAlias = Any  # None, bool, int, float, str, list or dict of these: no narrower type helps

_SAFE_DIGITS = 15  # an integer of up to 15 digits is exact as a double (2^53 has 16)
_SAFE_LIMIT = 2**53
_MOST_SHARED = 4096  # characters: a longer text is not worth its memory
_MOST_VALUES = 1_000_000  # more make some hundred times as many bytes
_MOST_DEPTH = 400  # what is nested deeper can't be written again on Python's stack
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJsonError(ValueError):
    """The text is no JSON; the message says why in a few words."""


class _Undefined:
    """What a missing key is in JavaScript; falsy, and not null."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = _Undefined()


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _SAFE_DIGITS else _decimal(digits)


def _decimal(text: str) -> int | float:
    number = float(text)
    return int(number) if abs(number) < _SAFE_LIMIT and number.is_integer() else number


def _refuse(word: str) -> JsonValue:
    raise NotJsonError(f"{word} is no JSON value")


def _as_doubles(value: JsonValue) -> JsonValue:
    """The same value, and each whole number that a double can't tell from its neighbours as the double that stands for it."""
    kind = type(value)
    if kind is int:
        return value if -_SAFE_LIMIT < value < _SAFE_LIMIT else double(value)
    if kind is dict:
        for key, each in value.items():
            if type(each) is not str:
                value[key] = _as_doubles(each)
    elif kind is list:
        value[:] = map(_as_doubles, value)
    return value


# What is mostly said on a cable: an object of texts, and another in it. There is no number to look at.
_Said: TypeAlias = dict[str, str | bool | dict[str, str | bool | None] | None]
_decode_said = msgspec.json.Decoder(_Said).decode
_decode = msgspec.json.Decoder(float_hook=_decimal).decode
_encode = msgspec.json.Encoder().encode
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_refuse)


def _decoded(text: str) -> JsonValue:
    return _as_doubles(_decode(text))


def parse(text: str) -> JsonValue:
    """Read a JSON text as `JSON.parse` does: whole numbers below 2^53 are int, all others float.

    Raises NotJsonError, and nothing else, whatever the text.
    """
    if len(text) <= 2 * _MOST_DEPTH:
        return _parse(text)
    refuse_bulk(text)
    return refuse_depth(_parse(text))


def _parse(text: str) -> JsonValue:
    for decode in (
        _decode_said,
        _decoded,
    ):  # the short ways; what they refuse goes the long one, which says why
        try:
            return decode(text)
        except (ValueError, RecursionError):
            pass
    try:
        return _DECODER.decode(text)
    except NotJsonError:
        raise
    except RecursionError:
        raise NotJsonError("nested too deep to be read") from None
    except ValueError as error:
        raise NotJsonError(f"not JSON ({error})") from None


def refuse_bulk(text: str) -> None:
    """Raise NotJsonError for a text of which more would be built than it is worth."""
    if len(text) > _MOST_VALUES and sum(map(text.count, "[{,:")) > _MOST_VALUES:
        raise NotJsonError(f"over {_MOST_VALUES:,} values")


def refuse_depth(value: JsonValue) -> JsonValue:
    """The value itself. Raises NotJsonError for one that is nested too deep."""
    layer: list[JsonValue] = [[value]]
    for _ in range(_MOST_DEPTH + 1):
        layer = [
            each
            for holder in layer
            for each in (holder.values() if type(holder) is dict else holder)
            if type(each) is dict or type(each) is list
        ]
        if not layer:
            return value
    raise NotJsonError("nested too deep to be read")


_shared = lru_cache(maxsize=256)(
    parse
)  # one text has its readers within a moment; more only spreads the heap


def parse_shared(text: str) -> JsonValue:
    """`parse`, for a value that nobody will change: what several readers of one text are given may be one and the same."""
    return _shared(text) if len(text) <= _MOST_SHARED else parse(text)


def write(value: JsonValue) -> str:
    """Write a value as `JSON.stringify` does: no spaces, no escapes but the needed ones, lone surrogates as `\\udxxx`."""
    try:
        return _encode(value).decode()
    except (
        ValueError,
        TypeError,
        RecursionError,
    ):  # a lone surrogate, a number beyond 64 bits, or what no one can write
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def double(number: float) -> float:
    """The nearest double, as JavaScript holds every number; infinite beyond its range."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def text_of(value: JsonValue) -> str:
    """What `String(value)` gives for a JSON value: the form in which ids are shown, stored and compared."""
    match value:
        case str():
            return value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() if abs(value) < _SAFE_LIMIT:
            return str(value)
        case int():
            return _number(double(value))
        case float():
            return _number(value)
        case list():
            return ",".join(_leaves(value))
        case dict():
            return "[object Object]"
        case _:
            return "undefined"


def _leaves(nested: list[JsonValue]) -> list[str]:
    """The elements of an array of arrays from left to right, null as nothing: joined with commas they are its String()."""
    leaves: list[str] = []
    waiting: list[JsonValue] = [nested]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and value:
            waiting.extend(reversed(value))
        else:
            leaves.append("" if value is None or value == [] else text_of(value))
    return leaves


def _number(number: float) -> str:
    """`Number.prototype.toString`: the shortest digits, plain from 1e-6 up to 1e21, with an exponent outside."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    mantissa, _, exponent_text = f"{number!r}e".partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent_text.rstrip("e") or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Set the decimal point after `point` of these digits, as JavaScript would write it."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"
