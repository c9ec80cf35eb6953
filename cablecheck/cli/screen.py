"""The two streams a command speaks to, and what may be done to them.

Answers go to standard output, everything else to standard error. A reader who went away (`cablecheck run | head`) changes no
verdict. Whatever would steer a terminal, and whatever the stream's encoding lacks, is written as its escape; so is, where GitHub's runner
reads along, what it would take for a command.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from cablecheck.report.visible import visible_lines

# The runner takes a line for a command that begins with `::`, blanks aside, or has `##[` anywhere (actions/runner, ActionCommand.cs).
# What it would blank out is more than Python's blanks, so everything beyond ASCII counts as one here.
_COMMAND = re.compile(r"^([^!-~]*:):", re.MULTILINE)
_OLD_COMMAND = "##["
_MASKS: list[Callable[[str], str]] = []


def keep_secret(mask: Callable[[str], str]) -> None:
    """From here on nothing is said before this has masked it. A process has one screen, and so one list of masks."""
    _MASKS.append(mask)


def without_secrets(text: str) -> str:
    """The text as everything is said: masked."""
    for mask in _MASKS:
        text = mask(text)
    return text


def forget_secrets() -> None:
    """A new command has its own."""
    _MASKS.clear()


def answer(text: str) -> None:
    """Print what was asked for; a reader that went away is no error."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        silence(sys.stdout)


def remark(text: str) -> None:
    """Print what is not the answer: progress, warnings, errors. That it can't be printed is nobody's problem."""
    try:
        _write(sys.stderr, text)
    except (OSError, ValueError):
        silence(sys.stderr)


def command(lines: Sequence[str]) -> None:
    """Tell GitHub's runner, which reads standard error as well as standard output, so that JSON on the latter stays JSON."""
    try:
        _write(sys.stderr, "\n".join(lines), commands=True)
    except (OSError, ValueError):
        silence(sys.stderr)


def is_github(environment: Mapping[str, str]) -> bool:
    """Whether the runner of GitHub Actions, or one that speaks like it, reads what is printed."""
    return environment.get("GITHUB_ACTIONS") == "true"


def harmless(text: str) -> str:
    """The same text, but no line of it is a command to GitHub's runner; in JSON the escapes stand for what they replace."""
    return _COMMAND.sub(r"\1\\u003a", text).replace(_OLD_COMMAND, "#\\u0023[")


def silence(stream: TextIO | None) -> None:
    """Let the stream end in nowhere, so that what is still buffered for a reader who left raises no second time."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        finally:
            os.close(nowhere)
    except (AttributeError, OSError, ValueError):
        return  # no stream, a closed one, or one without a file behind it: it is silent already


def is_live(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether a person watches this stream on a terminal that can move its cursor.

    Decided by the terminal and CI alone: FORCE_COLOR makes rich write cursor movements into a log.
    """
    if stream is None or stream.closed or not stream.isatty():
        return False
    return not environment.get("CI") and environment.get("TERM", "dumb") not in {"dumb", "unknown", ""}


def has_colour(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether words may be coloured there: a live terminal, and no NO_COLOR (any value but the empty one)."""
    return is_live(stream, environment) and not environment.get("NO_COLOR")


def width_of(stream: TextIO | None) -> int | None:
    """How many characters fit on a line of the terminal behind the stream; None where there is none, and lines have no end."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return None


def _write(stream: TextIO | None, text: str, *, commands: bool = False) -> None:
    if stream is None:  # started without this stream (>&-)
        return
    text = without_secrets(text)
    encoding = stream.encoding or "utf-8"
    seen = visible_lines(text)
    if is_github(os.environ) and not commands:
        seen = harmless(seen)
    stream.write(seen.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
