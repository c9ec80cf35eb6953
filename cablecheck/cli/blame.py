"""cablecheck blame: what each fault of a story really did."""

from __future__ import annotations

from typing import Any

import click

from cablecheck.errors import ExitCode


@click.command("blame", short_help="Say what each fault of a story really did, by leaving it out.")
@click.argument("word", metavar="SCENARIO")
@click.option("--profile", default="hellotext", show_default=True, help="The rules that the client follows.")
@click.option("--without", multiple=True, metavar="RULE", help="Leave this rule of the profile out.")
@click.option(
    "--defect", "defects", multiple=True, metavar="NAME", help="Switch on a fault of the chat itself."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="Where all chance comes from.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(**wish: Any) -> ExitCode:  # noqa: ANN401 - click's values; BlameWish has their types
    """Say what each fault of a story really did, by leaving it out.

    SCENARIO is a file or the name of a shipped scenario. It is simulated once as it is and once without each of its faults: a fault
    mattered if some message reaches a client otherwise without it. Where two faults do the same, they are left out together.

    \b
    Example:
      cablecheck blame second-drop-before-catch-up

    \b
    Exit codes:
      0  told
      2  bad input
    """
    from cablecheck.cli.blaming import BlameWish, tell_blame

    return tell_blame(BlameWish(**wish))
