"""cablecheck doctor: is a target fit to be put to the test?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cablecheck.errors import ExitCode


@click.command("doctor", short_help="Say what of a target works, and what to do about the rest.")
@click.option(
    "--target",
    metavar="NAME",
    help="A target of the target file's; without it the bundled server is started.",
)
@click.option(
    "--targets",
    type=click.Path(path_type=Path),
    default=Path("cablecheck.toml"),
    show_default=True,
    help="The target file.",
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Switch on a fault of the bundled server, to see it found.",
)
@click.option("--yes", is_flag=True, help="Examine a target that is not on this machine, unasked.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def command(**wish: Any) -> ExitCode:  # noqa: ANN401 - click's values; Wish has their types
    """Say what of a target works, and what to do about the rest, before any chaos.

    One small check after the other, from DNS to the pings; what needs a check that failed is skipped. It is over in a minute, whatever
    the target does. At most ten messages are published, marked as ours and no faster than max_rate, into two conversations of its
    own, or into the one that the target file names; one of them has a wrong token and should be refused.

    A row has failed where a verdict of `run` would be wrong or none at all, or where messages can be lost. It is a warning where a
    careful client loses nothing, and a careless one shows a message twice or out of order; warnings do not change the exit code.

    \b
    Example:
      cablecheck doctor --target staging
      cablecheck doctor --defect page-cap    a fault of the bundled server, found

    \b
    Exit codes:
      0  fit: nothing has failed
      1  unfit: messages can be lost, forged, or read by others
      2  the target file does not fit the target, or bad input
      3  the target is down, or could not be looked at to the end; that is no lost message
      4  a bug in cablecheck itself
      130, 143  interrupted
    """
    from cablecheck.cli.examining import Wish, examine_target

    return examine_target(Wish(**wish))
