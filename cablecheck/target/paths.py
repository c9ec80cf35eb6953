"""Where in a JSON value something stands: `data.items.0.id`. The empty path is the value itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cablecheck.cable.json_values import UNDEFINED


def find(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands there; UNDEFINED where nothing does. A key that has the dots of the path in its own name is found too."""
    if path and isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split(".") if path else ():
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return UNDEFINED
    return value


def put(value: Any, path: str, leaf: Any) -> Any:  # noqa: ANN401 - any JSON
    """The value with `leaf` at this path, the objects on the way there made where they lack."""
    if not path:
        return leaf
    part, _, rest = path.partition(".")
    there = value if isinstance(value, dict) else {}
    return {**there, part: put(there.get(part), rest, leaf)}


def leaves(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every path in a table of tables, with what stands there."""
    for key, each in value.items():
        path = f"{above}.{key}" if above else key
        if isinstance(each, dict):
            yield from leaves(each, path)
        else:
            yield path, each
