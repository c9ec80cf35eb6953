"""cablecheck sweep: every cell of a systematic sweep, or many random worlds, in virtual time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cablecheck.errors import ExitCode


@click.command(
    "sweep", short_help="Try every cell of a systematic sweep, or many random worlds, in virtual time."
)
@click.option("--profile", default="hellotext", show_default=True, help="The rules that the client follows.")
@click.option("--without", multiple=True, metavar="RULE", help="Leave this rule of the profile out.")
@click.option(
    "--defect", "defects", multiple=True, metavar="NAME", help="Switch on a fault of the chat itself."
)
@click.option("--singles", is_flag=True, help="One fault a cell only; without it pairs are tried too.")
@click.option(
    "--random", "random", type=click.IntRange(1, 10_000_000), metavar="N", help="N random worlds instead."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="Where all chance comes from.",
)
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="How many processes.  [default: one a core]")
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where losing cells are written, as scenarios.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(**wish: Any) -> ExitCode:  # noqa: ANN401 - click's values; SweepWish has their types
    """Try every cell of a systematic sweep, or many random worlds, in virtual time.

    A cell is: where it begins x what strikes at which moment of a connection's life, once or twice x when a message is published. Of
    the losing ones the matrix tells how many, and the first are written down as scenarios that play again. That there is no
    counterexample is only said when all were played; what no client of this profile can reach is counted apart.

    \b
    Example:
      cablecheck sweep --singles                            some 2,700 cells
      cablecheck sweep --profile hardened                   every cell, pairs of faults too
      cablecheck sweep --profile hardened --random 100000   random worlds

    \b
    Exit codes:
      0  no counterexample among all of them
      1  losing cells
      2  bad input
      3  nothing was ever at stake
      4  a bug in cablecheck itself
      130, 143  interrupted
    """
    from cablecheck.cli.sweeping import SweepWish, run_sweep

    return run_sweep(SweepWish(**wish))
