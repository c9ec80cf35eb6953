"""A bubble that moves stands where it went, and stood before where it was."""

import pytest

from cablecheck.checker.timeline import Timeline
from cablecheck.history import Gone, Moved, Shown, TimelineRead, timeline_digest


def moved(*moves: tuple[int, int], bubbles: int = 4) -> Timeline:
    """So many bubbles shown one after the other, then moved: which one, behind which (0: to the head)."""
    timeline = Timeline("c1")
    for node in range(1, bubbles + 1):
        timeline.show(node, Shown(0.0, "c1", node, node - 1, "socket", str(node)))
    for position, (node, after) in enumerate(moves, bubbles + 1):
        timeline.change(position, Moved(0.0, "c1", node, after))
    return timeline


def order(timeline: Timeline, *position: int) -> str:
    return "".join(str(bubble.event.node) for bubble in timeline.in_order(*position))


MOVES = {
    "to the head": (((3, 0),), "3124"),
    "to the end": (((1, 4),), "2341"),
    "one step back": (((3, 1),), "1324"),
    "to where it stands": (((3, 2),), "1234"),
    "twice": (((1, 4), (1, 2)), "2134"),
    "and another behind it": (((1, 4), (2, 1)), "3412"),
}


@pytest.mark.parametrize(("moves", "now"), MOVES.values(), ids=MOVES.keys())
def test_a_bubble_stands_where_it_went(moves: tuple[tuple[int, int], ...], now: str) -> None:
    timeline = moved(*moves)
    assert order(timeline) == now
    assert order(timeline, 4) == "1234"
    timeline.read(9, TimelineRead(0.0, "c1", 4, timeline_digest(list(now))))
    assert timeline.checked() is None


def test_one_that_moved_and_is_gone_is_nowhere() -> None:
    timeline = moved((1, 3))
    timeline.change(6, Gone(0.0, "c1", 1))
    assert (order(timeline, 4), order(timeline, 5), order(timeline)) == ("1234", "2314", "234")


@pytest.mark.parametrize("after", [2, 9], ids=["itself", "nobody"])
def test_a_move_behind_what_is_not_there_contradicts_the_history(after: int) -> None:
    assert "not there" in str(moved((2, after)).checked())
