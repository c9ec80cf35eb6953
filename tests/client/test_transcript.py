"""The entries of a transcript are the recordings' own."""

from cablecheck.client import signals
from cablecheck.client.transcript import Transcript


def test_every_output_has_the_keys_of_the_recordings() -> None:
    actions: list[signals.ClientAction] = [
        signals.Connect(1),
        signals.Send(1, "x"),
        signals.SetTimer("reconnect", 500),
        signals.Fetch(1, "GET", "/messages"),
        signals.Show(1, 0, "socket", "m1", "x", socket=1),
        signals.Raise("TypeError"),
    ]
    assert Transcript("/v1").entries(actions) == [
        {"out": "connect", "ws": 1},
        {"out": "send", "ws": 1, "data": "x"},
        {"out": "timer_set", "name": "reconnect", "ms": 500},
        {"out": "fetch", "n": 1, "method": "GET", "url": "/v1/messages"},
        {"out": "rendered", "id": "m1", "timeline": ["m1"]},
        {"out": "exception", "message": "TypeError"},
    ]


def test_own_and_initial_bubbles_stand_in_the_timeline_without_an_entry() -> None:
    transcript = Transcript()
    silent: list[signals.ClientAction] = [
        signals.Show(1, 0, "initial", "m1", ""),
        signals.Show(2, 1, "own", None, "hi"),
        signals.Identify(2, "own-1"),
        signals.MarkFailed(2),
        signals.CancelTimer("reconnect"),
        signals.Raise("TypeError", rejected=True),
    ]
    assert transcript.entries(silent) == []
    shown = transcript.entries([signals.Show(3, 1, "catch-up", "m2", "x", fetch=1)])
    assert shown == [{"out": "rendered", "id": "m2", "timeline": ["m1", "m2", "own-1"]}]


def test_each_bubble_is_shown_with_the_timeline_of_its_moment() -> None:
    entries = Transcript().entries(signals.Show(n, n - 1, "socket", str(n), "") for n in (1, 2, 3))
    assert [entry["timeline"] for entry in entries] == [["1"], ["1", "2"], ["1", "2", "3"]]
