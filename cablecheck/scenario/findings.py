"""What is wrong with a scenario file, and where: findings are gathered and raised all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cablecheck.errors import BadInputError, meant

# A hostile file can hold a finding a byte; after these a person has enough to do.
MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; both count from 1."""

    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that a person can mend: where, what is the case, what to do."""

    place: Place
    fact: str
    remedy: str

    def line(self, source: str) -> str:
        """`file:line:column: fact; remedy`."""
        return f"{source}:{self.place}: {self.fact}; {self.remedy}"


def refusal(findings: Iterable[Finding], source: str) -> BadInputError:
    """The error that says all of them, in the order of the file."""
    lines = [finding.line(source) for finding in sorted(set(findings))]
    more = len(lines) - MOST_FINDINGS
    rest = (f"{source}: and {more} findings more; mend these first",) if more > 0 else ()
    return BadInputError(*lines[:MOST_FINDINGS], *rest)


def choose(wrong: object, words: Iterable[str]) -> str:
    """The remedy for a word that is none of these: a guess where one is near, and all of them."""
    known = list(words)
    guess = meant(str(wrong), known)
    return f"{guess} Use one of {', '.join(known)}" if guess else f"use one of {', '.join(known)}"


def shown(value: object) -> str:
    """A value as an error shows it: on one line, and not all of a long one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
