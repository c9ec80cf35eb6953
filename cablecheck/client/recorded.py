"""A recording as it is read: inputs, each with the outputs that followed it, and what two outputs must have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from cablecheck.cable import json_values
from cablecheck.cable.commands import Perform, read_command
from cablecheck.cable.json_values import JsonValue
from cablecheck.client.transcript import Entry
from cablecheck.errors import BadInputError

_NO_ID = (
    "undefined",
    "null",
)  # what a missing id and a null one are shown as; the recordings write null for both


@dataclass(frozen=True, slots=True)
class Output:
    """One output, at `index` of the log."""

    index: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Given:
    """One input, at `index` of the log, and what it caused. The first stands for loading the page and has no entry."""

    index: int
    entry: Entry
    outputs: list[Output] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.entry["in"])

    @property
    def connects(self) -> bool:
        """Whether it caused a new socket."""
        return any(output.entry["out"] == "connect" for output in self.outputs)

    @property
    def title(self) -> str:
        """For a message: the input, cut short."""
        return f"{json_values.write(self.entry):.160}" if self.entry else "loading the page"

    def number(self, key: str, default: int | None = None) -> int:
        """A number of the entry. Raises BadInputError where it is none."""
        value = self.entry.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(f"'{key}' is no whole number", f"give '{key}' as the recorder wrote it")
        return value

    def text(self, key: str) -> str:
        """A text of the entry. Raises BadInputError where it is none."""
        value = self.entry.get(key)
        if not isinstance(value, str):
            raise self.bad(f"'{key}' is no text", f"give '{key}' as the recorder wrote it")
        return value

    def bad(self, fact: str, remedy: str) -> BadInputError:
        """What is wrong with this entry."""
        return BadInputError(f"replay[{self.index}]: {fact}; {remedy}")


@dataclass(frozen=True, slots=True)
class Log:
    """A whole recording. `steps[0]` is the loading of the page."""

    client: Entry
    steps: Sequence[Given]
    expected: Entry

    @property
    def first_page_asked(self) -> int | None:
        """The `page` of the first fetch that has one."""
        for output in (each for step in self.steps for each in step.outputs if each.entry["out"] == "fetch"):
            pages = [value for key, value in _place(output.entry["url"])[1] if key == "page"]
            if pages and re.fullmatch("[0-9]{1,15}", pages[0]):
                return int(pages[0])
        return None

    def typing_told_at_open(self, position: int) -> tuple[int, int]:
        """The socket that was connecting at this step, and how often typing was told once it opened (0: it never did)."""
        before = [each.entry for step in self.steps[: position + 1] for each in step.outputs]
        socket = max((each["ws"] for each in before if each["out"] == "connect"), default=0)
        for step in self.steps[position + 1 :]:
            if step.entry.get("ws") == socket:
                return socket, sum(
                    _tells_typing(each.entry) for each in step.outputs
                ) if step.kind == "open" else 0
        return socket, 0


def _tells_typing(entry: Entry) -> bool:
    return entry["out"] == "send" and isinstance(read_command(entry["data"]), Perform)


def read_log(recording: JsonValue) -> Log:
    """Read a recording. Raises BadInputError where it is none."""
    if not isinstance(recording, dict):
        raise BadInputError("recording: no JSON object; give a file of the recordings' format")
    client, entries, expected = (recording.get(key) for key in ("client", "replay", "expected"))
    if not isinstance(client, dict):
        raise BadInputError("client: missing or no object; say how the page starts")
    if not isinstance(entries, list):
        raise BadInputError("replay: missing or no list; give the ordered log of inputs and outputs")
    steps = [Given(-1, {})]
    skipped: list[JsonValue] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and "note" in entry and not {"in", "out"} & entry.keys():
            continue
        if not isinstance(entry, dict) or ("in" in entry) == ("out" in entry):
            raise BadInputError(
                f"replay[{index}]: neither an input nor an output; give it an 'in' or an 'out'"
            )
        if entry.get("method") == "PATCH":
            skipped.append(entry.get("n"))
        elif "in" not in entry:
            steps[-1].outputs.append(_output(index, entry))
        elif "n" not in entry or entry["n"] not in skipped:
            steps.append(Given(index, entry))
    return Log(client, steps, _expected(expected))


def _expected(expected: JsonValue) -> Entry:
    """What stands at the end; a recording may leave it out."""
    if expected is None:
        return {}
    nodes = expected.get("nodes", []) if isinstance(expected, dict) else None
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise BadInputError("expected.nodes: not a list of objects; give the final nodes or leave them out")
    return dict(expected)


_KEYS: dict[str, dict[str, type]] = {
    "connect": {"ws": int},
    "send": {"ws": int, "data": str},
    "timer_set": {"name": str, "ms": int},
    "fetch": {"n": int, "method": str, "url": str},
    "rendered": {"timeline": list},
    "exception": {},
}  # fmt: skip


def _output(index: int, entry: Entry) -> Output:
    keys = _KEYS.get(str(entry["out"]))
    if keys is None:
        raise BadInputError(
            f"replay[{index}]: an output {entry['out']!r} that is not known; use one of {', '.join(_KEYS)}"
        )
    for key, type_ in keys.items():
        if not isinstance(entry.get(key), type_):
            raise BadInputError(
                f"replay[{index}]: '{key}' is missing or of the wrong kind; give '{key}' as the recorder wrote it"
            )
    return Output(index, entry)


def agree(wanted: Entry, mine: Entry) -> bool:
    """Whether two outputs are the same, as far as the recordings say: a fetch by method, path and query, an exception by being one.

    Keys that ours has not (a watch adds the time) say nothing.
    """
    if wanted["out"] != mine["out"]:
        return False
    match wanted["out"]:
        case "fetch":
            return (wanted["method"], *_place(wanted["url"])) == (mine["method"], *_place(mine["url"]))
        case "rendered":
            return _same_id(wanted.get("id"), mine["id"]) and wanted["timeline"] == mine["timeline"]
        case "exception":
            return True
        case _:
            return all(wanted.get(key) == value for key, value in mine.items())


def _place(url: str) -> tuple[str, list[tuple[str, str]]]:
    try:
        parts = urlsplit(url)
    except ValueError:  # what no browser would have asked for
        return url, []
    return parts.path, parse_qsl(parts.query, keep_blank_values=True)


def _same_id(wanted: JsonValue, mine: str) -> bool:
    return mine in _NO_ID if wanted is None else json_values.text_of(wanted) == mine
