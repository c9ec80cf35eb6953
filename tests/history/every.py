"""One event of every kind, built from its own fields, so that a new kind is covered the moment it exists."""

from __future__ import annotations

from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from cablecheck.history import Event

KINDS: tuple[type[msgspec.Struct], ...] = get_args(Event)


def _value(kind: Any) -> Any:
    if kind in (int, float, str, bool):
        return {int: 7, float: 1.25, str: 'a "quoted" ünï\n\x00 line', bool: True}[kind]
    if get_origin(kind) is tuple:
        return (7, 8) if get_args(kind)[0] is int else ("x", "y")
    first = get_args(kind)[0]
    return _value(first) if isinstance(first, type) or get_origin(first) else first


def full(kind: type[msgspec.Struct]) -> Any:
    """An event with every field set."""
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name]) for name in kind.__struct_fields__})


def spare(kind: type[msgspec.Struct]) -> Any:
    """An event with nothing but what it must have."""
    hints = get_type_hints(kind)
    required = [field.name for field in msgspec.structs.fields(kind) if field.required]
    return kind(**{name: _value(hints[name]) for name in required})


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


# Whatever JSON can say: lone surrogates, but never a pair of them that is not one character.
texts = st.text(st.characters(codec=None, exclude_categories=())).map(_joined)
