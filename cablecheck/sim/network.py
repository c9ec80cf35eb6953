"""How long things take between the ends of a simulated world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MICROSECONDS = 1_000_000
_MOST_WAYS = 1024  # as many different times as a way may take


@dataclass(frozen=True, slots=True)
class Network:
    """Loopback, roughly. Each way takes `latency_seconds` and up to `jitter_seconds` more, in steps of `grid_seconds`.

    A coarse grid makes things happen at one instant, which is when races show; continuous times hide them. A start of the server takes
    `start_seconds`.
    """

    latency_seconds: float = 0.001
    jitter_seconds: float = 0.001
    grid_seconds: float = 0.0005
    start_seconds: float = 0.3

    def ways(self) -> tuple[int, ...]:
        """What a way may take, each equally likely, in microseconds."""
        return _ways(self)


LOOPBACK = Network()


@cache
def _ways(network: Network) -> tuple[int, ...]:
    grid = max(microseconds(network.grid_seconds), 1)
    least, most = microseconds(network.latency_seconds), microseconds(network.jitter_seconds)
    return tuple(least + step * grid for step in range(min(most // grid + 1, _MOST_WAYS)))


def microseconds(seconds: float) -> int:
    """Whole microseconds, the nearest."""
    return round(seconds * MICROSECONDS)
