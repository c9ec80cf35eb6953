"""Secrets: `${NAME}` in a target file is the environment's, and what it stood for is masked wherever it might be written.

A server may echo a secret back in another spelling, so each is looked for as it is and as JSON, URLs, HTML and base64 spell it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from html import escape
from urllib.parse import quote, quote_plus

# Shorter ones are found everywhere by accident: masking `80` would leave no time readable.
LEAST_CHARACTERS = 6
MASK = "***"

REFERENCE = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}")
# By their names: what is a secret though it stands in the file itself.
_TELLING = re.compile(r"token|secret|passw|authorization|cookie|session|api.?key|credential", re.IGNORECASE)


def is_telling(key: str) -> bool:
    """Whether a key by this name has a secret for its value."""
    return _TELLING.search(key) is not None


class Secrets:
    """What must be written nowhere. More may be learnt on the way: tokens that a target gives out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for secret in secrets:
            self.learn(secret)

    def __bool__(self) -> bool:
        return bool(self._known)

    def learn(self, secret: str) -> None:
        """Mask this from here on. One that is too short to be told from other text is left alone."""
        if len(secret) >= LEAST_CHARACTERS and secret not in self._known:
            self._known.add(secret)
            spellings = sorted(
                {word for known in self._known for word in _spellings(known)}, key=len, reverse=True
            )
            self._pattern = re.compile("|".join(map(re.escape, spellings)))

    def masked(self, text: str) -> str:
        """The text without any of them."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _spellings(secret: str) -> Iterable[str]:
    plain = secret.encode("utf-8", "surrogateescape")
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(json.dumps(secret)[1:-1])[1:-1]
    yield quote(plain, safe="")
    yield quote(plain)
    yield quote_plus(plain)
    yield escape(secret)
    yield b64encode(plain).decode().rstrip("=")
    yield urlsafe_b64encode(plain).decode().rstrip("=")
