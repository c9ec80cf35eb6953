"""The cells of the sweep: all of them, each a story of its own that can be written down."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from cablecheck.hunt.cells import BEGINNINGS, pairs, singles
from cablecheck.hunt.worlds import random_world
from cablecheck.scenario.labels import labels_of
from cablecheck.scenario.model import Cut, Refuse
from cablecheck.scenario.reading import read_scenario
from cablecheck.scenario.writing import write_scenario
from tests.scenario.test_writing import bare
from tests.unmeasured import unmeasured


@unmeasured()
def test_every_cell_has_a_name_of_its_own() -> None:
    names = [cell.name for cell in singles()]
    assert len(set(names)) == len(names) > 2000
    some = [cell.name for cell in Random(0).sample(list(pairs()), 2000)]
    assert len(set(some)) == len(some)


def test_before_and_after_each_moment_stand_in_every_beginning() -> None:
    wanted = {"upgrade", "welcome", "subscribe", "confirm", "catch-up", "answer", "live-1", "live-2"}
    for beginning in BEGINNINGS:
        there = {cell.blows[0].moment.name for cell in singles() if cell.beginning == beginning}
        assert {f"{side}-{name}" for side in ("before", "after") for name in wanted} <= there
        assert {"before-connect", "during-answer"} <= there


def test_every_way_to_end_a_line_stands_at_every_moment() -> None:
    at = {}
    for cell in singles():
        blow = cell.blows[0]
        at.setdefault(blow.moment.name, set()).add(blow.strike.name)
    assert at.pop("before-connect") == {"rst", "refuse", "503", "hang"}
    assert at.pop("during-answer") == {"rst", "fin", "garbled", "503", "blackhole", "refuse"}
    assert all(names == {"rst", "fin", "close", "blackhole", "refuse"} for names in at.values())


@unmeasured()
def test_a_cell_publishes_at_most_six_messages() -> None:
    cells = [*singles(), *Random(0).sample(list(pairs()), 3000)]
    counts = [sum(map(len, labels_of(cell.scenario()))) for cell in cells]
    assert max(counts) <= 6
    assert min(counts) >= 2


@unmeasured()
def test_a_cell_and_a_random_world_can_be_written_down_and_read_again() -> None:
    stories = [cell.scenario() for cell in Random(1).sample(list(singles()), 100)]
    stories += [cell.scenario() for cell in Random(1).sample(list(pairs()), 100)]
    stories += [random_world(seed) for seed in range(100)]
    for story in stories:
        assert bare(read_scenario(write_scenario(story), "cell.yaml")) == replace(story, source="", text="")


def test_a_random_world_is_its_seeds() -> None:
    assert random_world(7) == random_world(7)
    assert len({random_world(seed).steps for seed in range(50)}) == 50
    steps = [placed.step for seed in range(300) for placed in random_world(seed).steps]
    assert {step.how for step in steps if isinstance(step, Cut)} == {"rst", "fin", "close", "close-half"}
    assert {step.how for step in steps if isinstance(step, Refuse)} == {
        "port",
        "hang",
        "reset",
        404,
        502,
        503,
    }
