"""What stands for a text: the mark that a run leaves in its bodies, and short digests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

_MOST_KEPT = 4096  # characters: what is found out about a longer text is not worth its memory
_MARK = re.compile(r"\[cc:([0-9a-z]+):([0-9a-z@]+)\]")


def marked(run_nonce: str, label: str) -> str:
    """The text that marks a body as message `label` of this run: `[cc:3f9a2c:m6]`."""
    return f"[cc:{run_nonce}:{label}]"


def mark_in(body: str) -> str | None:
    """The first such mark in a body, whole, or None."""
    return _kept_mark_in(body) if len(body) <= _MOST_KEPT else _mark_in(body)


def _mark_in(body: str) -> str | None:
    if "[cc:" not in body:
        return None
    found = _MARK.search(body)
    return found[0] if found else None


_kept_mark_in = lru_cache(maxsize=256)(_mark_in)


def digest(text: str) -> str:
    """Twelve hex digits that stand for a text (BLAKE2b, 48 bits)."""
    return _kept_digest(text) if len(text) <= _MOST_KEPT else _digest(text)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


_kept_digest = lru_cache(maxsize=256)(_digest)  # more only spreads the heap


def timeline_digest(ids: Iterable[str | None]) -> str:
    """Stands for a whole timeline: a digest over its ids in order, a bubble without an id counting as an empty line."""
    return _digest("".join([f"{id_ or ''}\n" for id_ in ids]))
