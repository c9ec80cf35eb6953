"""cablecheck judge: judge runs again from their files."""

from __future__ import annotations

from pathlib import Path

import click

from cablecheck.errors import ExitCode


@click.command("judge", short_help="Judge finished or broken-off runs again from their files.")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option(
    "--report",
    multiple=True,
    metavar="KIND[,KIND]...",
    help="Write these on all runs too: text, json, junit, md.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where --report writes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--strict", is_flag=True, help="Fail on known losses too.")
def command(
    runs: tuple[Path, ...], report: tuple[str, ...], report_dir: Path, as_json: bool, strict: bool
) -> ExitCode:
    """Judge finished or broken-off runs again from their files.

    RUN is the folder of a run. Its verdict.json and report.txt are written anew; a run that was killed is judged on what it had
    written.

    \b
    Example:
      cablecheck judge reports/20261122T094100Z-socket-kill-3f9a2c
      cablecheck judge reports/*/ --report junit

    \b
    Exit codes:
      0  verified, known losses aside        3  inconclusive: a run cut short proves nothing
      1  violated                            4  a bug in cablecheck itself
      2  no run folder, or not readable      130  interrupted
    """
    from cablecheck.cli.judging import judge_again

    return judge_again(runs, as_json=as_json, strict=strict, report=report, report_dir=report_dir)
