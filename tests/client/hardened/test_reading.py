"""The reading of the list: when, from where, and to its end."""

from typing import Any

import pytest

from cablecheck.client.profiles import Rule
from cablecheck.client.signals import Abort, Answered, AnswerUnreadable, Fetch, FetchFailed
from tests.client.acting import Always
from tests.client.hardened.living import Living, listed, living, read_from, timers

TEN = tuple(f"m{number}" for number in range(1, 11))

# When ------------------------------------------------------------------------------------------------------------------------


def test_the_first_confirmation_starts_a_read_like_any_other() -> None:
    page = Living("m1")
    assert read_from(page.subscribed()) == [None]
    page.page(1)
    assert read_from(page.return_after(1)) == [None]


def test_without_it_the_first_one_starts_nothing_and_the_second_does() -> None:
    page = Living("m1", without=Rule.FIRST_CATCH_UP)
    assert read_from(page.subscribed()) == []
    assert read_from(page.return_after(1)) == [None]


def test_without_catch_ups_no_confirmation_starts_one() -> None:
    page = Living("m1", without=Rule.CATCH_UP)
    assert read_from(page.subscribed()) == []
    assert read_from(page.return_after(1)) == []


def test_after_a_confirmation_the_list_is_looked_at_twice_and_then_ever_more_rarely() -> None:
    page = Living("m1")
    page.subscribed()
    looks = []
    for fetch in range(1, 9):
        looks.append(timers(page.page(fetch))["read"])
        page.ring("read")
    waits = [3000, 6000, 12_000, 24_000, 48_000, 60_000, 60_000, 60_000]
    assert looks == [(wait, wait != 3000) for wait in waits]


def test_without_the_second_look_nobody_waits_for_the_next() -> None:
    page = Living("m1", without=Rule.SECOND_CATCH_UP)
    page.subscribed()
    assert timers(page.page(1))["read"] == (6000, True)


def test_a_sign_of_life_makes_the_next_look_soon_and_more_of_them_do_not_put_it_off() -> None:
    page = living("m1")
    assert timers(page.hear("m2", 2))["read"] == (3000, False)
    assert "read" not in timers(page.hear("m3", 3))


def test_news_are_a_sign_of_life() -> None:
    page = living("m1")
    page.ring("read")
    page.read(3, "m1 m2")
    assert timers(page.page(4))["read"] == (3000, False)


def test_a_sign_of_life_during_a_read_is_looked_after_when_it_ends() -> None:
    page = living("m1")
    page.ring("read")
    page.hear("m2", 2)
    assert timers(page.page(3))["read"] == (3000, False)


def test_without_reconciling_the_second_look_is_the_last() -> None:
    page = Living("m1", without=Rule.RECONCILE)
    page.subscribed()
    assert timers(page.page(1))["read"] == (3000, False)
    page.ring("read")
    page.read(2, "m1 m2")
    assert "read" not in timers(page.page(3))
    assert "read" not in timers(page.hear("m3", 3))
    assert "read" not in timers(page.closed(1))


def test_while_there_is_no_subscription_the_list_is_looked_at_rarely() -> None:
    page = Living("m1")
    assert timers(page.begun)["read"] == (12_000, True)
    assert "read" not in timers(page.closed(1))
    assert read_from(page.ring("read")) == [None]
    assert timers(page.page(1))["read"] == (24_000, True)


def test_the_loss_of_a_subscription_puts_the_next_look_off() -> None:
    page = living("m1")
    page.hear("m2", 2)
    assert timers(page.closed(1))["read"] == (12_000, True)


def test_a_read_outlives_its_socket() -> None:
    page = Living("m1")
    page.subscribed()
    assert "read" not in timers(page.closed(1))
    page.read(1, "m1 m2")
    assert timers(page.page(2))["read"] == (12_000, True)
    assert page.shown == "m1 m2"


def test_a_confirmation_during_a_read_is_owed_another() -> None:
    page, forgetful = Living("m1"), Living("m1", without=Rule.QUEUE_CATCH_UP)
    for each in (page, forgetful):
        each.subscribed()
        assert read_from(each.return_after(1)) == []
    assert read_from(page.page(1)) == [None]
    assert read_from(forgetful.page(1)) == []


# Where -----------------------------------------------------------------------------------------------------------------------


def test_an_empty_timeline_is_read_from_the_beginning() -> None:
    assert read_from(Living().subscribed()) == [None]
    assert read_from(Living(without=Rule.CATCH_UP_FROM_NOTHING).subscribed()) == []
    assert read_from(Living("m1", without=Rule.CATCH_UP_FROM_NOTHING).subscribed()) == [None]


def test_a_read_starts_a_few_messages_before_the_end_of_what_is_complete() -> None:
    page = living(*TEN)
    page.hear("m12", 12)
    assert read_from(page.ring("read")) == ["m5"]
    page.read(3, "m6 m7 m8 m9 m10 m11 m12")
    page.page(4)
    assert page.shown.endswith("m10 m11 m12")
    assert read_from(page.return_after(1)) == ["m7"]


def test_a_look_goes_back_to_where_the_look_before_the_last_began() -> None:
    """However many have overtaken a message that is not committed yet: it is by then, and stands where it belongs."""
    page = living(*TEN)
    begun, told = [], list(TEN)
    for fetch, newest in zip(range(3, 11, 2), (20, 30, 40, 50), strict=True):
        begun += read_from(page.ring("read"))
        told += [f"m{number}" for number in range(len(told) + 1, newest + 1) if number != 12]
        late = ["m12"] if newest == 40 else []
        since = told[told.index(str(begun[-1])) + 1 :]
        page.read(fetch, " ".join(sorted({*since, *late}, key=lambda each: int(each[1:]))))
        page.page(fetch + 1)
    assert begun == ["m5", "m5", "m5", "m15"]
    assert " m11 m12 m13 " in page.shown


