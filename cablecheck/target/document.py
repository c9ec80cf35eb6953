"""TOML text as a tree in which everything knows its place, in the shape that a scenario's YAML has: what reads the one reads the other.

tomllib tells no places, so they are looked up in the text: a key of its own line has its own, what stands within a line has the line's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias

from cablecheck.scenario.findings import Finding, Place
from cablecheck.scenario.tree import Leaf, Node, Row, Table

_Path: TypeAlias = tuple[str | int, ...]
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]#]+?)\s*\]\]?")
_KEY = re.compile(
    r"""^(\s*)((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""\s*\.?\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))""")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def plant(text: str) -> tuple[Table | None, list[Finding]]:
    """The tree, or None and what is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _AT.search(said)
        end = Place(text.count("\n") + 1)
        place = Place(int(at[1]), int(at[2])) if at and at[1] else end
        fact = f"this is no TOML: {(said[: at.start()] if at else said).lower()}"
        return None, [Finding(place, fact, 'write lines such as url = "wss://chat.example/cable"')]
    except RecursionError:
        return None, [Finding(Place(), "this is too deep", "a target file is a few tables of plain values")]
    return _table(document, (), _places(text), Place()), []


def _places(text: str) -> dict[_Path, Place]:
    """Where each key and each table begins."""
    places: dict[_Path, Place] = {}
    counts: dict[_Path, int] = {}
    head: _Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            head = _resolved(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[head] = counts.get(head, -1) + 1
                head = (*head, counts[head])
            place = Place(number, header.start(1) + 1)
            for size in range(1, len(head) + 1):
                places.setdefault(head[:size], place)
        elif key := _KEY.match(line):
            parts = _parts(key[2])
            for size in range(1, len(parts) + 1):
                places.setdefault((*head, *parts[:size]), Place(number, len(key[1]) + 1))
    return places


def _resolved(parts: _Path, counts: Mapping[_Path, int]) -> _Path:
    """The path of a header in which a list of tables stands for its last one."""
    path: _Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return (*path, *parts[-1:])


def _parts(dotted: str) -> _Path:
    return tuple(next(filter(None, found), "") for found in _PART.findall(dotted))


def _table(values: Mapping[str, Any], path: _Path, places: Mapping[_Path, Place], place: Place) -> Table:
    of = {key: places.get((*path, key), place) for key in values}
    return Table(
        place, {key: _node(value, (*path, key), places, of[key]) for key, value in values.items()}, of
    )


def _node(value: Any, path: _Path, places: Mapping[_Path, Place], place: Place) -> Node:  # noqa: ANN401 - any TOML
    if isinstance(value, dict):
        return _table(value, path, places, place)
    if isinstance(value, list):
        items = (
            _node(each, (*path, at), places, places.get((*path, at), place)) for at, each in enumerate(value)
        )
        return Row(place, tuple(items))
    return Leaf(place, value.isoformat() if isinstance(value, datetime | date | time) else value)
