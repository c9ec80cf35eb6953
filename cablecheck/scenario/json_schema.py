"""The JSON Schema of a scenario file, for editors: each step is an object with exactly one key, a verb."""

from __future__ import annotations

import msgspec

from cablecheck.scenario.document import KNOWN_PROFILES, UNEXPECTABLE, Head
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import VERBS
from cablecheck.scenario.shape import JsonSchema, schema_of


def schema() -> JsonSchema:
    """Draft 2020-12. It knows each line; what one line says about another only the reader checks."""
    head = schema_of(Head)
    expected = {
        "description": "what this profile does with the story: verified, or what is known to go wrong, by label",
        "anyOf": [{"const": "verified"}, schema_of(Known) | {"minProperties": 1}],
    }
    profiles = [word for word in KNOWN_PROFILES if word not in UNEXPECTABLE]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A cablecheck scenario",
        **head,
        "properties": {
            **head["properties"],
            "steps": {
                "description": "the story, one verb a step",
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/step"},
            },
            "expect": {
                "description": "what each profile does with the story; one that is not named must be verified",
                "type": "object",
                "properties": dict.fromkeys(profiles, expected),
                "additionalProperties": False,
            },
        },
        "required": [*head["required"], "steps"],
        "dependentSchemas": _WHY_LIVE,
        "$defs": {"step": _step()},
    }


_WHY_LIVE: JsonSchema = {
    "world": {"if": {"properties": {"world": {"const": "live"}}}, "then": {"required": ["why"]}},
}


def _step() -> JsonSchema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {verb: _arguments(kind) for verb, kind in VERBS.items()},
    }


def _arguments(kind: type[msgspec.Struct]) -> JsonSchema:
    """What follows a verb; nothing at all stands for {} where no key is required."""
    mapping = schema_of(kind)
    return mapping if "required" in mapping else mapping | {"type": ["object", "null"]}
