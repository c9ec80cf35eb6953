"""YAML text as a tree in which everything knows its place. What a story does not need (aliases, tags, a second document) is refused.

YAML 1.2 by ruamel.yaml: `on` is a word and not `true`, a duplicate key is an error. The tree is built from the parser's events, so
that every duplicate is found and no alias is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from cablecheck.scenario.findings import Finding, Place

# A step is four levels deep (the file, steps, a step, its arguments, a list in them); what is far deeper is no story.
MOST_LEVELS = 20

Plain: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value."""

    place: Place
    value: Plain


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping. Its keys are words, each once; `places` are the keys' own."""

    place: Place
    entries: dict[str, Node]
    places: dict[str, Place]


Node: TypeAlias = Leaf | Row | Table


class _BrokenOffError(Exception):
    """The text can't be read any further; the finding is noted."""


def plant(text: str) -> tuple[Node | None, list[Finding]]:
    """The tree, None for a text without any, and what is wrong with it. What is wrong is left out of the tree."""
    grower = _Grower(text)
    try:
        return grower.document(), grower.findings
    except _BrokenOffError:
        return None, grower.findings


class _Grower:
    def __init__(self, text: str) -> None:
        self.findings: list[Finding] = []
        self._text = text
        self._last = Place()
        self._events = self._parsed()

    def document(self) -> Node | None:
        tree: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._find(_place(event), "a second document begins here", "put one story in a file")
                    break
            elif isinstance(event, NodeEvent):
                tree = self._node(event, 1)
        return tree

    def _parsed(self) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(self._text):
                self._last = Place(event.end_mark.line + 1, event.end_mark.column + 1)
                yield event
        except ReaderError as error:
            before = self._text[: error.position]
            place = Place(before.count("\n") + 1, error.position - before.rfind("\n"))
            self._find(
                place, "a character that YAML does not allow", "remove it, or write it as an escape in quotes"
            )
            raise _BrokenOffError from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1) if mark else Place()
            problem = " ".join(str(error.problem or error.context).split())
            self._find(place, f"this is no YAML: {problem}", _remedy(problem))
            raise _BrokenOffError from None
        except (YAMLError, ValueError) as error:  # ruamel's own slip: an escape beyond the last character
            self._find(self._last, f"this is no YAML: {' '.join(str(error).split())}", _remedy(""))
            raise _BrokenOffError from None

    def _find(self, place: Place, fact: str, remedy: str) -> None:
        self.findings.append(Finding(place, fact, remedy))

    def _node(self, event: Event, level: int) -> Node:
        place = _place(event)
        if level > MOST_LEVELS:
            self._find(place, f"this is more than {MOST_LEVELS} levels deep", "a story is no more than five")
            raise _BrokenOffError
        if isinstance(event, AliasEvent):
            self._find(
                place, f"*{event.anchor} stands for another place", "write it out: a story has no aliases"
            )
            return Leaf(place, None)
        if getattr(event, "tag", None) is not None:
            self._find(
                place, "a tag has no meaning here", "leave it out: a story has words, numbers, true and false"
            )
        if isinstance(event, SequenceStartEvent):
            return Row(place, tuple(self._items(level)))
        if isinstance(event, MappingStartEvent):
            return self._table(place, level)
        assert isinstance(event, ScalarEvent), f"{event} is none of YAML's four nodes"
        if _HALF_PAIR.search(event.value):
            self._find(place, "half of a surrogate pair", "write the whole character")
        return Leaf(place, _value(event.value) if event.implicit[0] else event.value)

    def _items(self, level: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._node(event, level + 1)

    def _table(self, place: Place, level: int) -> Table:
        table = Table(place, {}, {})
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, level + 1)
            value = self._node(next(self._events), level + 1)
            if not isinstance(key, Leaf) or not isinstance(key.value, str):
                self._find(
                    key.place,
                    "a key that is no word",
                    "write `word: value`; quote a key that looks like a number",
                )
            elif key.value in table.entries:
                first = table.places[key.value]
                self._find(key.place, f"duplicate key '{key.value}', first at {first}", "keep one of them")
            else:
                table.entries[key.value] = value
                table.places[key.value] = key.place
        return table


_HALF_PAIR = re.compile("[\ud800-\udfff]")


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


_REMEDIES = {
    r"'\\t'": "indent with spaces, not with tabs",
    r"mapping values are not allowed": "put quotes around a text that has a colon in it, and check the indentation",
    r"cannot start any token": "put quotes around a text that begins with this character",
    r"<stream end>|end of stream": "close the bracket or quote that is still open",
    r"<block": "indent it as its neighbours are",
}


def _remedy(problem: str) -> str:
    found = (remedy for words, remedy in _REMEDIES.items() if re.search(words, problem))
    return next(found, "write a step as `- verb: {key: value}`")


_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# No longer than a 64-bit number: a longer one is a text, and no story has a use for it.
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_BROKEN = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?")


def _value(text: str) -> Plain:
    """A plain scalar as YAML 1.2's core schema reads it (yaml.org/spec/1.2.2, 10.3.2), numbers in tens only."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) else text
