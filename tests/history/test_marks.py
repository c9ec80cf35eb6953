from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cablecheck.history import digest, mark_in, marked, timeline_digest


def test_the_mark_of_a_message_is_found_in_its_body() -> None:
    assert marked("3f9a2c", "m6") == "[cc:3f9a2c:m6]"
    assert mark_in("hello [cc:3f9a2c:m6] and [cc:3f9a2c:m7]") == "[cc:3f9a2c:m6]"


def test_a_body_without_a_whole_mark_has_none() -> None:
    assert mark_in("hello [cc:3f9a2c] [cc::m6] [cc:3F:m1]") is None


@given(st.text(), st.text())
def test_digests_differ_exactly_when_their_texts_do(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert len(digest(one)) == 12


def test_a_timeline_s_digest_knows_order_and_bubbles_without_an_id() -> None:
    timelines = [[], ["1"], ["1", "2"], ["2", "1"], ["12"], ["1", None, "2"], [None], [None, None]]
    assert len({timeline_digest(ids) for ids in timelines}) == len(timelines)
    assert timeline_digest(["\ud800"]) == timeline_digest(["\ud800"])
