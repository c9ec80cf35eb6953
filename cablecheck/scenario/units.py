"""Times as a story writes them: 200ms, 5s, 2m; a rate such as 10/s; a shift such as -3s."""

from __future__ import annotations

import re

_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_NUMBER = r"([0-9]{1,6}(?:\.[0-9]{1,6})?)"
DURATION_PATTERN = rf"^{_NUMBER}(ms|s|m)$"
RATE_PATTERN = r"^([1-9][0-9]{0,4})/(s|m)$"
SHIFT_PATTERN = rf"^(?:same|([+-]){_NUMBER}(ms|s|m))$"


def seconds(text: str) -> float:
    """`200ms` is 0.2. Raises ValueError for anything without a unit."""
    found = re.fullmatch(DURATION_PATTERN[1:-1], text)
    if found is None:
        raise ValueError(f"'{text}' is no duration; write a number and a unit, such as 200ms, 5s or 2m")
    return float(found[1]) * _UNIT_SECONDS[found[2]]


def per_second(text: str) -> float:
    """`10/s` is 10, `30/m` is 0.5. Raises ValueError."""
    found = re.fullmatch(RATE_PATTERN[1:-1], text)
    if found is None:
        raise ValueError(f"'{text}' is no rate; write messages a second or a minute, such as 20/s or 30/m")
    return float(found[1]) / _UNIT_SECONDS[found[2]]


def shift_seconds(text: str) -> float:
    """`-3s` is -3, `+200ms` is 0.2, `same` is 0. Raises ValueError."""
    found = re.fullmatch(SHIFT_PATTERN[1:-1], text)
    if found is None:
        raise ValueError(f"'{text}' is neither 'same' nor a shift such as -3s or +200ms")
    if found[1] is None:
        return 0.0
    return (-1 if found[1] == "-" else 1) * float(found[2]) * _UNIT_SECONDS[found[3]]


def written(span: float) -> str:
    """Seconds as a story would write them, in the largest unit that keeps them whole: 61s, 2m, 1500ms."""
    milliseconds = round(span * 1000)
    if milliseconds and milliseconds % 60_000 == 0:
        return f"{milliseconds // 60_000}m"
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
