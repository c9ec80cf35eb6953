"""How much a target may say in one run, and what a story may need of it."""

from __future__ import annotations

import pytest

from cablecheck.errors import ExitCode, FloodError
from cablecheck.live.proxy.allowance import Allowance, allowance_for
from tests.runs import shelf, told

STEPS = "steps:\n  - publish: {count: 10, length: 5000}\n"


def test_each_client_has_its_own_share() -> None:
    allowance = Allowance(frames=10, size_bytes=100)
    allowance.spend("c1", 10, 100)
    allowance.spend("c2", 10, 100)
    with pytest.raises(FloodError, match="more than 10 frames to c2 in this run; see why it floods"):
        allowance.spend("c2", 1, 0)
    with pytest.raises(FloodError, match="more than 0 MB to c1 in this run") as flooded:
        allowance.spend("c1", 0, 1)
    assert flooded.value.exit_code == ExitCode.INCONCLUSIVE


def test_without_a_limit_anything_goes() -> None:
    Allowance().spend("c1", 10**12, 10**15)


def test_a_story_has_fifty_times_what_it_publishes_and_ten_thousand_frames_more() -> None:
    allowance = allowance_for(told(STEPS))
    allowance.spend("c1", 10_000 + 50 * 12, 50 * 10 * 5000)
    with pytest.raises(FloodError, match="10,600 frames"):
        allowance.spend("c1", 1, 0)
    with pytest.raises(FloodError, match="70 MB"):
        allowance.spend("c2", 0, 80 << 20)


def test_every_story_of_the_shelf_may_be_told_a_hundred_pings_a_second() -> None:
    for story in shelf():
        allowance_for(story).spend("c1", 100 * 100, 100 * 100 * 100)
