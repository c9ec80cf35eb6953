"""The README's console blocks: run them, compare them, or write them anew with `python -m tests.readme --write`.

A block is a session: lines that begin with `$ ` are run by a shell, one after the other in one folder for the whole page, and what
they write to standard output follows them. A YAML block that names a scenario is a file of that folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STORY = re.compile(r"^```yaml\n(name: (\S+)\n.*?)^```$", re.MULTILINE | re.DOTALL)

# What differs from run to run: when it was, how long it took, which ids the server gave.
_PASSING = (
    (re.compile(r"\d{8}T\d{6}Z-([a-z0-9-]+)-[0-9a-f]{6}"), r"<time>-\1-<run>"),
    (re.compile(r"\((ids?) [\d, ]+\)"), r"(\1 <ids>)"),
    (re.compile(r"\b\d+\.\d+( to \d+\.\d+)? s\b"), "<seconds> s"),
    (re.compile(r" +\d+\.\d(?=  )"), " <seconds>"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A command of a block and what follows it there."""

    command: str
    output: str


def sessions(page: str) -> list[list[Said]]:
    """The commands of each block, with what the page says that they print."""
    return [list(_said(block)) for block in _BLOCK.findall(page)]


def stories(page: str) -> dict[str, str]:
    """The scenarios on the page, by file name."""
    return {f"{name}.yaml": text for text, name in _STORY.findall(page)}


def lasting(output: str) -> str:
    """The output without what differs from run to run."""
    for pattern, stands_for in _PASSING:
        output = pattern.sub(stands_for, output)
    return output


class Shell:
    """Runs the page's commands in one folder, on a plain terminal of 100 columns."""

    def __init__(self, folder: Path, page: str) -> None:
        self._folder = folder
        self._last_exit_code = 0
        for name, text in stories(page).items():
            (folder / name).write_text(text)
        (folder / "tests").symlink_to(TOP / "tests")

    def run(self, command: str) -> str:
        """What the command writes to standard output; `echo $?` tells the exit code of the one before."""
        if command == "echo $?":
            return f"{self._last_exit_code}\n"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=os.environ | {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "CI": "1"},
            stdout=subprocess.PIPE,
            check=False,
        )
        self._last_exit_code = done.returncode
        return done.stdout.decode()


def written_anew(page: str) -> str:
    """The page with every block run again; what differs only in times and ids stays as it was."""
    with TemporaryDirectory() as folder:
        shell = Shell(Path(folder), page)

        def again(block: re.Match[str]) -> str:
            said = [Said(old.command, _newer(old.output, shell.run(old.command))) for old in _said(block[1])]
            return "```console\n" + "".join(f"$ {each.command}\n{each.output}" for each in said) + "```"

        return _BLOCK.sub(again, page)


def _newer(old: str, new: str) -> str:
    return old if lasting(old) == lasting(new) else new


def _said(block: str) -> Iterator[Said]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Said(command, output)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.readme --write")
    README.write_text(written_anew(README.read_text(encoding="utf-8")), encoding="utf-8")
