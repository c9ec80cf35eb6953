"""The page around a client: all that the client is told and does is in the history, in order, and a world is asked to do it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cablecheck import history
from cablecheck.client import signals
from cablecheck.client.host import Host
from cablecheck.client.timeline import Node


class Hands:
    """Notes what it is asked to do."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def connect(self, socket: int, *more: object) -> None:
        self.asked.append(("connect", socket))

    def send(self, socket: int, text: str) -> None:
        self.asked.append(("send", socket, text))

    def close(self, socket: int, *more: object) -> None:
        self.asked.append(("close", socket))

    def set_timer(self, name: str, milliseconds: int) -> None:
        self.asked.append(("set", name, milliseconds))

    def cancel_timer(self, name: str) -> None:
        self.asked.append(("cancel", name))

    def fetch(self, action: signals.Fetch) -> None:
        self.asked.append(("fetch", action.fetch))

    def abort(self, fetch: int) -> None:
        self.asked.append(("abort", fetch))


class Scripted:
    """A client that answers the next event with these actions."""

    def __init__(self, *actions: signals.ClientAction) -> None:
        self.actions = list(actions)
        self.heard: list[signals.ClientEvent] = []
        self.timeline: Sequence[Node] = ()

    def start(self, now: float) -> list[signals.ClientAction]:
        return self._next()

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        self.heard.append(event)
        return self._next()

    def _next(self) -> list[signals.ClientAction]:
        actions, self.actions = self.actions, []
        return actions


def hosted(*actions: signals.ClientAction) -> tuple[Host, Scripted, Hands, list[history.Event]]:
    client, hands, events = Scripted(*actions), Hands(), list[history.Event]()
    host = Host("c1", client, hands, api_path="/v1", record=events.append, now=lambda: 1.5)
    return host, client, hands, events


DONE: dict[str, tuple[signals.ClientAction, history.Event, object | None]] = {
    "close": (signals.Close(2), history.Closed(1.5, "c1", 2, "local"), ("close", 2)),
    "abort": (signals.Abort(3), history.FetchEnded(1.5, "c1", 3, error="given up"), ("abort", 3)),
    "move": (signals.Move(1, 2), history.Moved(1.5, "c1", 1, 2), None),
    "identify": (signals.Identify(1, "7"), history.Identified(1.5, "c1", 1, "7"), None),
    "fail": (signals.MarkFailed(1), history.MarkedFailed(1.5, "c1", 1), None),
    "raise": (signals.Raise("TypeError"), history.Raised(1.5, "c1", "TypeError"), None),
    "watch": (
        signals.SetTimer("t", 5, watch=True),
        history.TimerSet(1.5, "c1", "t", 5, True),
        ("set", "t", 5),
    ),
    "cancel": (signals.CancelTimer("t"), history.TimerCancelled(1.5, "c1", "t"), ("cancel", "t")),
}


@pytest.mark.parametrize("case", DONE)
def test_what_the_client_does_is_done_and_recorded(case: str) -> None:
    action, event, asked = DONE[case]
    host, _, hands, events = hosted(action)
    host.start()
    assert events == [event]
    assert hands.asked == ([asked] if asked else [])


def test_a_send_that_is_given_up_has_no_certain_outcome() -> None:
    host, client, _, events = hosted()
    client.actions = [signals.Fetch(1, "POST", "/messages", "{}")]
    host.send("hello", "m1")
    client.actions = [signals.Abort(1)]
    host.rang("patience")
    assert events[-2:] == [
        history.PublishUnknown(1.5, "m1", "given up"),
        history.FetchEnded(1.5, "c1", 1, error="given up"),
    ]


def test_a_send_that_breaks_off_has_no_certain_outcome_and_the_client_hears_of_it() -> None:
    for status, told in ((None, signals.FetchFailed(1)), (201, signals.AnswerUnreadable(1, 201))):
        host, client, _, events = hosted()
        client.actions = [signals.Fetch(1, "POST", "/messages", "{}")]
        host.send("hello", "m1")
        host.failed(1, "reset", status)
        assert history.PublishUnknown(1.5, "m1", "reset") in events
        assert client.heard[-1] == told


def test_what_is_observed_comes_before_it_happens() -> None:
    seen: list[object] = []
    client, hands = Scripted(signals.Connect(1)), Hands()
    host = Host("c1", client, hands, api_path="", record=seen.append, now=lambda: 0.0, observe=seen.append)
    host.start()
    client.actions = [signals.Send(1, "x")]
    host.opened(1)
    assert [type(each).__module__.rsplit(".", 1)[1] for each in seen] == [
        "signals", "subject", "subject", "signals", "signals", "subject",
    ]  # fmt: skip
