"""What `cablecheck init` does: write a preset, never over anything, and say what to do next. Import it late."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from cablecheck.cli.screen import answer
from cablecheck.errors import BadInputError, ExitCode
from cablecheck.target.presets import Preset, preset
from cablecheck.target.reading import FILE, is_name


def begin(kind: str, name: str, out: Path, *, force: bool) -> ExitCode:
    """Write the preset of this kind. Raises BadInputError for a name that is none, and where it can't be written."""
    if not is_name(name):
        raise BadInputError(
            f"--name {name}: no name of a target; use lower case, digits and dashes, such as staging"
        )
    begun = preset(kind, name)
    try:
        with out.open("w" if force else "x", encoding="utf-8") as file:
            file.write(begun.text)
    except FileExistsError:
        remedy = "give --force to write over it, or another file with --out"
        raise BadInputError(f"{out}: it is there already; {remedy}") from None
    except OSError as error:
        fact = (error.strerror or str(error)).lower()
        raise BadInputError(f"{out}: can't be written: {fact}; give another file with --out") from error
    answer("\n".join(_next_steps(begun, name, out)))
    return ExitCode.VERIFIED


def _next_steps(begun: Preset, name: str, out: Path) -> Iterator[str]:
    where = [] if out == Path(FILE) else ["--targets", str(out)]
    yield f"{out} is written. What to do next:"
    yield f"  1. put the addresses of your own server into {out}"
    yield f"  2. export {' '.join(f'{variable}=...' for variable in begun.variables)}"
    yield f"  3. {shlex.join(['cablecheck', 'doctor', '--target', name, *where])}"
    yield f"  4. {shlex.join(['cablecheck', 'run', '--target', name, *where])}"
