"""The browser's HTTP cache in front of a page's fetches: an answer that says how long it stays fresh is given again, unasked.

A private cache as RFC 9111 has it. Nothing is kept without an explicit max-age, for browsers guess a lifetime only where there is a
Last-Modified; and nothing is revalidated, because no answer of a chat has a validator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Headers: TypeAlias = Iterable[tuple[str, str]]

# What an answer takes from the cache: a moment, but never no time at all.
CACHE_SECONDS = 0.001
_UNUSABLE = (206, 304)  # parts and confirmations of what is kept: RFC 9111 section 3
_MOST_SECONDS = 2**31  # what a larger number counts as: RFC 9111 section 1.2.2


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that may be given again until then."""

    status: int
    text: str
    until: float


class HttpCache:
    """The answers that are kept, by URL: only those to GET are."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def find(self, method: str, url: str, now: float) -> Kept | None:
        """The answer that spares the question, if there is a fresh one."""
        kept = self._kept.get(url) if method == "GET" else None
        return kept if kept is not None and now < kept.until else None

    def take(self, method: str, url: str, status: int, text: str, headers: Headers, now: float) -> None:
        """Keep an answer, if it says that it may be kept. Any other request that succeeds makes what is kept of its URL stale."""
        if method != "GET":
            if 200 <= status < 400:
                self._kept.pop(url, None)  # RFC 9111 section 4.4
            return
        seconds = _fresh_seconds(headers)
        if seconds > 0 and status not in _UNUSABLE:
            self._kept[url] = Kept(status, text, now + seconds)
        else:
            self._kept.pop(url, None)


def _fresh_seconds(headers: Headers) -> int:
    """For how long an answer with these headers is fresh from now on; 0: it may not be used without asking.

    A max-age that is no number, or is said twice, counts as stale (RFC 9111 section 4.2.1).
    """
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value)
    directives = [part.strip().partition("=") for part in ",".join(named.get("cache-control", ())).split(",")]
    words = {name.strip().lower() for name, _, _ in directives}
    ages = [_seconds(said) for name, _, said in directives if name.strip().lower() == "max-age"]
    if words & {"no-store", "no-cache"} or "*" in named.get("vary", ()) or len(ages) != 1:
        return 0
    return max(0, ages[0] - sum(map(_seconds, named.get("age", ()))))


def _seconds(said: str) -> int:
    """A number of seconds, never negative; 0 for what is none (RFC 9111 section 1.2.2)."""
    digits = said.strip(' "')
    if re.fullmatch("[0-9]+", digits) is None:
        return 0
    return _MOST_SECONDS if len(digits) > len(str(_MOST_SECONDS)) else min(int(digits), _MOST_SECONDS)
