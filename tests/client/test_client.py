"""The whole client: whatever comes, it answers, and its actions tell its timeline."""

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cablecheck.client import signals
from cablecheck.client.client import Client
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import PROFILES
from cablecheck.client.signals import ClientAction, ClientEvent
from cablecheck.client.transcript import Transcript
from tests.cable.test_json_values import JSON
from tests.client.acting import connected

IDENTIFIER = connected().client.identifier
NUMBERS = st.integers(0, 4)
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "reaction.create", "reaction.destroy", "note"])},
    optional={
        "id": st.sampled_from(["m1", "m2", 1, 1.0, True, None]) | JSON,
        "message": st.sampled_from(["m1", "m2"]),
        "reaction": st.just({"id": "r"}) | JSON,
        "created_at": st.sampled_from(["2026-06-01T12:00:01Z", "2026-06-01T12:00:02Z", "nonsense"]) | JSON,
        "body": JSON,
        "attachments": JSON,
        "carousel": st.booleans(),
        "html": st.sampled_from(["<p>", "x"]) | JSON,
    },
)
FRAMES = (
    st.text()
    | JSON.map(json.dumps)
    | st.builds(lambda message: json.dumps({"identifier": "x", "message": message}), MESSAGES | JSON)
    | st.builds(
        lambda identifier: json.dumps({"type": "confirm_subscription", "identifier": identifier}),
        st.just(IDENTIFIER) | JSON,
    )
)
BODIES = (
    JSON
    | st.builds(lambda messages: {"messages": messages}, st.lists(MESSAGES | JSON))
    | st.fixed_dictionaries({"id": JSON, "conversation": JSON})
)
EVENTS: st.SearchStrategy[ClientEvent] = st.one_of(
    st.builds(signals.Frame, NUMBERS, FRAMES),
    st.builds(signals.Opened, NUMBERS),
    st.builds(signals.Closing, NUMBERS),
    st.builds(signals.Errored, NUMBERS),
    st.builds(signals.Closed, NUMBERS),
    st.builds(signals.TimerFired, st.sampled_from(["reconnect", "switch", "switch-2", "other"])),
    st.builds(signals.Answered, NUMBERS, st.sampled_from([200, 201, 404, 500]), BODIES),
    st.builds(signals.AnswerUnreadable, NUMBERS, st.sampled_from([200, 500])),
    st.builds(signals.FetchFailed, NUMBERS),
    st.builds(signals.Submitted, st.sampled_from(["hi", " "])),
    st.builds(signals.QuickReplied, st.just("yes")),
    st.just(signals.Typed()),
    st.just(signals.Unsubscribed()),
    st.just(signals.Subscribed()),
)


@given(st.lists(EVENTS, max_size=30), st.sampled_from(sorted(PROFILES)), st.integers(0, 3))
def test_whatever_comes_the_client_does_not_raise_and_never_loses_its_place(
    events: list[ClientEvent], profile: str, seed: int
) -> None:
    page = Page("wc-1", "sess-1", "conv-1", (InitialMessage("m1", "2026-06-01T12:00:01Z"),))
    client = Client(page, PROFILES[profile], random.Random(seed))
    transcript = Transcript()
    transcript.entries(client.start(0.0))
    timers: set[str] = set()
    for now, event in enumerate(events):
        if isinstance(event, signals.TimerFired):
            timers.discard(event.name)
        actions = client.handle(event, float(now))
        transcript.entries(actions)
        _timers_hold(actions, timers)
        assert transcript.timeline == [node.id for node in client.timeline]


def _timers_hold(actions: list[ClientAction], timers: set[str]) -> None:
    """A timer is never set while it stands, and only one that stands is cancelled."""
    for action in actions:
        if isinstance(action, signals.SetTimer):
            assert action.name not in timers
            timers.add(action.name)
        elif isinstance(action, signals.CancelTimer):
            timers.remove(action.name)


@given(st.lists(EVENTS, max_size=12), st.integers(0, 3))
def test_a_hostile_hour_leaves_the_client_able_to_reconnect_and_show(
    events: list[ClientEvent], seed: int
) -> None:
    acting = connected("m1", rng=random.Random(seed))
    acting.tell(*events)
    for socket in range(1, 60):
        acting.closed(socket)
    assert acting.ring("reconnect") != []
    socket = next(number for number in range(1, 60) if _opens(acting, number))
    assert acting.hear("certainly new", 59, socket=socket) != []


def _opens(acting: Any, socket: int) -> bool:
    acting.opened(socket)
    return bool(acting.say("null", socket))


def test_a_frame_that_is_nested_too_deep_is_an_exception_like_any_other() -> None:
    acting = connected("m1")
    assert len(acting.say("[" * 100_000)) == 3
    assert acting.hear("m2", 2) != []


def test_two_clients_that_hear_the_same_do_the_same() -> None:
    told = [[connected("m1", jitter=1.0, rng=random.Random(7)).closed() for _ in range(3)] for _ in range(2)]
    assert told[0] == told[1]
