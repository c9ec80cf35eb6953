"""Where scenarios are: the shipped ones, and what a word on the command line means."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import cablecheck
from cablecheck.errors import BadInputError, meant

_SUFFIXES = (".yaml", ".yml")


def shipped() -> tuple[Path, ...]:
    """The scenarios that cablecheck brings along, by name: in a wheel inside the package, in a checkout beside it."""
    inside = Path(str(files(cablecheck))) / "_scenarios"
    return _in(inside if inside.is_dir() else Path(str(files(cablecheck))).parent / "scenarios")


def find(word: str) -> tuple[Path, ...]:
    """The scenario files that a word means: a file, a folder of them, or the name of a shipped one.

    What exists on disk comes before a shipped name. Raises BadInputError for a word that means nothing, and for a folder without scenarios.
    """
    shown = word if word.strip() and word.isprintable() else ascii(word)
    path = Path(word)
    if os.path.isdir(word):  # noqa: PTH112 - False, not an error, for a name that is too long
        found = _in(path)
        if not found:
            raise BadInputError(f"{shown}: a folder without a scenario; name one that holds .yaml files")
        return found
    if os.path.exists(word):  # noqa: PTH110 - the same
        return (path,)
    names = {shipped_path.stem: shipped_path for shipped_path in shipped()}
    if word in names:
        return (names[word],)
    guess = meant(path.stem, names)
    remedy = (
        f"{f'{guess} Name' if guess else 'name'} a file, a folder or one that `cablecheck scenarios` lists"
    )
    raise BadInputError(f"{shown}: no such file, and no shipped scenario has this name; {remedy}")


def find_all(words: tuple[str, ...]) -> tuple[Path, ...]:
    """The same for several words, each file once; without a word all that are shipped. Raises BadInputError with all findings."""
    if not words:
        return shipped()
    found: dict[Path, Path] = {}
    findings: list[str] = []
    for word in words:
        try:
            for path in find(word):
                found.setdefault(path.resolve(), path)
        except BadInputError as error:
            findings += error.findings
    if findings:
        raise BadInputError(*findings)
    return tuple(found.values())


def _in(folder: Path) -> tuple[Path, ...]:
    if not folder.is_dir():
        return ()
    found = (path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    return tuple(sorted(found, key=lambda path: path.stem))
