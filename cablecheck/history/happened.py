"""What every event has: a time, and a name in kebab case that tells its kind in a line of JSON."""

from __future__ import annotations

import msgspec


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


class Happened(msgspec.Struct, frozen=True, tag_field="event", tag=_kebab, omit_defaults=True):
    """What every event has: when, in seconds since the run began."""

    at: float
