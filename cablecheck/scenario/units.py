"""Times as a story writes them: 200ms, 5s, 2m; a rate such as 10/s; a shift such as -3s."""

from __future__ import annotations

import re

_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}
DURATION_PATTERN = r"^(\d+(?:\.\d+)?)(ms|s|m)$"
RATE_PATTERN = r"^(\d+(?:\.\d+)?)/(s|m)$"
SHIFT_PATTERN = r"^(?:same|([+-])(\d+(?:\.\d+)?)(ms|s|m))$"


def seconds(text: str) -> float:
    """`200ms` is 0.2. Raises ValueError for anything without a unit."""
    found = re.match(DURATION_PATTERN, text)
    if found is None:
        raise ValueError(text)
    return float(found[1]) * _UNIT_SECONDS[found[2]]


def per_second(text: str) -> float:
    """`10/s` is 10, `30/m` is 0.5. Raises ValueError; a rate of nothing is none."""
    found = re.match(RATE_PATTERN, text)
    if found is None or float(found[1]) == 0:
        raise ValueError(text)
    return float(found[1]) / _UNIT_SECONDS[found[2]]


def shift_seconds(text: str) -> float:
    """`-3s` is -3, `same` is 0. Raises ValueError."""
    found = re.match(SHIFT_PATTERN, text)
    if found is None:
        raise ValueError(text)
    if found[1] is None:
        return 0.0
    return (-1 if found[1] == "-" else 1) * float(found[2]) * _UNIT_SECONDS[found[3]]
