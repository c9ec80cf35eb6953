"""The entries of a transcript are the recordings' own."""

from cablecheck.client import signals
from cablecheck.client.transcript import Transcript, plain_timer


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


def test_a_bubble_that_moves_stands_elsewhere_from_then_on() -> None:
    transcript = Transcript()
    transcript.entries(signals.Show(n, n - 1, "socket", str(n), "") for n in (1, 2, 3))
    silent: list[signals.ClientAction] = [signals.Move(3, 1), signals.Close(1), signals.Abort(1)]
    assert transcript.entries(silent) == []
    assert transcript.timeline == ["1", "3", "2"]
    transcript.entries([signals.Move(2, 0)])
    assert transcript.timeline == ["2", "1", "3"]


def test_a_second_switch_under_way_is_a_timer_of_the_same_name() -> None:
    entries = Transcript().entries(
        signals.SetTimer(name, 1000) for name in ("switch", "switch-2", "switch-10")
    )
    assert [entry["name"] for entry in entries] == ["switch"] * 3
    assert [plain_timer(name) for name in ("reconnect", "re-connect", "7", "")] == [
        "reconnect",
        "re-connect",
        "7",
        "",
    ]


def test_what_a_scroll_back_brings_has_an_entry_only_if_it_is_asked_for() -> None:
    older = [signals.Show(1, 0, "initial", "m1", ""), signals.Show(2, 0, "scroll-back", "m0", "", fetch=1)]
    transcript = Transcript()
    assert transcript.entries(older) == []
    assert transcript.timeline == ["m0", "m1"]
    assert Transcript().entries(older, older=True) == [
        {"out": "rendered", "id": "m0", "timeline": ["m0", "m1"]}
    ]
