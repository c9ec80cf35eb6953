"""`cablecheck replay-recording`: does our client do what the real SDK did?"""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="replay-recording")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(files: tuple[Path, ...]) -> int:
    """Replay recordings of the real SDK and compare, entry by entry, what the reference client does.

    \b
    Example:
      cablecheck replay-recording tests/recordings/*.json

    \b
    Exit codes:
      0  every recording agrees
      1  one differs: its first difference is printed
      2  a file cannot be read, is no recording, or holds an action that is not known
    """
    from cablecheck.client.recording import replay
    from cablecheck.errors import BadInputError, ExitCode

    findings: list[str] = []
    differing = 0
    for file in files:
        try:
            difference = replay(_read(file))
        except BadInputError as error:
            findings += (
                finding if finding.startswith(str(file)) else f"{file}: {finding}"
                for finding in error.findings
            )
            continue
        if difference is not None:
            differing += 1
            click.echo(f"{file}: differs at {difference}")
    click.echo(f"{len(files) - differing - len(findings)} of {len(files)} recordings agree")
    if findings:
        raise BadInputError(*findings)
    return ExitCode.VIOLATED if differing else ExitCode.VERIFIED


def _read(file: Path) -> object:
    """The JSON value in a file. Raises BadInputError with the file's name."""
    from cablecheck.cable.json_values import NotJsonError, parse
    from cablecheck.errors import BadInputError

    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise BadInputError(f"{file}: {reason}; give the path of a recording") from error
    except (UnicodeDecodeError, NotJsonError) as error:
        raise BadInputError(f"{file}: {error}; give a JSON file of the recordings' format") from error
