"""The shipped stories on real Rails and on the bundled chat: the same verdict, and `hardened` loses nothing.

This is the known good: PostgreSQL, the redis adapter, a single puma, one publisher. The bundled chat is simulated, which is held to end
as over real sockets (tests/test_main_job.py), and costs no time; what only real sockets show is held to what the story expects. With
CABLECHECK_TIMES=10 in the environment all is played ten times over, which takes about fifteen minutes a profile.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cablecheck.checker.expectation import hold_against
from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.client.profiles import profile_named
from cablecheck.hunt.catalogue import CATALOGUE
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf
from tests.targets.playing import Run, gist_of, play, playable, write_target
from tests.targets.puma import Setup, rails
from tests.unmeasured import unmeasured

TIMES = int(os.environ.get("CABLECHECK_TIMES", "1"))
JOBS = 10  # they mostly wait, but more than that a busy machine shows

# Where Rails and the bundled chat differ: the story and the profile, what Rails' verdict is instead, the fact of the server that explains
# it, and the row of the catalogue that it belongs to. A difference that is not written here fails, and so does one that no longer happens.
# On the shelf there is none: what sets Rails apart takes more than one publisher, socket or process, and has tests of its own.
DIFFERENCES: dict[tuple[str, str], tuple[str, str, str]] = {}


def test_a_difference_names_a_row_of_the_catalogue() -> None:
    assert {row for _, _, row in DIFFERENCES.values()} <= {row.id for row in CATALOGUE}


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param("hardened", marks=pytest.mark.takes(seconds=80 * TIMES)),
        # Said to be shorter than it is, so that it is not begun at the same time: too much at once would show.
        pytest.param("hellotext", marks=pytest.mark.takes(seconds=22 * TIMES)),
    ],
)
async def test_rails_and_the_bundled_chat_give_the_same_verdict(profile: str, tmp_path: Path) -> None:
    expected = {story.name: bundled(story, profile) for story in shelf()}
    listed = {where: verdict for where, (verdict, _, _) in DIFFERENCES.items() if where[1] == profile}
    for time in range(TIMES):
        folder = tmp_path / f"{time}"
        folder.mkdir()
        async with rails(Setup("postgresql", "redis"), folder) as target:
            names = [story.name for story in playable(write_target(target, folder))]
            assert len(names) > 50
            runs = await told(names, folder, profile, expected)
        found = {(name, profile): run.gist for name, run in runs.items() if run.gist != expected[name]}
        assert found == listed, f"in round {time + 1} of {TIMES}"
        if profile == "hardened":
            assert unexpected(runs) == {}, f"in round {time + 1} of {TIMES}"


def bundled(story: Scenario, profile: str) -> str:
    """What comes of a story on the bundled chat."""
    if story.world == "both":
        with unmeasured():
            return gist_of(simulate(Cast(story, profile_named(profile), seed=1)).judgement.verdict)
    known = story.expect.get(profile, "verified")
    assert known == "verified", "no story that is told over real sockets only has a known loss so far"
    return known


async def told(names: list[str], folder: Path, profile: str, expected: dict[str, str]) -> dict[str, Run]:
    """What came of these stories.

    What a busy machine is enough for, no verdict at all or a message that is late and nothing else, is told again with less beside it,
    twice at most. Of what is lost, repeated or out of order nothing is told again.
    """
    runs: dict[str, Run] = {}
    for jobs in (JOBS, 2, 1):
        runs |= (await play(names, folder, profile=profile, jobs=jobs)).runs
        names = [name for name, run in runs.items() if run.gist != expected[name] and is_the_machines(run)]
        if not names:
            break
    return runs


def is_the_machines(run: Run) -> bool:
    """Whether a busy machine explains it."""
    return run.verdict.outcome is Outcome.INCONCLUSIVE or set(run.wrong()) == {"late"}


def unexpected(runs: dict[str, Run]) -> dict[str, str]:
    """Which stories did not end as they are written; what no client can win is written there."""
    written = {story.name: story.expect for story in shelf()}
    held = {name: hold_against(run.verdict, written[name]) for name, run in runs.items()}
    return {
        name: judgement.why or ""
        for name, judgement in held.items()
        if judgement.standing not in {Standing.VERIFIED, Standing.KNOWN}
    }
