"""cablecheck run: play scenarios on real sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cablecheck.errors import ExitCode

# Scenarios mostly wait for pings, timers and outages: many share a core. More than this, and a slow machine shows.
JOBS = 8


@click.command("run", short_help="Play scenarios and say which messages were lost.")
@click.argument("words", nargs=-1, metavar="[SCENARIO]...")
@click.option("--profile", default="hellotext", show_default=True, help="The rules that the client follows.")
@click.option("--without", multiple=True, metavar="RULE", help="Leave this rule of the profile out.")
@click.option("--simulate", is_flag=True, help="Play in virtual time, without sockets and without waiting.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    help="With --simulate: what all chance comes from.  [default: 0]",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), default=JOBS, show_default=True, help="How many play at once."
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where each run gets a folder.",
)
@click.option(
    "--report",
    multiple=True,
    metavar="KIND[,KIND]...",
    help="Write these on all runs there too: text, json, junit, md.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-x", "--stop-at-first", is_flag=True, help="Stop at the first verdict that is a failure.")
@click.option("--strict", is_flag=True, help="Fail on known losses too.")
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Switch on a fault of the bundled chat; expectations do not hold then.",
)
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
    "--during",
    metavar="COMMAND",
    help="With the scenario `deploy`: run this command while clients are connected and messages flow.",
)
@click.option("--within", metavar="TIME", help="With --during: how long the command may take.  [default: 2m]")
@click.option(
    "--clients",
    type=click.IntRange(1, 100),
    help="With --during: how many clients each conversation has.  [default: 3]",
)
@click.option(
    "--conversations", type=click.IntRange(1, 100), help="With --during: how many there are.  [default: 2]"
)
@click.option(
    "--rate",
    metavar="RATE",
    help="With --during: how many messages each conversation gets, such as 2/s.  [default: 2/s]",
)
@click.option(
    "--wait-for-target",
    metavar="TIME",
    help="Come to the target again and again, for at most this long, until it answers: 60s.",
)
@click.option("--yes", is_flag=True, help="Play against a target that is not on this machine, unasked.")
def command(**wish: Any) -> ExitCode:  # noqa: ANN401 - click's values; Wish has their types
    """Play scenarios and say which messages were lost.

    SCENARIO is a file, a folder, or the name of a shipped scenario; without any, all shipped ones are played. The answer goes
    to standard output, progress to standard error, and each run's history to a folder of its own. The same scenario, profile and
    seed make the same simulated history, byte for byte.

    \b
    Example:
      cablecheck run                                        all, against the bundled server
      cablecheck run socket-kill --profile before-catch-up  see a loss
      cablecheck run stories/ --target staging -x
      cablecheck run --report junit,md                      reports/junit.xml and reports/summary.md
      cablecheck run --simulate --seed 7                    all, in a second
      cablecheck run --target staging --wait-for-target 60s
      cablecheck run deploy --target staging --during './deploy.sh'

    \b
    Exit codes:
      0  verified, known losses aside        3  inconclusive, or no answer from the target
      1  violated                            4  a bug in cablecheck itself
      2  bad input                           130, 143  interrupted
    """
    from cablecheck.cli.playing import play
    from cablecheck.cli.wishing import Wish

    return play(Wish(**wish))
