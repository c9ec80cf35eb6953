"""The shared cable: one timer, growing waits, and what becomes of commands on sockets that are not open."""

import pytest

from cablecheck.client.profiles import HELLOTEXT, Rule
from cablecheck.client.signals import CancelTimer, Closing, Connect, Errored, SetTimer, Typed
from tests.client.acting import Acting, Always, commands_in, connected, cursors_in

NO_JITTER = [500, 1000, 2000, 4000, 8000, 10000, 10000]
MAXIMAL_JITTER = [650, 1300, 2600, 5200, 10400, 13000, 13000]


def waits(acting: Acting) -> list[int]:
    """The delays of seven failing attempts after the first socket is lost."""
    delays = []
    for socket in range(1, 8):
        delays += [action.milliseconds for action in acting.closed(socket) if isinstance(action, SetTimer)]
        acting.ring()
    return delays


def test_the_wait_doubles_from_500_ms_up_to_10_s() -> None:
    assert waits(connected(rng=Always(0.0), jitter=1.0)) == NO_JITTER


def test_maximal_jitter_adds_30_percent() -> None:
    assert waits(connected(rng=Always(1 - 2**-53), jitter=1.0)) == MAXIMAL_JITTER


def test_jitter_can_be_left_out_by_number_and_by_rule() -> None:
    assert waits(connected(rng=Always(0.9), jitter=0.0)) == NO_JITTER
    assert waits(connected(rng=Always(0.9), jitter=1.0, profile=HELLOTEXT.without(Rule.JITTER))) == NO_JITTER


def test_half_a_millisecond_is_rounded_up_not_to_the_even_neighbour() -> None:
    half = 0.5 / (500 * 0.3)
    assert waits(connected(rng=Always(half), jitter=1.0))[0] == 501


def test_without_back_off_every_wait_is_the_first() -> None:
    assert waits(connected(profile=HELLOTEXT.without(Rule.BACK_OFF))) == [500] * 7


def test_an_outage_of_ten_thousand_attempts_still_waits_10_s() -> None:
    acting = connected()
    for socket in range(1, 10_000):
        acting.closed(socket)
        acting.ring()
    assert acting.closed(10_000) == [SetTimer("reconnect", 10_000)]


def test_an_open_socket_resets_the_wait() -> None:
    acting = connected()
    acting.closed(1)
    acting.ring()
    acting.closed(2)
    acting.ring()
    acting.opened(3)
    assert acting.closed(3) == [SetTimer("reconnect", 500)]


def test_an_error_and_the_close_after_it_set_one_timer() -> None:
    acting = connected("m1")
    acting.closed(1)
    acting.ring()
    assert acting.tell(Errored(2)) == [SetTimer("reconnect", 1000)]
    assert acting.closed(2) == []


def test_commands_wait_for_the_socket_and_follow_the_resubscription() -> None:
    acting = connected("m1")
    acting.closed(1)
    acting.ring()
    assert acting.tell(Typed()) == []
    assert commands_in(acting.opened(2)) == [(2, "subscribe", "conv-1"), (2, "message", "conv-1")]


def test_commands_that_wait_on_a_socket_that_never_opens_are_lost() -> None:
    acting = connected("m1")
    acting.closed(1)
    acting.ring()
    acting.tell(Typed())
    acting.closed(2)
    acting.ring()
    assert commands_in(acting.opened(3)) == [(3, "subscribe", "conv-1")]


def test_typing_bypasses_the_back_off_and_leaves_the_attempts_alone() -> None:
    acting = connected("m1")
    for socket in (1, 2, 3):
        acting.closed(socket)
        acting.ring()
    acting.closed(4)
    assert acting.tell(Typed()) == [CancelTimer("reconnect"), Connect(5)]
    assert acting.ring() == []
    assert acting.closed(5) == [SetTimer("reconnect", 4000)]


def test_after_a_close_frame_a_send_opens_a_new_socket_and_the_cursor_is_not_captured() -> None:
    acting = connected("m1")
    assert acting.tell(Closing(1)) == []
    assert acting.tell(Typed()) == [Connect(2)]
    assert acting.closed(1) == []
    assert commands_in(acting.opened(2)) == [(2, "subscribe", "conv-1"), (2, "message", "conv-1")]
    assert acting.confirm(2) == []
    acting.hear("m9", 9, socket=2)
    assert acting.shown == "m1 m9"


def test_after_a_close_frame_and_an_earlier_outage_the_old_cursor_is_used() -> None:
    acting = connected("m1")
    acting.lose_and_return(1)
    acting.answer(1)
    acting.hear("m2", 2, socket=2)
    acting.tell(Closing(2), Typed())
    acting.opened(3)
    assert cursors_in(acting.confirm(3)) == ["/public/webchats/wc-1/messages?after_id=m1&session=sess-1"]


def test_after_a_close_frame_nothing_is_delivered() -> None:
    acting = connected("m1")
    acting.tell(Closing(1))
    assert acting.hear("m2", 2) == []
    assert acting.closed(1) == [SetTimer("reconnect", 500)]


def test_without_the_rule_a_dead_socket_swallows_what_is_sent_until_the_timer_rings() -> None:
    acting = connected("m1", profile=HELLOTEXT.without(Rule.REPLACE_DEAD_SOCKET))
    assert acting.tell(Closing(1), Typed()) == []
    acting.closed(1)
    acting.ring()
    assert commands_in(acting.opened(2)) == [(2, "subscribe", "conv-1")]


def test_without_reconnecting_only_a_command_brings_the_client_back() -> None:
    acting = connected("m1", profile=HELLOTEXT.without(Rule.RECONNECT))
    assert acting.closed(1) == []
    assert acting.tell(Typed()) == [Connect(2)]
    assert commands_in(acting.opened(2)) == [(2, "subscribe", "conv-1"), (2, "message", "conv-1")]


@pytest.mark.parametrize("socket", [0, 2, 99])
def test_events_of_a_socket_that_is_not_there_are_ignored(socket: int) -> None:
    acting = connected("m1")
    assert acting.opened(socket) == []
    assert acting.closed(socket) == []
    assert acting.tell(Errored(socket), Closing(socket)) == []
    assert acting.hear("m2", 2, socket=socket) == []
    assert acting.hear("m2", 2) != []


def test_a_socket_opens_once_and_only_an_open_one_delivers() -> None:
    acting = Acting("m1")
    assert acting.hear("m2", 2) == []
    assert len(acting.opened()) == 1
    assert acting.opened() == []


def test_a_timer_that_is_not_set_does_nothing() -> None:
    acting = connected("m1")
    assert acting.ring() == []
    assert acting.ring("nonsense") == []
