from __future__ import annotations

from typing import Any

import pytest

from cablecheck.cable.json_values import UNDEFINED
from cablecheck.target.paths import find, leaves, put

VALUE = {"data": {"items": [{"id": 7}], "null": None, "0": "zero"}, "a.b": "dotted", "": "empty"}
FOUND: dict[str, Any] = {
    "data.items.0.id": 7,
    "data.items.1.id": UNDEFINED,
    "data.items.-1.id": UNDEFINED,
    "data.items.id": UNDEFINED,
    "data.null": None,
    "data.null.x": UNDEFINED,
    "data.0": "zero",
    "a.b": "dotted",
    "nothing": UNDEFINED,
    "": VALUE,
}


@pytest.mark.parametrize(("path", "found"), FOUND.items(), ids=[repr(path) for path in FOUND])
def test_a_path_leads_to_what_stands_there(path: str, found: object) -> None:
    assert find(VALUE, path) == found or find(VALUE, path) is found


def test_a_leaf_is_put_where_a_path_leads_and_nothing_else_is_changed() -> None:
    value = {"message": {"body": "b"}, "x": 1}
    assert put(value, "message.at", 5) == {"message": {"body": "b", "at": 5}, "x": 1}
    assert put(value, "new.at", 5) == {"message": {"body": "b"}, "x": 1, "new": {"at": 5}}
    assert put(None, "at", 5) == {"at": 5}
    assert value == {"message": {"body": "b"}, "x": 1}


def test_tables_of_tables_are_paths() -> None:
    assert list(leaves({"a": {"b": 1, "c": {"d": "x"}}, "e.f": 2})) == [
        ("a.b", 1),
        ("a.c.d", "x"),
        ("e.f", 2),
    ]
