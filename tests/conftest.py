"""What all tests share: properties are searched without a stop-watch, and the whole suite is played by several processes.

Tests that play on real sockets mostly wait, for pings, timers and outages; the others only compute. Those that play begin first, the
longest of them foremost, and the others compute in their pauses.
"""

import os
from pathlib import PurePath

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# A busy machine is no finding.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Whoever tests on GitHub wants no annotation for a loss that a test was meant to find; what GitHub is told has tests of its own.
for _name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
    os.environ.pop(_name, None)

_PLAY = {"tests", "honesty", "live", "demo", "cli", "doctor", "targets"}
# Of these, whose tests look at one real run, and so have to do it in one process.
_TOGETHER = {
    "tests/test_main_job.py",
    "tests/test_readme.py",
    "tests/cli/test_judging.py",
    "tests/cli/test_playing.py",
    "tests/doctor/test_planted.py",
}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three a core for the whole suite, for they mostly wait; none, which is this process alone, for what was asked for by name."""
    return 0 if config.option.file_or_dir else 3 * len(os.sched_getaffinity(0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What plays before what computes, and the longest first."""

    def turn(item: pytest.Item) -> tuple[bool, float]:
        takes = item.get_closest_marker("takes")
        return _plays(item.nodeid), takes.kwargs["seconds"] if takes else 0

    items.sort(key=turn, reverse=True)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How the tests are dealt out to the processes."""
    return _Scheduler(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A process that has come to compute steps back, lest those that still play against the clock wait for it."""
    if "PYTEST_XDIST_WORKER" in os.environ and not _plays(item.nodeid):
        os.nice(5 - os.nice(0))


class _Scheduler(LoadScopeScheduling):
    """Deals out what computes by the module, and what plays test by test, but for the few modules that have to stay together."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return nodeid if _plays(nodeid) and module not in _TOGETHER else module


def _plays(nodeid: str) -> bool:
    return PurePath(nodeid.partition("::")[0]).parent.name in _PLAY
