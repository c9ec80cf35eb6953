"""What all tests share: properties are searched without a stop-watch, and the whole suite is played by several processes.

A module's tests stay together (`--dist loadscope`), so whatever a fixture of a module plays is played once.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no finding.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Where tests play on real sockets: they mostly wait, for pings, timers and outages. All others only compute.
_PLAY = {"tests", "honesty", "live", "demo", "cli"}
_WORKERS_PER_CORE = 2


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Many for the whole suite; none, which is this process alone, for what was asked for by name."""
    return 0 if config.option.file_or_dir else _WORKERS_PER_CORE * len(os.sched_getaffinity(0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that play come first, and of them the longest: the others compute in their pauses."""

    def begins(item: pytest.Item) -> float:
        takes = item.get_closest_marker("takes")
        return (takes.kwargs["seconds"] if takes else 1) if _plays(item) else 0

    items.sort(key=begins, reverse=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that begins to compute steps back for good, lest those that play against the clock wait for it."""
    if "PYTEST_XDIST_WORKER" in os.environ and not _plays(item):
        os.nice(19)


def _plays(item: pytest.Item) -> bool:
    return item.path.parent.name in _PLAY
