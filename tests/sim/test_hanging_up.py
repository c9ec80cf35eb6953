"""A client that hangs up in the simulated world: its Close frame is answered, unless the line is dead or was cut."""

from __future__ import annotations

from cablecheck.client.profiles import RAILS, RAILS_7_0, Profile
from cablecheck.history import Closed, Closing, Connecting, Event, Sent
from cablecheck.sim.world import Cast, World
from tests.runs import told

SAID = "steps:\n  - publish: {count: 1}\n  - await: {shown: m1}\n"
GOODBYE = "  - inject: {what: disconnect, reason: server_restart, reconnect: true}\n"


def socket_events(steps: str, profile: Profile = RAILS) -> list[Event]:
    """What became of the first socket, and when there was a second."""
    world = World(Cast(told(SAID + steps), profile, 0))
    world.play(1000.0)
    events: list[Event] = []
    for event in world.events:
        match event:
            case (
                Sent(command="close", socket=1) | Closing(socket=1) | Closed(socket=1) | Connecting(socket=2)
            ):
                events.append(event)
    return events


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_the_server_answers_and_ends_the_connection() -> None:
    events = socket_events(GOODBYE + "  - await: {event: closed}\n")
    assert names(events) == ["Sent", "Closing", "Closed", "Connecting"]
    assert [(event.code, event.how) for event in events if isinstance(event, Closed)] == [(1005, "close")]


def test_on_a_dead_line_no_answer_comes_and_the_socket_is_given_up() -> None:
    for direction in ("up", "down", "both"):
        dead = (
            f"  - blackhole: {{direction: {direction}}}\n  - drop: {{what: ping}}\n  - wait: {{for: 20s}}\n"
        )
        events = socket_events(dead)
        assert names(events) == ["Sent", "Closed", "Connecting"], direction
        assert [event.how for event in events if isinstance(event, Closed)] == ["local"]


def test_a_cut_that_meets_the_close_frame_on_its_way_wins() -> None:
    events = socket_events(GOODBYE + "  - cut: {how: rst}\n  - await: {event: closed}\n")
    assert names(events) == ["Sent", "Closed", "Connecting"]
    assert [event.how for event in events if isinstance(event, Closed)] == ["rst"]


def test_what_comes_after_the_close_frame_is_not_heard() -> None:
    """Without pings, 7.0 finds a connection stale on which messages flow; the last of them are on their way when it hangs up."""
    steps = "  - drop: {what: ping}\n  - publish: {count: 2000, rate: 100/s}\n"
    events = socket_events(steps, RAILS_7_0)
    assert names(events)[:3] == ["Sent", "Closing", "Closed"]
