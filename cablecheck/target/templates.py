"""Texts with `{names}` in them, filled in as the place demands: in a URL, in JSON, in a header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from cablecheck.cable.json_values import write

Values: TypeAlias = Mapping[str, str]

# A name is a word in lower case, so that the braces of JSON are left alone: after those comes a quote, a brace or a blank.
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def names_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any TOML
    """The names in a text, or in all texts of a value."""
    if isinstance(value, str):
        yield from _NAME.findall(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from names_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from names_in(each)


def plainly(text: str, values: Values) -> str:
    """The text with each name replaced by its value as it is."""
    return _filled(text, values, lambda value: value)


def in_url(text: str, values: Values) -> str:
    """A URL: each value is escaped, but for one that the text begins with, which is the root."""
    root = _NAME.match(text)
    if root is None or root[1] not in values:
        return _filled(text, values, lambda value: quote(value, safe=""))
    return values[root[1]].rstrip("/") + in_url(text[root.end() :], values)


def in_json_text(text: str, values: Values) -> str:
    """A text of JSON in which names stand within strings: each value is escaped as JSON's strings are."""
    return _filled(text, values, lambda value: write(value)[1:-1])


def in_value(value: Any, values: Values) -> Any:  # noqa: ANN401 - any TOML
    """A value with every text of it filled in."""
    if isinstance(value, str):
        return plainly(value, values)
    if isinstance(value, dict):
        return {key: in_value(each, values) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_value(each, values) for each in value]
    return value


def _filled(text: str, values: Values, escaped: Callable[[str], str]) -> str:
    """A name without a value stays as it stands: the file was checked when it was read."""
    return _NAME.sub(lambda name: escaped(values[name[1]]) if name[1] in values else name[0], text)
