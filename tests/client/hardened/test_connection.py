"""The connection: greeted, watched, given up when it is silent, replaced when it ends."""

import pytest

from cablecheck.cable import frames
from cablecheck.client.profiles import Rule
from cablecheck.client.signals import CancelTimer, Close, Closed, Closing, Connect, Errored, Opened, SetTimer
from tests.client.acting import Always, commands_in
from tests.client.hardened.living import Living, living, timers


def connects(actions: list) -> list[int]:
    return [each.socket for each in actions if isinstance(each, Connect)]


def closes(actions: list) -> list[int]:
    return [each.socket for each in actions if isinstance(each, Close)]


def test_the_page_connects_when_it_is_loaded_and_subscribes_once_it_is_welcomed() -> None:
    page = Living()
    assert connects(page.begun) == [1]
    assert commands_in(page.opened()) == []
    assert commands_in(page.say(frames.welcome())) == [(1, "subscribe", "conv-1")]
    assert commands_in(page.say(frames.welcome())) == []


def test_without_awaiting_the_welcome_it_subscribes_on_the_open_socket_and_only_there() -> None:
    page = Living(without=Rule.AWAIT_WELCOME)
    assert commands_in(page.opened()) == [(1, "subscribe", "conv-1")]
    assert commands_in(page.say(frames.welcome())) == []


def test_an_error_and_the_close_after_it_are_one_failure() -> None:
    page = Living()
    assert timers(page.tell(Errored(1)))["reconnect"] == (1000, False)
    assert page.tell(Closed(1)) == []
    assert connects(page.ring()) == [2]


def test_only_a_confirmed_subscription_ends_the_growth_of_the_waits() -> None:
    page = living()
    waits = []
    for socket in range(1, 8):
        waits.append(timers(page.closed(socket))["reconnect"][0])
        page.ring()
        page.welcomed(socket + 1)
    assert waits == [500, 1000, 2000, 4000, 8000, 10_000, 10_000]
    page.confirm(8)
    assert timers(page.closed(8))["reconnect"] == (500, False)


def test_chance_spreads_the_waits() -> None:
    page = living(rng=Always(0.5), jitter=1.0)
    assert timers(page.closed(1))["reconnect"] == (575, False)


def test_without_reconnecting_the_first_socket_is_the_last() -> None:
    assert "reconnect" not in timers(living(without=Rule.RECONNECT).closed(1))


def test_a_socket_that_is_not_welcomed_in_time_is_given_up_and_the_next_gets_longer() -> None:
    page = Living()
    assert timers(page.begun)["welcome"] == (5000, False)
    page.opened()
    assert closes(page.ring("welcome")) == [1]
    assert timers(page.ring())["welcome"] == (10_000, False)
    assert closes(page.ring("welcome")) == [2]
    assert timers(page.ring())["welcome"] == (20_000, False)
    assert CancelTimer("welcome") in page.welcomed(3)
    assert page.ring("welcome") == []


def test_without_that_deadline_nobody_looks() -> None:
    assert "welcome" not in timers(Living(without=Rule.WELCOME_DEADLINE).begun)


def test_the_watchdog_looks_when_something_was_last_heard() -> None:
    page = Living()
    assert timers(page.subscribed())["watchdog"] == (6000, True)
    page.now = 4.5
    page.say(frames.ping(1))
    page.now = 6.0
    assert page.ring("watchdog") == [SetTimer("watchdog", 4500, watch=True)]
    page.now = 10.5
    assert closes(page.ring("watchdog")) == [1]
    assert page.tell(Closed(1)) == []


def test_without_the_watchdog_silence_is_taken_for_peace() -> None:
    assert "watchdog" not in timers(Living(without=Rule.WATCHDOG).subscribed())


def test_after_a_close_frame_nothing_is_said_or_heard() -> None:
    page = living("m1")
    page.tell(Closing(1))
    assert page.hear("m2", 2) == []
    assert page.tell(Closing(7)) == []
    assert timers(page.closed(1))["reconnect"] == (500, False)
    assert page.tell(Closing(1)) == []


@pytest.mark.parametrize("event", [Opened(1), Opened(7), Errored(7), Closed(7)])
def test_what_happens_to_a_socket_that_does_not_count_is_ignored(event: object) -> None:
    assert living().tell(event) == []  # type: ignore[arg-type]


def test_a_frame_of_a_socket_that_does_not_count_is_not_heard() -> None:
    page = living("m1")
    page.closed(1)
    page.ring()
    assert page.hear("m2", 2, socket=1) == []
    assert page.hear("m2", 2, socket=2) == []
