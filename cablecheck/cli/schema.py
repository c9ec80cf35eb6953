"""`cablecheck schema`: the JSON Schema of a scenario file."""

from __future__ import annotations

import click


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of a scenario file, so that an editor completes its verbs.

    \b
    Example:
      cablecheck schema > scenario.schema.json
      # then, as the first line of a scenario:
      # yaml-language-server: $schema=scenario.schema.json

    \b
    Exit codes:
      0  printed
    """
    import json

    from cablecheck.scenario.json_schema import schema

    click.echo(json.dumps(schema(), indent=2))
