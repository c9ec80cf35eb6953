"""A page whose browser has an HTTP cache: what that spares, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cablecheck import history
from cablecheck.client import signals
from cablecheck.client.host import Host
from cablecheck.client.http_cache import Kept

FRESH = (("Cache-Control", "max-age=60"),)
PAGE = '{"messages": [{"id": "7"}]}'


class Asker:
    """A client that asks again for the same whenever it is touched."""

    timeline = ()

    def __init__(self, **more: Any) -> None:
        self.asked = 0
        self.more = more
        self.answers: list[signals.ClientEvent] = []

    def start(self, now: float) -> list[signals.ClientAction]:
        return []

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        match event:
            case signals.Typed():
                self.asked += 1
                return [signals.Fetch(self.asked, "GET", "/messages?after_id=2", catch_up=True, **self.more)]
            case signals.Unsubscribed():
                return [signals.Abort(self.asked)]
            case _:
                self.answers.append(event)
                return []


class Hands:
    """What the page asks of its world, in words."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept: dict[int, Kept] = {}

    def connect(self, socket: int) -> None:
        self.done.append(f"connect {socket}")

    def send(self, socket: int, text: str) -> None:
        self.done.append(f"send {socket}")

    def close(self, socket: int) -> None:
        self.done.append(f"close {socket}")

    def set_timer(self, name: str, milliseconds: int) -> None:
        self.done.append(f"set {name}")

    def cancel_timer(self, name: str) -> None:
        self.done.append(f"cancel {name}")

    def fetch(self, action: signals.Fetch) -> None:
        self.done.append(f"fetch {action.fetch}")

    def recall(self, fetch: int, kept: Kept) -> None:
        self.done.append(f"recall {fetch}")
        self.kept[fetch] = kept

    def abort(self, fetch: int) -> None:
        self.done.append(f"abort {fetch}")


class Stage:
    """A page that asks, and its hands; time stands still unless it is moved."""

    def __init__(self, **more: Any) -> None:
        self.now = 0.0
        self.events: list[history.Event] = []
        self.client = Asker(**more)
        self.hands = Hands()
        record: Callable[[history.Event], None] = self.events.append
        self.host = Host("c1", self.client, self.hands, api_path="/v1", record=record, now=lambda: self.now)

    def ended(self) -> list[tuple[int, int | None, bool]]:
        return [(e.fetch, e.status, e.cached) for e in self.events if isinstance(e, history.FetchEnded)]


def test_without_a_word_about_it_every_question_is_asked() -> None:
    stage = Stage()
    stage.host.type()
    stage.host.answered(1, 200, PAGE, (("Cache-Control", "no-store"),))
    stage.host.type()
    stage.host.answered(2, 200, PAGE)
    stage.host.type()
    assert stage.hands.done == ["fetch 1", "fetch 2", "fetch 3"]
    assert stage.ended() == [(1, 200, False), (2, 200, False)]


def test_a_fresh_answer_is_given_again_and_the_record_says_so() -> None:
    stage = Stage()
    stage.host.type()
    stage.host.answered(1, 200, PAGE, FRESH)
    stage.now = 59.0
    stage.host.type()
    stage.host.recalled(2, stage.hands.kept[2])
    stage.now = 61.0
    stage.host.type()
    assert stage.hands.done == ["fetch 1", "recall 2", "fetch 3"]
    assert stage.ended() == [(1, 200, False), (2, 200, True)]
    first, second = stage.client.answers
    assert isinstance(first, signals.Answered)
    assert second == signals.Answered(2, first.status, first.json)


def test_an_unreadable_answer_is_as_unreadable_the_second_time() -> None:
    stage = Stage()
    stage.host.type()
    stage.host.answered(1, 503, "sorry", FRESH)
    stage.host.type()
    stage.host.recalled(2, stage.hands.kept[2])
    assert stage.client.answers == [signals.AnswerUnreadable(1, 503), signals.AnswerUnreadable(2, 503)]
    assert stage.ended() == [(1, 503, False), (2, 503, True)]


def test_a_client_that_goes_past_the_cache_asks_and_keeps_nothing() -> None:
    stage = Stage(no_store=True)
    stage.host.type()
    stage.host.answered(1, 200, PAGE, FRESH)
    stage.host.type()
    assert stage.hands.done == ["fetch 1", "fetch 2"]


def test_what_never_came_is_not_kept() -> None:
    stage = Stage()
    stage.host.type()
    stage.host.failed(1, "reset")
    stage.host.type()
    stage.host.unsubscribe()
    stage.host.type()
    assert stage.hands.done == ["fetch 1", "fetch 2", "abort 2", "fetch 3"]


def test_an_answer_out_of_the_cache_may_be_given_up_too() -> None:
    stage = Stage()
    stage.host.type()
    stage.host.answered(1, 200, PAGE, FRESH)
    stage.host.type()
    stage.host.unsubscribe()
    assert stage.hands.done == ["fetch 1", "recall 2", "abort 2"]
    assert stage.ended()[-1] == (2, None, False)
