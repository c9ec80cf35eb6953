"""The JSON Schema of a target file, for editors: `[target.NAME]` and its tables."""

from __future__ import annotations

from cablecheck.scenario.shape import JsonSchema, schema_of
from cablecheck.target.model import Target
from cablecheck.target.reading import NAME_PATTERN


def schema() -> JsonSchema:
    """Draft 2020-12. It knows each key; what one table says about another only the reader checks."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A cablecheck target file",
        "description": "the servers that cablecheck is pointed at, each by its name",
        "type": "object",
        "properties": {
            "target": {
                "description": "a table for each target, by its name",
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": f"^{NAME_PATTERN}$"},
                "additionalProperties": schema_of(Target),
            }
        },
        "required": ["target"],
        "additionalProperties": False,
    }
