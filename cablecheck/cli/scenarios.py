"""`cablecheck scenarios`: what is on the shelf."""

from __future__ import annotations

import click


@click.command(name="scenarios")
def command() -> None:
    """List the scenarios that cablecheck brings along, each with its story.

    \b
    Example:
      cablecheck scenarios
      cablecheck run socket-kill half-open

    \b
    Exit codes:
      0  listed
    """
    from cablecheck.scenario.reading import read_path
    from cablecheck.scenario.shelf import shipped

    for path in shipped():
        scenario = read_path(path)
        click.echo(scenario.name)
        click.echo(click.wrap_text(scenario.story, 100, initial_indent="    ", subsequent_indent="    "))
