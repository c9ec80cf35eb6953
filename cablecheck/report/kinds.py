"""The reports on all runs together that can be asked for, and the file that each of them becomes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cablecheck.errors import BadInputError, meant


class Kind(StrEnum):
    """The word on the command line."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    MARKDOWN = "md"


FILES: dict[Kind, str] = {
    Kind.TEXT: "summary.txt",
    Kind.JSON: "summary.json",
    Kind.JUNIT: "junit.xml",
    Kind.MARKDOWN: "summary.md",
}


def kinds_named(words: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds that words such as `junit,md` ask for, each once. Raises BadInputError with every word that is none."""
    asked = [word.strip() for words_of_one in words for word in words_of_one.split(",")]
    findings = [_unknown(word) for word in dict.fromkeys(asked) if word not in list(Kind)]
    if findings:
        raise BadInputError(*findings)
    return tuple(Kind(word) for word in dict.fromkeys(asked))


def _unknown(word: str) -> str:
    guess, kinds = meant(word, Kind), ", ".join(Kind)
    return f"--report: unknown kind of report '{word}'; {f'{guess} Use' if guess else 'use'} one of {kinds}"
