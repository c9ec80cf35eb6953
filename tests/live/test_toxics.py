"""Toxiproxy's toxics and our own verbs: what each does, and what is said of one that can't be had."""

from __future__ import annotations

import pytest

from cablecheck.live.standing.toxics import Recipe, Stream, ToxicError, recipe
from cablecheck.scenario.model import Blackhole, Cut, Drop, Duration, Latency, Refuse, Throttle

RECIPES = {
    "latency": ("latency", "downstream", {"latency": 200, "jitter": 50}, (Latency(delay=Duration(0.2), jitter=Duration(0.05)),)),
    "latency upstream": ("latency", "upstream", {"latency": 1}, (Latency(delay=Duration(0.001), direction="up"),)),
    "latency, ours": ("latency", "downstream", {"delay": "2s", "direction": "both"}, (Latency(delay=Duration(2), direction="both"),)),
    "bandwidth": ("bandwidth", "downstream", {"rate": 10}, (Throttle(rate="10KB/s", what="all"),)),
    "timeout": ("timeout", "downstream", {}, (Refuse(how="hang"), Blackhole(direction="down"))),
    "timeout upstream": ("timeout", "upstream", {"timeout": 0}, (Refuse(how="hang"), Blackhole(direction="up"))),
    "reset_peer": ("reset_peer", "downstream", {}, (Refuse(how="reset"), Cut(how="rst"))),
    "cut": ("cut", "downstream", {"how": "close", "code": 1012}, (Cut(how="close", code=1012),)),
    "drop": ("drop", "downstream", {"what": "message", "nth": 2, "count": 1}, (Drop(what="message", nth=2, count=1),)),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "stream", "attributes", "steps"), RECIPES.values(), ids=RECIPES.keys())
def test_a_toxic_is_made_of_our_own_steps(kind: str, stream: Stream, attributes: dict, steps: tuple) -> None:
    assert recipe(kind, stream, attributes).steps == steps


def test_what_is_to_come_later_has_its_time_and_what_is_left_out_its_default() -> None:
    assert recipe("timeout", "downstream", {"timeout": 1500}).again_seconds == 1.5
    assert recipe("reset_peer", "upstream", {"timeout": 250}).after_seconds == 0.25
    assert recipe("latency", "downstream", {"latency": 5}).attributes == {"latency": 5, "jitter": 0}
    assert recipe("cut", "downstream", {"how": "fin"}) == Recipe((Cut(how="fin"),), {"how": "fin"})


REFUSED = {
    "slow_close": ("slow_close", "downstream", {"delay": 1}, "toxic slow_close has no counterpart here: "),
    "slicer": ("slicer", "downstream", {}, "toxic slicer has no counterpart here: "),
    "limit_data": ("limit_data", "downstream", {"bytes": 9}, "toxic limit_data has no counterpart here: "),
    "misspelt": ("latencyy", "downstream", {}, "invalid toxic type 'latencyy'; did you mean 'latency'?"),
    "unknown": ("xyz", "downstream", {}, "invalid toxic type 'xyz'; use one of latency, bandwidth, timeout, reset_peer, cut, refuse, "),
    "restart": ("restart", "downstream", {}, "invalid toxic type 'restart'; "),
    "bandwidth upstream": ("bandwidth", "upstream", {"rate": 1}, "toxic bandwidth has no counterpart upstream here"),
    "no bandwidth": ("bandwidth", "downstream", {}, "attribute rate is 0; use a whole number from 1"),
    "unknown attribute": ("latency", "downstream", {"jiter": 1}, "toxic latency has no attribute 'jiter'; did you mean 'jitter'?"),
    "no number": ("latency", "downstream", {"latency": "fast"}, 'attribute latency is "fast"; use a whole number from 0 to 86400000'),
    "a truth": ("latency", "downstream", {"latency": True}, "attribute latency is true; "),
    "negative": ("latency", "downstream", {"latency": -1}, "attribute latency is -1; "),
    "wrong word": ("cut", "downstream", {"how": "rts"}, "'how' of cut is 'rts'; did you mean 'rst'?"),
    "two at once": ("cut", "downstream", {"hw": 1, "cod": 2}, "cut lacks 'how'; add how: one of close, close-half, fin, rst; unknown key 'hw' of cut; did you mean 'how'?"),
    "a missing one": ("hold", "downstream", {}, "hold lacks 'what'; add what: "),
    "no label": ("drop", "downstream", {"what": "message", "label": "m1"}, "the story never publishes m1"),
    "a stream": ("cut", "upstream", {"how": "rst"}, "cut knows no stream; "),
    "an id": ("cut", "downstream", {"how": "rst", "id": "x"}, "cut takes neither id nor on here; "),
    "another client": ("cut", "downstream", {"how": "rst", "on": "c2"}, "cut takes neither id nor on here; "),
    "counted by a closed port": ("refuse", "downstream", {"how": "port", "times": 2}, "a closed port counts nobody; "),
    "nested": ("cut", "downstream", {"how": {"a": [1]}}, "'how' of cut is a mapping; use one of "),
    "a surrogate": ("cut", "downstream", {"how": "\ud83d"}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "stream", "attributes", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_had_is_refused_with_the_reason(
    kind: str, stream: Stream, attributes: dict, words: str
) -> None:
    with pytest.raises(ToxicError) as caught:
        recipe(kind, stream, attributes)
    assert caught.value.status == 400
    assert str(caught.value).startswith(words)
