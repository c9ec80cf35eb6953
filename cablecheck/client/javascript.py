"""What JavaScript means where Python would mean something else.

`True == 1 == 1.0` holds in Python's sets and not in JavaScript's; `round` goes to the even neighbour and `Math.round` up; an empty
list is true in JavaScript; a missing key is `undefined`, which is not null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from typing import TypeAlias
from urllib.parse import quote, quote_plus

from cablecheck.cable.json_values import UNDEFINED, JsonValue, double, text_of

__all__ = [
    "UNDEFINED", "Key", "ThrownError", "encoded_path", "encoded_query", "fields_of", "get", "key_of", "round_half_up", "to_string", "trim", "truthy",
]  # fmt: skip

Key: TypeAlias = tuple[str, Hashable]
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WHITESPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


to_string = text_of  # `String(value)`: 77.0 is "77", null is "null", a missing value is "undefined"


class ThrownError(Exception):
    """The SDK's code would throw here (a TypeError or SyntaxError of JavaScript)."""


def get(value: JsonValue, key: str) -> JsonValue:
    """`value.key`: undefined where there is none; null and undefined themselves throw."""
    if value is None or value is UNDEFINED:
        raise ThrownError(f"TypeError: Cannot read properties of {text_of(value)} (reading '{key}')")
    return value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED


def fields_of(value: JsonValue) -> dict[str, JsonValue]:
    """The properties of a value that is neither null nor undefined: none where it is no object."""
    return value if isinstance(value, dict) else {}


def truthy(value: JsonValue) -> bool:
    """Whether `if (value)` is taken: an empty array or object is true, as every string but the empty one."""
    return bool(value) or isinstance(value, (list, dict))


def key_of(value: JsonValue) -> Key | None:
    """A key that is equal exactly for values that JavaScript calls the same (`===`); None for an object, which equals none but itself."""
    match value:
        case str():
            return ("string", value)
        case bool():
            return ("boolean", value)
        case int() | float():
            return ("number", double(value))
        case list() | dict():
            return None
        case _:
            return (text_of(value), None)


def round_half_up(number: float) -> int:
    """`Math.round` of a finite number: halves go up."""
    return math.floor(number + 0.5)


def trim(text: str) -> str:
    """`text.trim()`: JavaScript's white space, which is not Python's."""
    return text.strip(_WHITESPACE)


def encoded_query(pairs: dict[str, str]) -> str:
    """The query that `URLSearchParams` writes: a space is a plus, only letters, digits and `*-._` stay as they are."""
    return "&".join(f"{_form_encoded(key)}={_form_encoded(value)}" for key, value in pairs.items())


def _form_encoded(text: str) -> str:
    return quote_plus(_LONE_SURROGATE.sub("\ufffd", text), safe="*").replace("~", "%7E")


def encoded_path(segment: str) -> str:
    """A path segment as `new URL` writes it: nearly everything that is ASCII stays as it is."""
    return quote(_LONE_SURROGATE.sub("\ufffd", segment), safe="!$%&'()*+,-./:;=@[]_|~^")