def test_without_the_overlap_it_starts_at_that_end() -> None:
    page = living(*TEN, without=Rule.OVERLAP)
    page.hear("m12", 12)
    assert read_from(page.ring("read")) == ["m10"]


def test_without_the_safe_cursor_it_starts_at_the_newest_bubble() -> None:
    page = living(*TEN, without=Rule.SAFE_CURSOR)
    page.hear("m12", 12)
    assert read_from(page.ring("read")) == ["m12"]
    page.read(3, "m13@13")
    assert page.shown.endswith("m12 m13")


def test_every_read_has_an_address_of_its_own() -> None:
    class Counting(Always):
        def getrandbits(self, k: int) -> int:
            self.value += 1
            return int(self.value)

    def addresses(page: Living) -> list[str]:
        page.subscribed()
        page.page(1)
        return [each.path for each in page.ring("read") if isinstance(each, Fetch)]

    query = "/public/webchats/wc-1/messages?session=sess-1"
    assert addresses(Living(rng=Counting(0))) == [f"{query}&fresh=0000000000000002"]
    assert addresses(Living(without=Rule.FRESH_ANSWER)) == [query]


# To its end ------------------------------------------------------------------------------------------------------------------


def test_a_page_that_names_anything_new_is_not_the_last_whatever_the_server_says() -> None:
    page = Living("m1")
    page.subscribed()
    assert read_from(page.read(1, "m1 m2")) == ["m2"]
    assert read_from(page.read(2, "m3")) == ["m3"]
    assert read_from(page.read(3, "")) == []
    assert page.shown == "m1 m2 m3"


def test_one_that_names_what_is_shown_and_listed_is_the_last() -> None:
    page = living("m1")
    page.hear("m2", 2)
    page.ring("read")
    assert read_from(page.read(3, "m1 m2")) == ["m2"]
    page.page(4)
    page.ring("read")
    assert read_from(page.read(5, "m1 m2")) == []


def test_one_that_does_not_name_all_that_is_known_is_not_the_last() -> None:
    page = living(*TEN)
    page.ring("read")
    assert read_from(page.read(3, "m6 m7")) == ["m7"]
    assert read_from(page.read(4, "m8 m9")) == ["m9"]
    assert read_from(page.read(5, "m10")) == []


def test_one_that_says_the_same_again_is_the_last() -> None:
    page = Living("m1")
    page.subscribed()
    page.read(1, "m1 m2")
    assert read_from(page.read(2, "m2")) == []
    lagging = living(*TEN)
    lagging.ring("read")
    lagging.read(3, "m6")
    assert read_from(lagging.read(4, "m6")) == []


def test_a_page_that_cannot_be_shown_at_all_is_passed() -> None:
    page = Living("m1")
    page.subscribed()
    assert read_from(page.page(1, listed("m1"), {"id": "m2", "attachments": 5})) == ["m2"]
    page.read(2, "m3")
    assert page.shown == "m1 m3"


def test_without_following_them_the_first_page_is_the_last() -> None:
    page = Living("m1", without=Rule.FOLLOW_PAGES)
    page.subscribed()
    assert read_from(page.read(1, "m1 m2")) == []


FAILURES: list[Any] = [
    FetchFailed(1),
    AnswerUnreadable(1, 200),
    Answered(1, 500, {"messages": []}),
    Answered(1, 304, {"messages": []}),
    Answered(1, 200, {"error": "x"}),
    Answered(1, 200, {"messages": None}),
    Answered(1, 200, []),
    Answered(1, 200, None),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_read_is_begun_again_after_a_growing_wait(failure: Any) -> None:
    page, careless = Living("m1"), Living("m1", without=Rule.RETRY_CATCH_UP)
    page.subscribed()
    careless.subscribed()
    assert timers(page.tell(failure))["read"] == (500, False)
    assert read_from(page.ring("read")) == [None]
    assert timers(page.tell(FetchFailed(2)))["read"] == (1000, False)
    assert timers(careless.tell(failure))["read"] == (3000, False)


def test_where_the_server_does_not_know_the_message_the_list_is_read_from_its_beginning() -> None:
    page = living(*TEN)
    assert read_from(page.ring("read")) == ["m5"]
    page.tell(Answered(3, 404, {"error": "not found"}))
    assert read_from(page.ring("read")) == [None]
    page.read(4, " ".join((*TEN, "m11")))
    page.page(5)
    assert read_from(page.return_after(1)) == ["m6"]


def test_a_sign_of_life_does_not_put_off_what_failed() -> None:
    page = Living("m1")
    page.subscribed()
    page.tell(FetchFailed(1))
    assert "read" not in timers(page.hear("m2", 2))


def test_a_read_that_fails_while_there_is_no_subscription_is_not_hurried() -> None:
    page = Living("m1")
    page.subscribed()
    page.closed(1)
    assert timers(page.tell(FetchFailed(1)))["read"] == (12_000, True)


def test_a_read_that_hangs_is_given_up_and_the_next_gets_longer() -> None:
    page = Living("m1")
    assert timers(page.subscribed())["fetch-1"] == (5000, True)
    assert Abort(1) in page.ring("fetch-1")
    assert timers(page.ring("read"))["fetch-2"] == (10_000, True)
    assert page.ring("fetch-1") == []
    page.page(2)
    assert page.ring("fetch-2") == []


def test_without_a_deadline_it_hangs_for_ever() -> None:
    assert "fetch-1" not in timers(Living("m1", without=Rule.FETCH_DEADLINE).subscribed())
