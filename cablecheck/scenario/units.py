"""Times as a story writes them, always with their unit: 200ms, 5s, 2m; a rate such as 20/s or 1KB/s; a shift such as -3s."""

from __future__ import annotations

import re

# Without groups: these stand in the JSON Schema too. The digits are bounded so that no float overflows.
DURATION_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,6})?(ms|s|m)$"
RATE_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,6})?/(s|m)$"
BYTE_RATE_PATTERN = r"^[1-9][0-9]{0,5}(B|KB)/s$"
SHIFT_PATTERN = r"^(same|[+-][0-9]{1,6}(\.[0-9]{1,6})?(ms|s|m))$"

_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def seconds(text: str) -> float:
    """`200ms` is 0.2. Raises ValueError for anything else, a number without a unit above all."""
    if re.fullmatch(DURATION_PATTERN, text) is None:
        raise ValueError(f"{text!r} is no duration with a unit, such as 200ms, 5s or 2m")
    unit = "ms" if text.endswith("ms") else text[-1]
    return float(text.removesuffix(unit)) * _UNIT_SECONDS[unit]


def per_second(text: str) -> float:
    """`20/s` is 20, `30/m` is 0.5. Raises ValueError for anything else; a rate of nothing is none."""
    if re.fullmatch(RATE_PATTERN, text) is None:
        raise ValueError(f"{text!r} is no rate, such as 20/s or 30/m")
    number, unit = text.split("/")
    if float(number) == 0:
        raise ValueError(f"{text!r} is a rate of nothing; use 20/s or 30/m")
    return float(number) / _UNIT_SECONDS[unit]


def bytes_per_second(text: str) -> float:
    """`500B/s` is 500, `2KB/s` is 2000: a KB is 1000 bytes, as Toxiproxy's is. Raises ValueError for anything else."""
    if re.fullmatch(BYTE_RATE_PATTERN, text) is None:
        raise ValueError(f"{text!r} is no rate of bytes, such as 500B/s or 1KB/s")
    number = text.removesuffix("/s").removesuffix("B")
    return float(number.removesuffix("K")) * (1000 if number.endswith("K") else 1)


def shift_seconds(text: str) -> float:
    """`-3s` is -3, `same` is 0. Raises ValueError for anything else."""
    if re.fullmatch(SHIFT_PATTERN, text) is None:
        raise ValueError(f"{text!r} is neither `same` nor a shift, such as -3s or +200ms")
    if text == "same":
        return 0.0
    return seconds(text[1:]) * (-1 if text[0] == "-" else 1)


def written(duration_seconds: float) -> str:
    """A duration as a story writes it: 0.2 is `200ms`, 5.0 is `5s`, 120.0 is `2m`."""
    milliseconds = round(duration_seconds * 1000)
    if milliseconds and milliseconds % 60_000 == 0:
        return f"{milliseconds // 60_000}m"
    if milliseconds % 1000 == 0:
        return f"{milliseconds // 1000}s"
    return f"{milliseconds}ms"
