"""cablecheck bench: how many scenarios a second can be simulated."""

from __future__ import annotations

import click

from cablecheck.errors import ExitCode


@click.command("bench", short_help="Measure how many scenarios a second can be simulated.")
@click.option(
    "--scenarios",
    type=click.IntRange(1, 100_000),
    default=100,
    show_default=True,
    help="How many make a round.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(scenarios: int, *, as_json: bool) -> ExitCode:
    """Measure how many scenarios a second can be simulated.

    The reference scenario has fifty messages, three reconnects and some thirty virtual seconds; each is played with another seed, its
    history kept and judged. What counts is CPU time, the median of five rounds. A last round, with a clock at every call from one part of
    cablecheck to another, tells which part takes how much of it; what the clock costs is taken off.

    \b
    Example:
      cablecheck bench
      cablecheck bench --json | jq .scenarios_per_second

    \b
    Exit codes:
      0  measured
      2  bad input
      4  a bug in cablecheck itself
    """
    from cablecheck.cli.benching import bench

    return bench(scenarios, as_json=as_json)
