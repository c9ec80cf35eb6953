"""The connection: what is opened, hung up, replaced, and heard of no more."""

import pytest

from cablecheck.cable import frames
from cablecheck.client.profiles import RAILS, RAILS_6_1, RAILS_7_0, Profile, Rule
from cablecheck.client.signals import CancelTimer, Close, Closing, Connect, Errored, HangUp, Typed
from tests.client.acting import cursors_in
from tests.client.rails.riding import Riding, connects_in, riding, sent_in

OFFERED = ("actioncable-v1-json", "actioncable-unsupported")
CATCH_UP = "/public/webchats/wc-1/messages?after_id={}&session=sess-1"


def test_two_subprotocols_are_offered() -> None:
    assert Riding().begun[0] == Connect(1, OFFERED)


@pytest.mark.parametrize("protocol", [None, "actioncable-unsupported"])
def test_a_server_that_chooses_another_protocol_is_left_for_good(protocol: str | None) -> None:
    page = Riding("m1")
    assert page.open_(protocol=protocol) == [CancelTimer("poll"), HangUp(1)]
    assert page.welcome() == []
    page.closed()
    assert connects_in(page.wait(300.0)) == []


def test_without_agreeing_on_one_none_is_offered_and_every_server_heard() -> None:
    page = Riding("m1", profile=RAILS.without(Rule.AGREE_ON_PROTOCOL))
    assert page.begun[-2] == Connect(1)
    page.open_(protocol=None)
    assert len(sent_in(page.welcome())) == 1


def test_a_command_on_a_socket_that_is_not_open_is_gone() -> None:
    page = riding("m1")
    page.closed()
    assert page.tell(Typed()) == []
    page.until_connect()
    page.open_(2)
    assert [len(sent_in(done)) for done in (page.welcome(2), page.confirm(2))] == [1, 0]


def test_a_failed_attempt_captures_no_cursor() -> None:
    page = riding("m1")
    page.hear("m2", 2)
    page.closed()
    page.until_connect()
    assert page.tell(Errored(2)) == []
    page.closed(2)
    page.until_connect()
    assert cursors_in(page.greet(3)) == [CATCH_UP.format("m2")]


def test_a_close_frame_alone_changes_nothing_but_what_is_heard() -> None:
    page = riding("m1")
    page.tell(Closing(1))
    assert page.hear("m2", 2) == []
    assert page.tell(Typed()) == []
    page.closed()
    assert page.shown == "m1"


def test_a_socket_that_is_still_closing_when_the_poll_finds_it_stale_is_replaced_at_once() -> None:
    page = riding("m1")
    page.wait(1.0)
    page.ping()
    page.tell(Closing(1))
    done = page.wait(11.0)
    assert [action for action in done if isinstance(action, Close | Connect | HangUp)] == [
        Close(1),
        Connect(2, OFFERED),
    ]


def test_on_a_dead_line_the_page_is_told_of_no_loss_and_the_first_gap_is_never_asked_for() -> None:
    page = riding("m1")
    page.wait(1.0)
    page.ping()
    page.wait(12.0)
    assert page.closed() == []  # replaced already: its end is nobody's business
    assert cursors_in(page.greet(2)) == []


def test_on_a_dead_line_the_cursor_of_the_loss_before_serves_once_more() -> None:
    page = riding("m1")
    page.closed()
    page.until_connect()
    page.greet(2)
    page.answer(1)
    page.hear("m2", 2, socket=2)
    page.wait(1.0)
    page.ping(2)
    page.wait(14.0)
    assert cursors_in(page.greet(3)) == [CATCH_UP.format("m1")]


def test_where_the_server_answers_the_close_frame_in_time_the_page_is_told_of_the_loss() -> None:
    page = riding("m1")
    page.wait(1.0)
    page.ping()
    page.wait(11.0)
    page.closed()
    assert connects_in(page.wait(0.5)) == [2]
    assert cursors_in(page.greet(2)) == [CATCH_UP.format("m1")]


@pytest.mark.parametrize("profile", [RAILS, RAILS_7_0], ids=lambda profile: profile.name)
def test_from_7_0_on_a_socket_that_connects_for_ever_is_waited_for_for_ever(profile: Profile) -> None:
    page = riding("m1", profile=profile)
    page.closed()
    page.until_connect()
    done = page.wait(300.0)
    assert connects_in(done) == []
    assert [action for action in done if isinstance(action, Close | HangUp)] == []
    assert cursors_in(page.greet(2)) == [CATCH_UP.format("m1")]


def test_before_7_0_a_socket_that_connects_for_too_long_is_given_up() -> None:
    page = riding("m1", profile=RAILS_6_1)
    page.closed()
    page.until_connect()
    done = page.wait(4.0)
    assert [action for action in done if isinstance(action, Close | Connect)] == [
        Close(2),
        Connect(3, OFFERED),
    ]


def test_before_7_0_giving_up_the_first_attempt_after_a_dead_line_tells_the_page_of_the_loss() -> None:
    page = riding("m1", profile=RAILS_6_1)
    page.until_connect()
    page.until_connect()
    assert cursors_in(page.greet(3)) == [CATCH_UP.format("m1")]


def test_a_disconnect_frame_is_answered_with_a_close_frame_and_the_poll_comes_back() -> None:
    page = riding("m1")
    assert HangUp(1) in page.say(frames.disconnect("server_restart", True))
    assert not page.watches["poll"]
    assert page.hear("m2", 2) == []
    page.closed()
    page.until_connect()
    assert cursors_in(page.greet(2)) == [CATCH_UP.format("m1")]


@pytest.mark.parametrize("frame", [frames.disconnect("unauthorized", False), '{"type":"disconnect"}'])
def test_a_disconnect_frame_that_does_not_say_reconnect_is_the_end(frame: str) -> None:
    page = riding("m1")
    assert page.say(frame) == [CancelTimer("poll"), HangUp(1)]
    page.closed()
    assert connects_in(page.wait(300.0)) == []


def test_without_obeying_it_a_disconnect_frame_is_only_heard() -> None:
    page = riding("m1", profile=RAILS.without(Rule.OBEY_DISCONNECT))
    assert page.say(frames.disconnect("unauthorized", False)) == []


def test_a_socket_opens_once_and_events_of_one_that_is_not_there_are_ignored() -> None:
    page = riding("m1")
    assert page.open_() == []
    assert page.open_(7) == page.closed(7) == page.tell(Closing(7)) == page.hear("m2", 2, socket=7) == []
    assert page.ring("poll") != []
    assert page.ring("nonsense") == []


def test_a_poll_that_rings_after_the_monitor_stopped_does_nothing() -> None:
    page = riding("m1")
    page.say(frames.disconnect("unauthorized", False))
    assert page.ring("poll") == []


def test_a_reopening_that_finds_an_active_socket_does_nothing() -> None:
    page = riding("m1")
    assert page.ring("reopen") == []
