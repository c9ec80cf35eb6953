"""Where in a TOML text each key and each value stands, which tomllib, the standard library's reader, doesn't tell.

The text has been read before: only what is TOML is walked through, so nothing here has to be refused.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TypeAlias

from cablecheck.scenario.findings import Place

Path: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_TEXT = re.compile(
    r'"""(?:\\.|(?!""").)*"""(?:"(?!")|"")?'
    r"|'''(?:(?!''').)*'''(?:'(?!')|'')?"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\r\n]*")


@dataclass(frozen=True, slots=True)
class Places:
    """By the path that leads there, list items by their number: where the key is written, and where its value begins."""

    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)


def places_in(text: str) -> Places:
    """Every key and value of a text that tomllib has read. Of a table that is begun in several places, the first."""
    walker = _Walker(text)
    walker.document()
    return walker.places


class _Walker:
    def __init__(self, text: str) -> None:
        self.places = Places()
        self._text = text
        self._at = 0
        self._counts: dict[Path, int] = {}
        self._line = 1
        self._line_began = 0

    def document(self) -> None:
        head: Path = ()
        self._blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                head = self._header()
            else:
                self._pair(head)
            self._blank()

    def _header(self) -> Path:
        place = self._place()
        repeated = self._text.startswith("[[", self._at)
        self._at += 1 + repeated
        *above, last = (name for name, _ in self._key())
        self._at += 1 + repeated
        head: Path = ()
        for name in above:
            head = self._current((*head, name), place)
        head = (*head, last)
        self._note(head, place, place)
        if repeated:
            self._counts[head] = self._counts.get(head, -1) + 1
            head = (*head, self._counts[head])
            self._note(head, place, place)
        return head

    def _current(self, path: Path, place: Place) -> Path:
        """The table that a header means by this name: of a list of tables, its last."""
        self._note(path, place, place)
        return (*path, self._counts[path]) if path in self._counts else path

    def _pair(self, head: Path) -> None:
        for name, place in self._key():
            head = (*head, name)
            self._note(head, place, place)
        self._at += 1  # the =
        self._blank()
        self._value(head)

    def _value(self, path: Path) -> None:
        self.places.values[path] = self._place()
        match self._text[self._at]:
            case "{":
                self._within("}", path)
            case "[":
                self._within("]", path)
            case '"' | "'":
                self._skip(_TEXT)
            case _:
                self._skip(_PLAIN)

    def _within(self, end: str, path: Path) -> None:
        """What stands between brackets: the pairs of a table, or the items of a list."""
        self._at += 1
        self._blank()
        number = 0
        while self._text[self._at] != end:
            if end == "}":
                self._pair(path)
            else:
                self._value((*path, number))
            number += 1
            self._blank()
            if self._text[self._at] == ",":
                self._at += 1
                self._blank()
        self._at += 1

    def _key(self) -> list[tuple[str, Place]]:
        """The parts of a dotted key, each with its place."""
        parts = []
        while True:
            found = _PART.match(self._text, self._at)
            assert found is not None, "what tomllib has read begins its keys with a word"
            parts.append((_name(found[1]), self._place(found.start(1))))
            self._at = found.end()
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _note(self, path: Path, key: Place, value: Place) -> None:
        self.places.keys.setdefault(path, key)
        self.places.values.setdefault(path, value)

    def _blank(self) -> None:
        self._skip(_BLANK)

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        assert found is not None, "what tomllib has read goes on like this"
        self._at = found.end()

    def _place(self, at: int | None = None) -> Place:
        at = self._at if at is None else at
        self._line += self._text.count("\n", self._line_began, at)
        self._line_began = max(self._text.rfind("\n", 0, at) + 1, 0)
        return Place(self._line, at - self._line_began + 1)


def _name(written: str) -> str:
    """A part of a key without its quotes."""
    return str(tomllib.loads(f"name = {written}")["name"]) if written[0] in "\"'" else written
