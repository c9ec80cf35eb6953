"""`cablecheck check`: scenario files validated, their stories told step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cablecheck.scenario.model import Scenario


@click.command(name="check")
@click.argument("words", metavar="FILE...", nargs=-1, required=True)
def command(words: tuple[str, ...]) -> None:
    """Read scenario files and tell their stories step by step, or say all that is wrong with them at once.

    FILE is a scenario file, a folder of them, or the name of a shipped scenario.

    \b
    Example:
      cablecheck check my-story.yaml
      cablecheck check socket-kill

    \b
    Exit codes:
      0  every file is a scenario; warnings do not count
      2  bad input: each finding is a line `file:line:column: fact; remedy`
    """
    from cablecheck.errors import BadInputError
    from cablecheck.scenario.reading import read_path
    from cablecheck.scenario.shelf import find

    findings: list[str] = []
    for word in words:
        try:
            paths = find(word)
        except BadInputError as error:
            findings += error.findings
            continue
        for path in paths:
            try:
                _tell(read_path(path))
            except BadInputError as error:
                findings += error.findings
    if findings:
        raise BadInputError(*findings)


def _tell(scenario: Scenario) -> None:
    from cablecheck.chat.defects.registry import DEFECTS
    from cablecheck.scenario.cautions import cautions
    from cablecheck.scenario.telling import tell

    click.echo(f"{scenario.name}: {scenario.story}")
    if scenario.conversations > 1:
        each = "one client" if scenario.clients == 1 else f"{scenario.clients} clients"
        click.echo(f"  in {scenario.conversations} conversations at once, with {each} in each:")
    for defect in scenario.defects:
        click.echo(f"  defect {defect}: {DEFECTS[defect].mechanism}")
    for line in tell(scenario):
        click.echo(f"  {line}")
    for caution in cautions(scenario):
        click.echo(f"  warning: {caution}")
    click.echo()
