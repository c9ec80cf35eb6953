"""What each key of each verb must be: one description, from the model's types, for errors and for editors."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from cablecheck.scenario.findings import Finding, choose, shown
from cablecheck.scenario.model import Duration
from cablecheck.scenario.tree import Leaf, Node, Row, Table
from cablecheck.scenario.units import DURATION_PATTERN, seconds, written

JsonSchema = dict[str, Any]


@dataclass(frozen=True)
class Key:
    """One key of a mapping: its name in the file and in Python, what it must be, and what it is when left out."""

    name: str
    attribute: str
    type: Any
    required: bool
    schema: JsonSchema


@cache
def keys_of(struct: type[msgspec.Struct]) -> dict[str, Key]:
    """The keys of a struct, by their name in the file."""
    keys = {}
    for field in msgspec.structs.fields(struct):
        kind = _without_none(field.type)
        schema = _schema(kind)
        default = field.default
        if not isinstance(default, msgspec.Struct) and default not in (msgspec.NODEFAULT, None, (), ""):
            schema = {**schema, "default": written(default) if isinstance(default, Duration) else default}
        keys[field.encode_name] = Key(field.encode_name, field.name, kind, field.required, schema)
    return keys


def read_fields(
    table: Table, struct: type[msgspec.Struct], whose: str, findings: list[Finding]
) -> dict[str, Any]:
    """The values of a mapping by Python's names; what is unknown, missing or wrong goes to `findings`."""
    keys = keys_of(struct)
    values = {}
    for name, node in table.entries.items():
        key = keys.get(name)
        if key is None:
            remedy = choose(name, keys) if keys else f"{whose} takes no keys"
            findings.append(Finding(table.places[name], f"unknown key '{name}' of {whose}", remedy))
        else:
            before = len(findings)
            value = read_value(node, key.type, f"'{name}' of {whose}", findings)
            if len(findings) == before:
                values[key.attribute] = value
    for name, key in keys.items():
        if key.required and name not in table.entries:
            findings.append(
                Finding(table.place, f"{whose} lacks '{name}'", f"add {name}: {needed(key.schema)}")
            )
    return values


def read_value(node: Node, kind: Any, whose: str, findings: list[Finding]) -> Any:  # noqa: ANN401 - a type's value
    """One value, converted; a list item by item, so that each bad one has its place."""
    if kind is Any:
        return plain(node)
    if isinstance(node, Table) and (isinstance(kind, type) or get_origin(kind) is dict):
        return _read_table(node, kind, whose, findings)
    schema = _schema(kind)
    item_kind = _item_kind(kind)
    if isinstance(node, Row) and item_kind is not None and (node.items or "anyOf" not in schema):
        return tuple(read_value(item, item_kind, f"an item of {whose}", findings) for item in node.items)
    if isinstance(node, Leaf):
        try:
            if not _slips_by(node.value, schema):
                return msgspec.convert(node.value, kind, dec_hook=_convert)
        except msgspec.ValidationError:
            pass
        fact = f"{whose} has no value" if node.value is None else f"{whose} is {shown(node.value)}"
    else:
        fact = f"{whose} is a {'list' if isinstance(node, Row) else 'mapping'}"
    findings.append(Finding(node.place, fact, _remedy(node, schema)))
    return None


def _read_table(table: Table, kind: Any, whose: str, findings: list[Finding]) -> Any:  # noqa: ANN401 - a type's value
    """A struct of its own, or whatever names there are with values of one kind."""
    if get_origin(kind) is dict:
        each = get_args(kind)[1]
        return {
            name: read_value(node, each, f"'{name}' of {whose}", findings)
            for name, node in table.entries.items()
        }
    if not issubclass(kind, msgspec.Struct):
        fact = f"{whose} is a mapping"
        findings.append(Finding(table.place, fact, _remedy(table, _schema(kind))))
        return None
    before = len(findings)
    values = read_fields(table, kind, whose, findings)
    return kind(**values) if len(findings) == before else None


def plain(node: Node) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands there, without its places."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Row):
        return [plain(item) for item in node.items]
    return {name: plain(entry) for name, entry in node.entries.items()}


def _item_kind(kind: Any) -> Any:  # noqa: ANN401 - a type
    """What the items of a list must be, where a list is what it may be; None where it is not."""
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType, Annotated):
        return next((found for part in get_args(kind) if (found := _item_kind(part)) is not None), None)
    return None


def needed(schema: JsonSchema) -> str:
    """What a value must be, in words."""
    if "description" in schema and "properties" not in schema:
        return str(schema["description"])
    if "enum" in schema:
        return f"one of {', '.join(str(word) for word in schema['enum'])}"
    if "anyOf" in schema:
        words = _words(schema)
        others = [needed(part) for part in schema["anyOf"] if "enum" not in part]
        return " or ".join([*others, f"one of {', '.join(words)}"])
    if schema.get("type") == "array":
        return f"a list, each item {needed(schema['items'])}"
    return _KINDS[schema.get("type", "")]


_KINDS = {
    "boolean": "true or false",
    "string": "text",
    "integer": "a whole number",
    "object": "a table",
    "": "any value",
}


def _remedy(node: Node, schema: JsonSchema) -> str:
    words = _words(schema)
    guess = choose(node.value, words) if isinstance(node, Leaf) and node.value is not None and words else ""
    return guess if guess.startswith("did") else f"use {needed(schema)}"


def _slips_by(value: object, schema: JsonSchema) -> bool:
    """A line's end after the last character, which a pattern's $ lets pass."""
    anchored = str(schema.get("pattern", "")).endswith("$")
    return anchored and isinstance(value, str) and value.endswith("\n")


def _words(schema: JsonSchema) -> list[str]:
    return [str(word) for part in (schema, *schema.get("anyOf", ())) for word in part.get("enum", ())]


def _without_none(kind: Any) -> Any:  # noqa: ANN401 - a type
    if NoneType not in get_args(kind):
        return kind
    return Union[tuple(part for part in get_args(kind) if part is not NoneType)]  # noqa: UP007 - built at run time


def _schema(kind: Any) -> JsonSchema:  # noqa: ANN401 - a type
    """The schema of a type, in which what has a name is spelt out where it is used, and nowhere else."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return schema_of(kind)
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(kind)[1])}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0])}
    schema = msgspec.json.schema(kind, schema_hook=_duration_schema)
    named = schema.pop("$defs", {})
    return {"enum": named[schema["$ref"].rpartition("/")[2]]["enum"]} if "$ref" in schema else schema


def schema_of(struct: type[msgspec.Struct]) -> JsonSchema:
    """The schema of a mapping: the struct's keys and no others."""
    keys = keys_of(struct)
    required = [name for name, key in keys.items() if key.required]
    return {
        "description": " ".join((inspect.getdoc(struct) or "").split()),
        "type": "object",
        "properties": {name: key.schema for name, key in keys.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _convert(kind: type, value: object) -> Duration:
    assert kind is Duration, f"{kind} is no type of a story"
    if not isinstance(value, str):
        raise ValueError("a duration is a text")
    return Duration(seconds(value))


def _duration_schema(kind: type) -> JsonSchema:
    assert kind is Duration, f"{kind} is no type of a story"
    return {
        "type": "string",
        "pattern": DURATION_PATTERN,
        "description": "a duration with a unit, such as 200ms, 5s or 2m",
    }
