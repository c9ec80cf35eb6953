"""`cablecheck schema`: the JSON Schema of a scenario file, or of a target file."""

from __future__ import annotations

import click


@click.command(name="schema")
@click.option("--target", "of_target", is_flag=True, help="Of a target file instead.")
def command(of_target: bool) -> None:
    """Print the JSON Schema of a scenario file, or of a target file. By it an editor completes verbs and keys.

    \b
    Example:
      cablecheck schema > scenario.schema.json
      # then, as the first line of a scenario:
      # yaml-language-server: $schema=scenario.schema.json
      cablecheck schema --target > target.schema.json
      # then, as the first line of a target file:
      #:schema ./target.schema.json

    \b
    Exit codes:
      0  printed
    """
    import json

    from cablecheck.scenario import json_schema as of_scenarios
    from cablecheck.target import json_schema as of_targets

    click.echo(json.dumps((of_targets if of_target else of_scenarios).schema(), indent=2))
