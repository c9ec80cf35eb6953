"""Target files for the tests: one that says everything, and pieces to put into another."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cablecheck.errors import BadInputError
from cablecheck.target.reading import Described, read_text
from cablecheck.target.wire import Wire

# The least that a target without a webchat says, in five tables of a line each.
LEAST = """\
[target.t]
cable = {url = "wss://chat.example/cable"}
subscription = {identifier = '{"channel":"ChatChannel","room":"1"}'}
publish = {request = "POST https://chat.example/messages", json = {body = "{body}"}}
catch_up = {request = "GET https://chat.example/messages?after={cursor}"}
truth = {request = "GET https://chat.example/messages"}
"""


def described(more: str = "", environment: Mapping[str, str] | None = None, **tables: str) -> Described:
    """The least target with other tables instead of its own (`publish='{...}'`), and more lines."""
    lines = [line for line in LEAST.splitlines() if line.partition(" = ")[0] not in tables]
    lines += [f"{name} = {value}" for name, value in tables.items() if value]
    return read_text("\n".join([*lines, more, ""]), "x.toml", "t", environment or {})


def wire(values: Mapping[str, str] | None = None, more: str = "", **tables: str) -> Wire:
    """What is said to such a target."""
    target = described(more, **tables).target
    return Wire(target, {**target.values, **(values or {})})


def findings(text: str, environment: Mapping[str, str] | None = None, name: str = "t") -> tuple[str, ...]:
    """All that is wrong with a text."""
    with pytest.raises(BadInputError) as caught:
        read_text(text, "x.toml", name, environment or {})
    return caught.value.findings
