"""How GitHub's runner reads what a step prints: written after actions/runner, ActionCommand.cs, and nothing of ours.

A line is a command if it begins with `::` once blanks are trimmed and has a second `::`, or if `##[` and `]` stand anywhere in it, and its
first word is a command's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher", "save-state",
    "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A command as the runner carries it out."""

    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def commands_in(output: str) -> list[Command]:
    """Every command in what a step printed."""
    read = (_new(line) or _old(line) for line in output.split("\n"))
    return [command for command in read if command is not None]


def _new(line: str) -> Command | None:
    line = line.lstrip(
        "".join(map(chr, range(0x21))) + "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\ufeff"
    )
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    return _command(line[2:end], line[end + 2 :], ",", {"%0D": "\r", "%0A": "\n"}, {"%3A": ":", "%2C": ","})


def _old(line: str) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    return _command(
        line[start + 3 : end], line[end + 1 :], ";", {"%0D": "\r", "%0A": "\n"}, {"%3B": ";", "%5D": "]"}
    )


def _command(
    info: str, data: str, between: str, everywhere: dict[str, str], in_properties: dict[str, str]
) -> Command | None:
    name, _, told = info.partition(" ")
    if name.lower() not in _COMMANDS:
        return None
    pairs = (part.partition("=") for part in told.strip().split(between) if part)
    properties = {key: _unescaped(value, everywhere | in_properties) for key, _, value in pairs}
    return Command(name.lower(), _unescaped(data, everywhere), properties)


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for escape, char in escapes.items():
        text = text.replace(escape, char)
    return text.replace("%25", "%")
