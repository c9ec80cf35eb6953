"""cablecheck init: write a commented target file."""

from __future__ import annotations

from pathlib import Path

import click

from cablecheck.errors import ExitCode

# Named here too, so that `--help` imports nothing; a test holds them to the presets themselves.
KINDS = ("hellotext", "rails", "anycable", "chatwoot")


@click.command("init", short_help="Write a commented target file.")
@click.option(
    "--preset", "kind", type=click.Choice(KINDS), required=True, help="The kind of chat that it describes."
)
@click.option("--name", default="staging", show_default=True, help="The name of the target in it.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("cablecheck.toml"),
    show_default=True,
    help="Where to write it.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(kind: str, name: str, out: Path, force: bool) -> ExitCode:
    """Write a commented target file, and say what to do next.

    \b
    The presets:
      hellotext  a webchat with the API and the channel of hellotext.js
      rails      a chat of your own on Action Cable, with an API of its own
      anycable   anycable-go without an application behind it
      chatwoot   a Chatwoot inbox, seen by an agent

    \b
    Example:
      cablecheck init --preset hellotext
      cablecheck init --preset rails --name production --out production.toml

    \b
    Exit codes:
      0  written
      2  the file is there already, or can't be written
    """
    from cablecheck.cli.beginning import begin

    return begin(kind, name, out, force=force)
