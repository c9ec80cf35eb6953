"""The faults of the chat itself that can be switched on, by name. What each of them does, the chat says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cablecheck.errors import BadInputError, meant


class Defect(StrEnum):
    """One fault of the server: not of the network, which the verbs of a story break."""

    CONFIRM_BEFORE_ATTACH = "confirm-before-attach"
    MUTED_STREAM = "muted-stream"


def defects_named(words: Iterable[str]) -> tuple[Defect, ...]:
    """The defects of these names, each once. Raises BadInputError with every name that is none."""
    words = tuple(dict.fromkeys(words))
    known, every = tuple(Defect), ", ".join(Defect)
    findings = [
        f"defect '{word}': there is none of this name; {meant(word, known) or f'use one of {every}'}"
        for word in words
        if word not in known
    ]
    if findings:
        raise BadInputError(*findings)
    return tuple(map(Defect, words))
