"""Secrets: `${NAME}` in a target file is the environment's, and what it stood for is masked wherever it might be written.

A server may echo a secret back in another spelling, so each of its characters is looked for as it is and as JSON, URLs, HTML and
Python's own errors spell it, and the whole as base64 and in hex; and where a text was cut short, the beginning that is left of it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from math import ceil

# Shorter ones are found everywhere by accident: masking `80` would leave no time readable.
LEAST_CHARACTERS = 6
MASK = "***"

REFERENCE = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}")
# By their names: what is a secret though it stands in the file itself.
_TELLING = re.compile(r"token|secret|passw|authorization|cookie|session|api.?key|credential", re.IGNORECASE)
# Where a text was cut short: it ends, or three dots follow.
_CUT_SHORT = re.compile(r"""["'`)\]}]*\s*(?:\.\.\.|…|\Z)""")


def is_telling(key: str) -> bool:
    """Whether a key by this name has a secret for its value."""
    return _TELLING.search(key) is not None


class Secrets:
    """What must be written nowhere. More may be learnt on the way: tokens that a target gives out."""

    def __init__(self, secrets: Iterable[str] = (), *, above: Secrets | None = None) -> None:
        """`above` is told of all that is learnt here: a run looks for its own secrets, and the screen for those of all runs."""
        self._known: list[str] = []  # the longest first: what stands in another must not be masked before it
        self._own: list[str] = []
        self._above = above
        for secret in secrets:
            self.learn(secret)

    def __bool__(self) -> bool:
        return bool(self._known)

    def __contains__(self, text: str) -> bool:
        """Whether one of them stands in the text, in any spelling."""
        return self.masked(text) != text

    def of_a_run(self) -> Secrets:
        """The same for one run, whose own secrets are then looked for in what it writes, and no other's."""
        return Secrets(self._own, above=self)

    def learn(self, secret: str) -> None:
        """Mask this from here on, and each of its lines. What is too short to be told from other text is left alone."""
        self._hear(secret)
        self._own.append(secret)

    def _hear(self, secret: str) -> None:
        """What a run learns is its own: those above look for it too, and no other run does."""
        parts = {part for part in (secret, *secret.splitlines()) if len(part) >= LEAST_CHARACTERS}
        if new := parts.difference(self._known):
            self._known = sorted((*self._known, *new), key=len, reverse=True)
        if self._above is not None:
            self._above._hear(secret)

    def masked(self, text: str) -> str:
        """The text without any of them."""
        for secret in self._known:
            text = _whole(secret).sub(MASK, text)
        begun = any(_beginning(secret).search(text) for secret in self._known)
        return self._without_beginnings(text) if begun else text

    def _without_beginnings(self, text: str) -> str:
        for secret in self._known:
            start = _beginning(secret)
            at = 0
            while found := start.search(text, at):
                at, length = found.end(), LEAST_CHARACTERS
                while length < len(secret) and (more := _character(secret[length]).match(text, at)):
                    at, length = more.end(), length + 1
                if _CUT_SHORT.match(text, at):
                    text, at = text[: found.start()] + MASK + text[at:], found.start() + len(MASK)
        return text


# One pattern a secret: a pattern of all of them would be made anew, longer each time, with every session that a target gives out.


@lru_cache(maxsize=4096)
def _whole(secret: str) -> re.Pattern[str]:
    return re.compile("|".join(_spellings(secret)))


@lru_cache(maxsize=4096)
def _beginning(secret: str) -> re.Pattern[str]:
    return re.compile(_spelt(secret[:LEAST_CHARACTERS]))


def _spellings(secret: str) -> Iterator[str]:
    """Patterns for all ways to write it."""
    data = _bytes(secret)
    yield _spelt(secret)
    yield f"(?i:{data.hex()})"
    for offset in range(3):  # in base64 it depends on how many bytes stand before it
        coded = b64encode(b"\0" * offset + data).decode()
        whole = coded[ceil(offset * 8 / 6) : (offset + len(data)) * 8 // 6]
        yield "".join(_SIXTY_FOUR.get(character, character) for character in whole)


# The two characters in which the alphabets of base64 differ, which URLs and JSON may escape besides (RFC 4648, sections 4 and 5).
_SIXTY_FOUR = {"+": r"(?:[+-]|%(?:25)*2[Bb])", "/": r"(?:\\*[/_]|%(?:25)*2[Ff])"}


def _spelt(text: str) -> str:
    return "".join(_character(character).pattern for character in text)


@cache
def _character(character: str) -> re.Pattern[str]:
    """A pattern for all ways to write one character. Escapes may have been escaped again, any number of times."""
    code, data = ord(character), _bytes(character)
    units = character.encode("utf-16-be", "surrogatepass")
    ways = [
        r"\\*" + re.escape(character),
        "".join(rf"\\+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)),  # JSON
        "".join(f"%(?:25)*{byte:02x}" for byte in data),  # URLs
        "".join(rf"\\+x{byte:02x}" for byte in data),  # what Python says of bytes
        rf"\\+U{code:08x}|\\+x{code:02x}",  # and of texts
        rf"&(?:amp;)*\#(?:0*{code}|x0*{code:x});",  # HTML
        *_NAMED.get(character, ()),
    ]
    if not character.isascii():
        ways.append(re.escape(data.decode("latin-1")))  # a header that was read as if it were Latin-1
    as_it_is, *escaped = ways
    return re.compile(f"(?:(?i:{'|'.join(escaped)})|{as_it_is})")


_NAMED = {
    "&": ("&(?:amp;)*",), "<": ("&(?:amp;)*lt;",), ">": ("&(?:amp;)*gt;",),
    '"': ("&(?:amp;)*quot;",), "'": ("&(?:amp;)*apos;",),
    " ": (r"\+",), "\n": (r"\\+n",), "\r": (r"\\+r",), "\t": (r"\\+t",),
}  # fmt: skip


def _bytes(text: str) -> bytes:
    """As the environment had it, or as JSON may."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
