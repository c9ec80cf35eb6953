"""Where in a JSON value something stands: `data.items.0.id`. The empty path is the value itself."""

from __future__ import annotations

from typing import Any

from cablecheck.cable.json_values import UNDEFINED


def find(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands there; UNDEFINED where nothing does."""
    for part in path.split(".") if path else ():
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return UNDEFINED
    return value
