"""A checker with one rule switched off must be caught by the hand-written histories: so each rule is needed, and each is tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cablecheck.checker import (
    anomalies,
    doubts,
    endings,
    evidence,
    judging,
    provenance,
    rivals,
    signs,
    slowing,
    stakes,
    stock,
    touch,
    view,
)
from cablecheck.checker.anomalies import RULES, Case
from cablecheck.checker.doubts import DOUBTS
from cablecheck.checker.record import Record
from cablecheck.checker.signs import SIGNS, Felt, Sign
from cablecheck.checker.stock import Stock
from cablecheck.checker.subject import Subject
from cablecheck.checker.timeline import NEVER, Bubble, Timeline
from cablecheck.checker.touch import Touch
from cablecheck.checker.view import View
from tests.checker.tables import ROWS, Row
from tests.unmeasured import unmeasured

Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], Any]


def caught() -> str | None:
    """The first claim that no longer holds; one that ends in an error is one of them."""
    return next((row.claim for row in ROWS if not _holds(row)), None)


def _holds(row: Row) -> bool:
    try:
        return row.got == row.want
    except (ValueError, KeyError, IndexError):
        return False


def _always(touch_: Touch) -> Felt:
    return Felt((NEVER,), touch_.event.ids)


def _set(owner: Any, name: str, value: Any) -> Mutation:
    return lambda patch: patch.setattr(owner, name, value)


def _sign(verb: str, look: Any) -> Mutation:
    return lambda patch: patch.setitem(SIGNS, verb, Sign(look, SIGNS[verb].words))


def _moot(why: str) -> Mutation:
    return lambda patch: patch.setitem(SIGNS, "strip", replace(SIGNS["strip"], moot=lambda *_: why))


def _no_ties(self: Stock) -> None:
    _shelve(self)
    self.ranks = list(range(len(self.messages)))


def _ties_by_key_alone(self: Stock) -> None:
    _shelve(self)
    self.ranks = [0 for _ in self.messages]


def _only_asked_once(self: Case, view_: View) -> int:
    read = view_.subject.timeline.last_read
    return -1 if read is None else read


def _asked_after_the_story(self: Case, view_: View) -> int:
    read = view_.subject.timeline.last_read
    return -1 if read is None or read < self.record.closing else read


def _known_at_once(self: Stock, record: Any, first_sight: Any) -> None:
    self.known = [0] * len(self.messages)


def _known_by_acknowledgement_alone(self: Stock, record: Any, first_sight: Any) -> None:
    self.known = [
        self.publish_of[place].ended or 0 if place in self.publish_of else 0
        for place in range(len(self.messages))
    ]


def _by_id_alone(self: Stock, bubble: Bubble, room: int) -> int | None:
    return None if bubble.id is None else self.place(room, bubble.id)


def _by_nonce_alone(self: Stock, bubble: Bubble, room: int) -> int | None:
    return self.place(room, None, bubble.event.nonce)


def _in_any_room(self: Stock, room: int, id_: str | None, nonce: str | None = None) -> int | None:
    found = (_place(self, each, id_, nonce) for each in (room, *{stored.room for stored in self.messages}))
    return next((place for place in found if place is not None), None)


def _first_descent(ranks: list[int]) -> list[int]:
    """A greedy order: whatever is lower than a rank before it is wrong."""
    return [at for at, rank in enumerate(ranks) if rank < max(ranks[: at + 1])]


def _touched_probes_too(view_: View, ids: Any, _position: int) -> Any:
    places = [view_.stock.place(view_.room, id_) for id_ in ids]
    return [view_.stock.label(place) for place in places if place is not None]


def _missing_probes_too(view_: View, moments: Any) -> Any:
    story = view_.stock.story
    view_.stock.story = list(view_.stock.publish_of)
    try:
        return stakes.at_stake(view_, moments)
    finally:
        view_.stock.story = story


_shelve = Stock._shelve
_place = Stock.place


MUTATIONS: dict[str, Mutation] = {
    **{f"without the word {word}": lambda patch, word=word: patch.delitem(RULES, word) for word in RULES},
    **{f"without the doubt {doubt}": lambda patch, doubt=doubt: patch.delitem(DOUBTS, doubt) for doubt in DOUBTS},
    **{f"every {verb} is felt": _sign(verb, _always) for verb in SIGNS},
    **{f"no {verb} is felt": _sign(verb, lambda _: None) for verb in SIGNS},
    **{f"a {verb} puts nothing at stake": _sign(verb, lambda t, look=SIGNS[verb].look: look(t) and Felt()) for verb in SIGNS},
    # order
    "ties are no ties": _set(Stock, "_shelve", _no_ties),
    "everything is a tie": _set(Stock, "_shelve", _ties_by_key_alone),
    "order is greedy": _set(anomalies, "out_of_order", _first_descent),
    # probes
    "probes are messages like others": _set(Stock, "probe", lambda *_: False),
    "touched probes are at stake": _set(evidence, "touched", _touched_probes_too),
    "missing probes are at stake": _set(evidence, "at_stake", _missing_probes_too),
    "own messages are not known": _set(View, "heard", lambda self, place: self.brought(place)),
    "the closing cut excuses nothing": lambda patch: patch.setattr(Record, "closing_cut", property(lambda _: NEVER, lambda *_: None), raising=False),
    "every lost probe is excused": lambda patch: patch.setattr(Record, "closing_cut", property(lambda _: -1, lambda *_: None), raising=False),
    # what is shown
    "bubbles are known by their id alone": _set(Stock, "find", _by_id_alone),
    "bubbles are known by their mark alone": _set(Stock, "find", _by_nonce_alone),
    "a failed bubble is shown": _set(Bubble, "visible", property(lambda self: self.gone == NEVER)),
    "a bubble that is gone is shown": _set(Bubble, "visible", property(lambda self: self.failed == NEVER)),
    "a failed bubble stands to the end": _set(Bubble, "until", property(lambda self: self.gone)),
    "a gone bubble stands to the end": _set(Bubble, "until", property(lambda self: self.failed)),
    "any two bubbles are a duplicate": _set(anomalies, "_overlap", lambda bubbles: True),
    "any two bubbles are a flicker": _set(anomalies, "_came_back", lambda bubbles: (0, 0)),
    "a pending bubble is a phantom": _set(anomalies, "_was_shown", lambda bubbles: True),
    "only what is there in the end is a phantom": _set(
        anomalies, "_was_shown", lambda bubbles: any(bubble.visible for bubble in bubbles)
    ),
    "late by the last bubble": _set(
        anomalies, "first_shown", lambda view_, place: max((b.shown for b in view_.bubbles(place)), default=NEVER)
    ),
    # when it was asked and known
    "any reading will do": _set(Case, "last_read", _only_asked_once),
    "a reading before the deadline will do": _set(Case, "last_read", _asked_after_the_story),
    "everything was always known": _set(Stock, "settle", _known_at_once),
    "a message is known when its publish ends": _set(Stock, "settle", _known_by_acknowledgement_alone),
    # rooms
    "whatever is published is everybody's": _set(Stock, "published", lambda self, room: iter(self.publish_of)),
    "every room has the same messages": _set(Stock, "place", _in_any_room),
    "a frame brings what it brings to all rooms": _set(View, "brought", lambda self, place: min(
        self.subject.by_socket.get(self.stock.messages[place].id, NEVER), self.subject.by_catch_up.get(self.stock.messages[place].id, NEVER)
    )),
    "nobody is in another room": lambda patch: patch.setattr(Subject, "room", property(lambda _: 1, lambda *_: None), raising=False),
    # evidence
    "other faults end nothing that a deploy could": _set(endings, "_touched_by_others", lambda *_: False),
    "whatever touches a socket ends it": _set(endings, "SLOWING", ()),
    "whatever was stored was at stake": _set(View, "heard", lambda *_: NEVER),
    "a target is always quick": _set(Record, "pace_seconds", 0.0),
    "a hold may be as short as it likes": _set(signs, "UNSURE_SECONDS", 0.0),
    "an end is always the fault's doing": _set(Touch, "undisturbed_until", lambda _: NEVER),
    "a hold is never over": _set(Touch, "over", lambda _: NEVER),
    "any confirm after a cut will do": _set(Touch, "confirmed_after", lambda self, position, anew=False: position + 1),
    "a POST is a catch-up": _set(signs, "answered", lambda t: (t.fetch.ended,) if t.fetch else ()),
    "a command is a frame": _set(signs, "_came_down", lambda t: t.event.digest is not None),
    "any frame puts what is missing at stake": _set(signs, "frame_at_stake", lambda t, at: Felt((at,), t.event.ids)),
    "injected frames need not be too many": _set(signs, "_beyond", lambda r, natural, position: touch.after(r, position)),
    "others explain nothing": _set(signs, "excuse_seconds", lambda touch_, until: 0.0),
    "others explain no delay": _set(slowing, "excuse_seconds", lambda touch_, until: 0.0),
    "a delay may be as short as it likes": _set(slowing, "_surely", lambda touch_: 0.0),
    "who was kept out need not have been away": _set(endings, "_kept_out", lambda touch_, stop, start: Felt((stop,))),
    "others explain only what they keep": _set(rivals, "_slower_by", lambda fault: 0.0),
    "only a rival's keeping is no excuse": _set(rivals, "_KEEPING", ()),
    "others copy nothing": _set(signs, "copied", lambda touch_: False),
    "others spoil nothing": _set(signs, "unspoilt_by_others", lambda touch_: True),
    "nobody else refuses": _set(signs, "rivals", lambda touch_, until: ()),
    "the server is never down": _set(signs, "server_down", lambda record, position: False),
    "the server never comes back": _set(signs, "server_down", lambda record, position: position > record.restarts[0] if record.restarts else False),
    "a target is never slow to greet": _set(Touch, "greeted_after", lambda self: 0.0),
    "a handshake is never slow": _set(signs, "slow_line_seconds", lambda touch_, until: 0.0),
    "a reset is no cut": _set(Record, "_reset", lambda *_: None),
    "what the client knew was at stake": _set(View, "told", lambda *_: NEVER),
    "no client is beyond a fault's reach": _moot(""),
    "any client is beyond a fault's reach": _moot("it offers none"),
    "own messages are told by nobody": _set(View, "told", lambda self, place: self.heard(place)),
    # what is counted
    "whatever is known is recovered": _set(
        judging,
        "recovered",
        lambda case: tuple(label for label, p in case.stock.ledger.publishes.items() if p.outcome == "info"),
    ),
    "what is lost is masked": _set(judging, "masked", lambda rows: tuple(r.label for r in rows if r.way == "catch-up")),
    "every way is the socket": _set(provenance, "way_of", lambda *_: "socket"),
    # honesty
    "cablecheck is never wrong": _set(judging, "_bug", lambda record: None),
    "a timeline is never held against its reading": _set(Timeline, "checked", lambda self: self.contradiction),
    "an incomplete truth is the whole truth": lambda patch: patch.setattr(
        view, "Stock", stock.Stock
    ) or patch.setattr(Stock, "complete", property(lambda self: True, lambda self, _: None), raising=False),
}  # fmt: skip


def test_the_checker_as_it_is_is_caught_by_nothing() -> None:
    assert caught() is None


@pytest.mark.parametrize("mutation", MUTATIONS)
@unmeasured()
def test_a_mutated_checker_is_caught(mutation: str, monkeypatch: Patch) -> None:
    MUTATIONS[mutation](monkeypatch)
    assert caught() is not None


def test_nothing_is_left_unmutated() -> None:
    assert all(f"without the word {word}" in MUTATIONS for word in anomalies.RULES)
    assert all(f"without the doubt {doubt}" in MUTATIONS for doubt in doubts.DOUBTS)
