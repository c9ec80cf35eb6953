"""The same cast, the same history, byte for byte: whatever process plays it, and whatever was played before."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from cablecheck.client.profiles import HELLOTEXT
from cablecheck.history import encode
from cablecheck.sim.network import Network
from cablecheck.sim.playing import played
from cablecheck.sim.world import Cast
from tests.runs import told
from tests.unmeasured import unmeasured

# Everything happens on a grid of a quarter of a second, so that much of it happens at one instant: continuous times hide ties.
COARSE = Network(latency_seconds=0.25, jitter_seconds=0.5, grid_seconds=0.25, start_seconds=0.5)
SEEDS = 1000
PROCESSES = 6


# Short, for it is played six thousand times; with two reconnects that race with what is published.
STORY = told(
    "steps:\n  - publish: {count: 2}\n  - cut: {how: rst}\n  - publish: {count: 1}\n  - await: {event: connected}\n"
    "  - cut: {how: fin}\n  - publish: {count: 2}\n"
)


def history_of(seed: int) -> bytes:
    events, _ = played(Cast(STORY, HELLOTEXT, seed, COARSE))
    return b"".join(map(encode, events))


def digest_of(seeds: range, junk: int = 0) -> str:
    """One digest over the histories of these seeds. `junk` leaves holes in the heap, so that objects lie elsewhere."""
    holes = [bytearray(size) for size in range(1, junk)]
    del holes[::2]
    state = sha256()
    for seed in seeds:
        state.update(history_of(seed))
    return state.hexdigest()


@pytest.mark.takes(seconds=10)
@unmeasured()
def test_a_seed_is_a_history_in_every_process_and_under_every_hash_seed() -> None:
    """A thousand seeds, in six processes at once."""
    children = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from tests.sim.test_determinism import *; print(digest_of(range(SEEDS), {junk}))",
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
        for junk, hash_seed in enumerate(("0", "1", "2", "random", "random", "random"))
    ]
    digests = [child.communicate()[0].strip() for child in children]
    assert len(digests) == PROCESSES
    assert all(digests)
    assert len(set(digests)) == 1


def test_another_seed_is_another_history() -> None:
    assert len({history_of(seed) for seed in range(10)}) == 10


def test_ties_occur_and_the_seed_breaks_them() -> None:
    """On the coarse grid most of what happens shares its instant, and two seeds put one story's events in different orders."""
    events, _ = played(Cast(STORY, HELLOTEXT, 3, COARSE))
    times = [event.at for event in events]
    assert len(set(times)) < len(times) / 3
