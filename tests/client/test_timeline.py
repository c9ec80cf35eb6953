"""Where the next bubble goes: always where the SDK's own search from the head would put it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from cablecheck.client.javascript import UNDEFINED, key_of
from cablecheck.client.timeline import Node, Timeline
from tests.client.acting import connected
from tests.unmeasured import unmeasured


def of(*nodes: Node) -> Timeline:
    timeline = Timeline()
    for node in nodes:
        timeline.append(node)
    return timeline


def ids(timeline: Timeline) -> str:
    return " ".join(node.id or "-" for node in timeline)


def test_ties_keep_the_order_of_arrival() -> None:
    acting = connected()
    for id_ in ("a", "b", "c"):
        acting.hear(id_, 5)
    acting.hear("d", 4)
    assert acting.shown == "d a b c"


def test_live_messages_out_of_order_are_sorted() -> None:
    acting = connected("m1")
    for second in (5, 3, 4, 2, 6):
        acting.hear(f"m{second}", second)
    assert acting.shown == "m1 m2 m3 m4 m5 m6"


def test_without_a_readable_time_a_bubble_goes_to_the_very_end_and_is_no_anchor() -> None:
    acting = connected("m1")
    acting.hear("m9", 9)
    acting.hear("none")
    acting.hear("epoch", "1780315201")
    acting.hear("m5", 5)
    assert acting.shown == "m1 m5 m9 none epoch"
    acting.hear("m10", 10)
    assert acting.shown == "m1 m5 m9 none epoch m10"


def test_beyond_the_millisecond_times_are_ties() -> None:
    acting = connected()
    acting.hear("late", "2026-06-01T12:00:00.123999Z")
    acting.hear("early", "2026-06-01T12:00:00.123001Z")
    assert acting.shown == "late early"


def test_offsets_and_rails_own_format_are_understood() -> None:
    acting = connected()
    acting.hear("noon", "2026-06-01 12:00:00 UTC")
    acting.hear("before", "2026-06-01T13:59:59+02:00")
    acting.hear("after", "2026-06-01T09:00:01-03:00")
    assert acting.shown == "before noon after"


def test_initial_bubbles_may_stand_in_any_order_and_the_first_younger_one_is_the_place() -> None:
    timeline = of(Node(1, "c", time=3), Node(2, "a", time=1), Node(3, "d", time=4))
    timeline.insert(Node(4, "b", time=2))
    assert ids(timeline) == "b c a d"
    timeline.insert(Node(5, "e", time=9))
    timeline.insert(Node(6, "x", time=3))
    assert ids(timeline) == "b c a x d e"


def test_bubbles_without_class_or_id_are_no_anchors() -> None:
    timeline = of(Node(1, "a", time=9, classed=False), Node(2, None, time=9), Node(3, "b", time=9))
    timeline.insert(Node(4, "c", time=1))
    assert ids(timeline) == "a - c b"


def test_the_last_persisted_id_passes_over_what_is_not() -> None:
    assert of().last_persisted_id is None
    assert of(Node(1, "a"), Node(2, None), Node(3, "b", classed=False)).last_persisted_id == "a"
    assert of(Node(1, "a"), Node(2, "")).last_persisted_id is None
    assert of(Node(1, None)).last_persisted_id is None


def test_a_bubble_that_learns_its_id_is_found_by_it_and_stays() -> None:
    mine = Node(2, None, classed=False)
    timeline = of(Node(1, "a"), mine, Node(3, "b"))
    assert timeline.has(key_of(UNDEFINED))
    timeline.identify(mine, "own")
    assert ids(timeline) == "a own b"
    assert timeline.first(key_of("own")) is mine
    assert not timeline.has(key_of(UNDEFINED))
    assert timeline.first(key_of("nobody")) is None
    assert len(timeline) == 3


NODES = st.lists(
    st.tuples(
        st.sampled_from(["id", "no-id", "no-class"]),
        st.none() | st.integers(0, 8),
        st.sampled_from(["insert", "append", "prepend"]),
    ),
    max_size=25,
)


@given(NODES)
def test_the_place_is_the_one_that_a_search_from_the_head_finds(
    steps: list[tuple[str, int | None, str]],
) -> None:
    timeline, model = Timeline(), list[Node]()
    for number, (kind, time, verb) in enumerate(steps, 1):
        node = Node(
            number,
            None if kind == "no-id" else str(number),
            classed=kind != "no-class",
            time=math.nan if time is None else float(time),
        )
        younger = [
            place
            for place, other in enumerate(model)
            if other.classed and other.id is not None and time is not None and other.time > time
        ]
        place = younger[0] if younger and verb == "insert" else len(model)
        model.insert(0 if verb == "prepend" else place, node)
        {"insert": timeline.insert, "append": timeline.append, "prepend": timeline.prepend}[verb](node)
        assert [each.number for each in timeline] == [each.number for each in model]
        previous = [None, *model][model.index(node)]
        assert node.previous is previous


@unmeasured()
def test_a_hundred_thousand_messages_a_little_out_of_order_are_placed_without_searching_them_all() -> None:
    timeline = Timeline()
    for number in range(100_000):
        timeline.insert(Node(number, str(number), time=float(number ^ 7)))
    assert [int(node.time) for node in timeline] == list(range(100_000))
