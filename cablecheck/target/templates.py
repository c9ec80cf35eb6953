"""Texts with `{names}` in them, filled in as the place demands, so that no value can break out of its place: URL, JSON, header, SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from cablecheck.cable.json_values import NotJsonError, parse, write

Values: TypeAlias = Mapping[str, str]

# A name is a word in lower case, so that the braces of JSON are left alone: after those comes a quote, a brace or a blank.
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON_PIECE = re.compile(rf"{_JSON_STRING.pattern}|{_NAME.pattern}", re.DOTALL)
_SQL_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


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


def in_header(text: str, values: Values) -> str:
    """The value of a header: what is no printable ASCII is escaped as in URLs, so that a value can't begin another header."""
    return _filled(text, values, lambda value: quote(value, safe=_PRINTABLE, errors="surrogatepass"))


def in_cookie(text: str, values: Values) -> str:
    """The value of a cookie: a value can't begin another cookie either."""
    return _filled(text, values, lambda value: quote(value, safe=_COOKIE, errors="surrogatepass"))


_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_COOKIE = "".join(set(_PRINTABLE) - set(' ",;\\'))  # RFC 6265, section 4.1.1


def in_url(text: str, values: Values) -> str:
    """A URL: each value is escaped, but for one that the text begins with, which is the root."""
    root = _NAME.match(text)
    if root is None or root[1] not in values:
        return _filled(text, values, lambda value: quote(value, safe="", errors="surrogatepass"))
    return values[root[1]].rstrip("/") + in_url(text[root.end() :], values)


def in_json_text(text: str, values: Values) -> str:
    """A text of JSON, everything else in it byte for byte: within a string a value is escaped as JSON's strings are.

    Elsewhere a value that is a number, true, false or null stands as it is, and any other as a string.
    """

    def piece(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return _filled(found[0], values, lambda value: write(value)[1:-1])
        return _filled(found[0], values, _as_scalar)

    return _JSON_PIECE.sub(piece, text)


def _as_scalar(value: str) -> str:
    try:
        alone = not isinstance(parse(value), str | dict | list)
    except NotJsonError:
        alone = False
    return value if alone else write(value)


def in_value(value: Any, values: Values) -> Any:  # noqa: ANN401 - any TOML
    """A value with every text of it filled in. A text that is itself the JSON of an object stays that."""
    if isinstance(value, str):
        return in_json_text(value, values) if _is_json(value) else plainly(value, values)
    if isinstance(value, dict):
        return {key: in_value(each, values) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_value(each, values) for each in value]
    return value


def _is_json(text: str) -> bool:
    try:
        return text.lstrip().startswith("{") and isinstance(parse(_NAME.sub("0", text)), dict)
    except NotJsonError:
        return False


def in_sql(query: str, values: Values, parameter: str) -> tuple[str, dict[str, str]]:
    """A query with a parameter for each name, `parameter` being how the database writes one called `name`; and their values."""
    names = dict.fromkeys(_NAME.findall(query))
    text = _NAME.sub(lambda name: parameter.replace("name", name[1]), query)
    return text, {name: values[name] for name in names}


def quoted_in_sql(query: str) -> Iterator[str]:
    """The names that stand within quotes, where no parameter can be."""
    for found in _SQL_QUOTED.findall(query):
        yield from _NAME.findall(found)


def _filled(text: str, values: Values, escaped: Callable[[str], str]) -> str:
    """A name without a value stays as it stands: the file was checked when it was read."""
    return _NAME.sub(lambda name: escaped(values[name[1]]) if name[1] in values else name[0], text)
