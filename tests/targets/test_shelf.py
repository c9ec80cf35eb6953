"""The shipped stories on real Rails and on the bundled demo: the same verdict, and `hardened` loses nothing.

This is the known good: PostgreSQL, the redis adapter, a single puma, one publisher. With CABLECHECK_TIMES=10 in the environment it is
played ten times over, which takes about ten minutes a profile.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import trio

from cablecheck.checker.expectation import hold_against
from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.hunt.catalogue import CATALOGUE
from tests.runs import shelf
from tests.targets.playing import Run, play, playable, write_target
from tests.targets.puma import Setup, rails

TIMES = int(os.environ.get("CABLECHECK_TIMES", "1"))
JOBS = 12  # they mostly wait, but more than that a busy machine shows

# Where Rails and the demo differ: the story and the profile, what Rails' verdict is instead, the fact of the server that explains it, and
# the row of the catalogue that it belongs to. A difference that is not written here fails, and so does one that no longer happens.
# On the shelf there is none: what sets Rails apart takes more than one publisher, socket or process, and has tests of its own.
DIFFERENCES: dict[tuple[str, str], tuple[str, str, str]] = {}


def test_a_difference_names_a_row_of_the_catalogue() -> None:
    assert {row for _, _, row in DIFFERENCES.values()} <= {row.id for row in CATALOGUE}


@pytest.mark.takes(seconds=70 * TIMES)
@pytest.mark.parametrize("profile", ["hardened", "hellotext"])
async def test_rails_and_the_demo_give_the_same_verdict(profile: str, tmp_path: Path) -> None:
    for time in range(TIMES):
        folder = tmp_path / f"{time}"
        folder.mkdir()
        on_rails, on_the_demo = await both(profile, folder)
        assert on_rails.keys() == on_the_demo.keys()
        found = {
            (name, profile): run.gist for name, run in on_rails.items() if run.gist != on_the_demo[name].gist
        }
        listed = {where: verdict for where, (verdict, _, _) in DIFFERENCES.items() if where[1] == profile}
        assert found == listed, f"in round {time + 1} of {TIMES}"
        if profile == "hardened":
            assert unexpected(on_rails) == {}, f"in round {time + 1} of {TIMES}"


async def both(profile: str, folder: Path) -> tuple[dict[str, Run], dict[str, Run]]:
    """What came of every story on Rails and on the demo, played side by side."""
    came: dict[bool, dict[str, Run]] = {}
    async with rails(Setup("postgresql", "redis"), folder) as target:
        names = [story.name for story in playable(write_target(target, folder))]
        assert len(names) > 50

        async def tell(*, bundled: bool) -> None:
            came[bundled] = await told(names, folder, profile, bundled=bundled)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: tell(bundled=False))
            nursery.start_soon(lambda: tell(bundled=True))
    return came[False], came[True]


async def told(names: list[str], folder: Path, profile: str, *, bundled: bool) -> dict[str, Run]:
    """What came of these stories. One that came to no verdict, for which a busy machine is enough, is told again, twice at most."""
    runs: dict[str, Run] = {}
    for jobs in (JOBS, 4, 1):
        played = await play(names, folder, profile=profile, jobs=jobs, bundled=bundled)
        runs |= played.runs
        names = [name for name, run in runs.items() if run.verdict.outcome is Outcome.INCONCLUSIVE]
        if not names:
            break
    return runs


def unexpected(runs: dict[str, Run]) -> dict[str, str]:
    """Which stories did not end as they are written; what no client can win is written there."""
    written = {story.name: story.expect for story in shelf()}
    held = {name: hold_against(run.verdict, written[name]) for name, run in runs.items()}
    return {
        name: judgement.why or ""
        for name, judgement in held.items()
        if judgement.standing not in {Standing.VERIFIED, Standing.KNOWN}
    }
