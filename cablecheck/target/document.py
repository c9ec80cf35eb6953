"""TOML text as a tree in which everything knows its place, in the shape that a scenario's YAML has: what reads the one reads the other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from cablecheck.scenario.findings import Finding, Place
from cablecheck.scenario.tree import Leaf, Node, Row, Table
from cablecheck.target.places import Path, Places, places_in

# The file, a target, a table, a request's JSON, and what is nested in it; what is far deeper is no description of anything.
MOST_LEVELS = 20
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def plant(text: str) -> tuple[Table | None, list[Finding]]:
    """The tree, or None and what is wrong."""
    try:
        document = tomllib.loads(text)
        places = places_in(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_no_toml(text, str(error))]
    except RecursionError:
        return None, [_too_deep(Place())]
    grower = _Grower(places)
    return grower.table(document, (), Place()), grower.findings


def place_in(table: Table, path: Iterable[str]) -> Place:
    """Where the key is to which these names lead, list items by their number; of what is not there, what is nearest above it."""
    node: Node = table
    place = node.place
    for part in path:
        if isinstance(node, Table) and part in node.entries:
            place, node = node.places[part], node.entries[part]
        elif isinstance(node, Row) and part.isdecimal() and int(part) < len(node.items):
            node = node.items[int(part)]
            place = node.place
        else:
            break
    return place


def _no_toml(text: str, said: str) -> Finding:
    at = _AT.search(said)
    end = Place(text.count("\n") + 1, len(text) - text.rfind("\n"))
    place = Place(int(at[1]), int(at[2])) if at and at[1] else end
    fact = (said[: at.start()] if at else said).rstrip(".")
    return Finding(
        place,
        f"this is no TOML: {fact[:1].lower()}{fact[1:]}",
        'write lines such as url = "wss://chat.example/cable"',
    )


def _too_deep(place: Place) -> Finding:
    return Finding(
        place, f"this is more than {MOST_LEVELS} levels deep", "a target file is a few tables of plain values"
    )


class _Grower:
    def __init__(self, places: Places) -> None:
        self.findings: list[Finding] = []
        self._places = places

    def table(self, values: Mapping[str, Any], path: Path, place: Place) -> Table:
        keys = {key: self._places.keys.get((*path, key), place) for key in values}
        return Table(
            place, {key: self._node(each, (*path, key), place) for key, each in values.items()}, keys
        )

    def _node(self, value: Any, path: Path, above: Place) -> Node:  # noqa: ANN401 - any TOML
        place = self._places.values.get(path, above)
        if len(path) > MOST_LEVELS:
            self.findings.append(_too_deep(place))
            return Leaf(place, None)
        if isinstance(value, dict):
            return self.table(value, path, place)
        if isinstance(value, list):
            return Row(place, tuple(self._node(each, (*path, at), place) for at, each in enumerate(value)))
        return Leaf(place, value.isoformat() if isinstance(value, datetime | date | time) else value)
