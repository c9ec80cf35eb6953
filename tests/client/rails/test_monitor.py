"""The connection monitor: when it polls, what it finds stale, and what it lets be."""

import random
from statistics import median

import pytest

from cablecheck.client.profiles import RAILS, RAILS_6_1, RAILS_7_0, Profile, Rule
from cablecheck.client.signals import Closed, HangUp, SetTimer
from tests.client.acting import Always
from tests.client.rails.riding import Riding, connects_in, riding

ALMOST_ONE = 1 - 2**-53


def polls(page: Riding, count: int) -> list[int]:
    """How long each poll waits while no attempt to connect ever succeeds."""
    waits = []
    for socket in range(1, count + 1):
        page.tell(Closed(socket))
        page.now = page.timers.pop("poll")
        waits += [
            action.milliseconds
            for action in page.ring("poll")
            if isinstance(action, SetTimer) and action.name == "poll"
        ]
    return waits


def test_the_poll_waits_6_s_and_15_percent_longer_after_each_attempt() -> None:
    first, *later = polls(Riding(), 12)
    assert first == 6000  # the first poll comes after 6 s exactly, which is not stale yet
    assert later == [6899, 7934, 9125, 10494, 12068, 13878, 15960, 18354, 21107, 24273, 24273]


def test_chance_doubles_the_first_wait_and_adds_15_percent_to_the_later_ones() -> None:
    page = Riding(rng=Always(ALMOST_ONE))
    assert page.timers["poll"] == pytest.approx(12.0, abs=0.002)
    assert polls(page, 12) == [
        7934,
        9125,
        10494,
        12068,
        13878,
        15960,
        18354,
        21107,
        24273,
        27914,
        27914,
        27914,
    ]


def test_without_chance_the_poll_waits_as_short_as_it_may() -> None:
    page = Riding(rng=Always(ALMOST_ONE), profile=RAILS.without(Rule.JITTER))
    assert page.timers["poll"] == 6.0


def test_before_7_0_the_poll_waits_by_the_logarithm_of_the_attempts_and_without_chance() -> None:
    page = Riding(profile=RAILS_6_1, rng=Always(ALMOST_ONE))
    assert page.timers["poll"] == 3.0
    assert polls(page, 9) == [3000, 3000, 3466, 5493, 6931, 8047, 8959, 9730, 10397]


def test_before_7_0_the_poll_never_waits_longer_than_30_s() -> None:
    page = Riding(profile=RAILS_6_1)
    assert polls(page, 450)[-1] == 30_000


def test_the_first_attempt_after_a_loss_comes_6_to_18_s_later() -> None:
    def delay(seed: int) -> float:
        chance = random.Random(seed)
        page = riding("m1", rng=chance)
        page.pinged_for(3 * chance.randrange(1, 9))
        page.wait(chance.uniform(0.0, 2.9))
        page.closed()
        return page.until_connect()

    delays = [delay(seed) for seed in range(300)]
    assert min(delays) >= 6.0
    assert max(delays) <= 18.0
    assert 10.0 < median(delays) < 12.5  # measured with 8.1.400 against Rails: 8.2, 11.3, 15.3 of eight


def test_6_1_tries_at_the_times_measured_against_rails() -> None:
    page = riding("m1", profile=RAILS_6_1)
    page.pinged_for(3)
    page.wait(1.2)
    page.closed()
    lost_at, tries = page.now, []
    for socket in (2, 3, 4):
        page.until_connect()
        tries.append(round(page.now - lost_at, 1))
        page.closed(socket)
    assert tries == [7.8, 11.3, 16.8]


def test_a_poll_that_finds_a_fresh_loss_counts_an_attempt_and_makes_none() -> None:
    page = riding("m1", rng=Always(0.9))
    page.wait(10.0)
    page.closed()
    assert connects_in(page.wait(1.4)) == []  # the poll at 11.4 s: stale, but lost 1.4 s ago
    assert page.until_connect() == pytest.approx(6.9 * (1 + 0.15 * 0.9), abs=0.002)
    page.greet(2)
    assert page.shown == "m1"


def test_without_sparing_it_even_a_fresh_loss_is_replaced() -> None:
    page = riding("m1", rng=Always(0.9), profile=RAILS.without(Rule.SPARE_FRESH_LOSS))
    page.wait(10.0)
    page.closed()
    assert connects_in(page.wait(1.4)) == [2]


def test_without_reopening_a_loss_is_for_ever() -> None:
    page = riding("m1", profile=RAILS.without(Rule.REOPEN_STALE))
    page.closed()
    assert connects_in(page.wait(300.0)) == []


@pytest.mark.parametrize(("profile", "socket"), [(RAILS, []), (RAILS_7_0, [2]), (RAILS_6_1, [2])])
def test_messages_without_pings_keep_a_connection_alive_from_7_2_on(
    profile: Profile, socket: list[int]
) -> None:
    page = riding("m1", profile=profile)
    connected = []
    for number in range(20):
        connected += connects_in(page.wait(1.0))
        page.hear(f"n{number}", number)
    assert connected[:1] == socket


@pytest.mark.parametrize("profile", [RAILS, RAILS_7_0, RAILS_6_1], ids=lambda profile: profile.name)
def test_pings_keep_a_connection_alive_in_every_version(profile: Profile) -> None:
    page = riding("m1", profile=profile)
    assert connects_in(page.pinged_for(120)) == []


def test_a_connection_on_which_nothing_is_heard_is_hung_up_and_replaced_half_a_second_later() -> None:
    page = riding("m1")
    page.wait(0.1)
    page.ping()
    done = page.wait(12.0)  # at 6 s it is not stale yet
    assert HangUp(1) in done
    assert connects_in(done) == []
    assert connects_in(page.wait(0.4)) == [2]


def test_the_poll_only_watches_while_all_is_well() -> None:
    page = Riding()
    assert page.watches == {"poll": False}
    page.greet()
    assert page.watches == {"poll": True, "guarantor": True}
    due = page.timers["poll"]
    page.wait(2.0)
    page.closed()
    assert not page.watches["poll"]
    assert page.timers["poll"] == due
    page.until_connect()
    assert not page.watches["poll"]
    page.greet(2)
    assert page.watches["poll"]


def test_a_poll_that_watches_stays_one() -> None:
    page = riding("m1")
    page.pinged_for(30)
    assert page.watches["poll"]
