"""Where in a JSON value something stands: what a path of the target file should have been."""

from __future__ import annotations

from collections.abc import Iterator

from cablecheck.cable.json_values import JsonValue, text_of, write

_MOST_LOOKED_AT = 10_000


def holds(value: JsonValue, wanted: str) -> bool:
    """Whether a text stands anywhere in a value."""
    return wanted in write(value)


def places_of(value: JsonValue, wanted: str, *, whole: bool = False) -> list[str]:
    """The paths to the texts and numbers that hold a text, or are it as a `whole`; the shortest first."""
    found = [path for path, leaf in _leaves(value) if (leaf == wanted if whole else wanted in leaf)]
    return sorted(found, key=lambda path: (path.count("."), path))


def lists_in(value: JsonValue) -> list[str]:
    """The paths to the lists of objects in a value."""
    return sorted(
        (
            path
            for path, each in _inner(value)
            if isinstance(each, list) and all(isinstance(item, dict) for item in each)
        ),
        key=lambda path: (path.count("."), path),
    )


def parent_of(path: str) -> str:
    """The path to what a value stands in."""
    return path.rpartition(".")[0]


def _leaves(value: JsonValue) -> Iterator[tuple[str, str]]:
    for path, each in _inner(value):
        if isinstance(each, str | int | float) and not isinstance(each, bool):
            yield path, text_of(each)


def _inner(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """A value and all that is in it, each with its path. A huge value is looked at in part."""
    waiting: list[tuple[str, JsonValue]] = [("", value)]
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return
        path, each = waiting.pop()
        yield path, each
        if isinstance(each, dict):
            waiting += [(f"{path}.{key}".lstrip("."), inner) for key, inner in each.items()]
        elif isinstance(each, list):
            waiting += [(f"{path}.{at}".lstrip("."), inner) for at, inner in enumerate(each[:100])]
