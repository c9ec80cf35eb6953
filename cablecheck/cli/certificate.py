"""cablecheck certificate: what a set of runs has put to the test at all."""

from __future__ import annotations

from pathlib import Path

import click

from cablecheck.errors import ExitCode


@click.command("certificate", short_help="Say which faults struck in which phase of a connection's life.")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="FAULT/PHASE",
    help="A cell in which a message must have been at stake, such as cut/catching-up or cut/all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(runs: tuple[Path, ...], required: tuple[str, ...], as_json: bool) -> ExitCode:
    """Say which faults struck in which phase of a connection's life.

    RUN is the folder of a run; over all of them it is told whether a message was at stake. A set of runs that never cut the line during a catch-up proves nothing about that, however green it
    is: where a required cell was never hit, the set is inconclusive.

    \b
    Example:
      cablecheck certificate reports/*socket-kill*
      cablecheck certificate reports/* --require cut/live --require fail/catching-up

    \b
    Exit codes:
      0  every required cell was hit
      2  no run folder, or not readable; an unknown fault or phase
      3  inconclusive: a required cell was never hit
    """
    from cablecheck.cli.certifying import certify

    return certify(runs, required, as_json=as_json)
