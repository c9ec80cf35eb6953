from __future__ import annotations

import pytest

from cablecheck.client.http_cache import HttpCache

URL = "/messages?after_id=2&session=s"
Headers = list[tuple[str, str]]

# What the headers of an answer say: for how many seconds it stays fresh.
FRESH: dict[str, tuple[Headers, int]] = {
    "nothing": ([], 0),
    "another header": ([("Date", "Mon, 01 Jun 2026 12:00:00 GMT"), ("Expires", "0")], 0),
    "max-age": ([("Cache-Control", "max-age=60")], 60),
    "any case": ([("cache-control", "Private, MAX-AGE=60")], 60),
    "spaces": ([("Cache-Control", "  private ,max-age = 60 ")], 60),
    "quoted": ([("Cache-Control", 'max-age="60"')], 60),
    "two fields": ([("Cache-Control", "public"), ("Cache-Control", "max-age=60")], 60),
    "a shared cache's": ([("Cache-Control", "s-maxage=60")], 0),
    "no-store": ([("Cache-Control", "max-age=60, no-store")], 0),
    "no-store in another field": ([("Cache-Control", "max-age=60"), ("Cache-Control", "no-store")], 0),
    "no-cache": ([("Cache-Control", 'no-cache="Set-Cookie", max-age=60')], 0),
    "none": ([("Cache-Control", "max-age=0")], 0),
    "a negative one": ([("Cache-Control", "max-age=-60")], 0),
    "a broken one": ([("Cache-Control", "max-age=6O")], 0),
    "one of other digits": ([("Cache-Control", "max-age=٦٠")], 0),
    "an empty one": ([("Cache-Control", "max-age")], 0),
    "twice": ([("Cache-Control", "max-age=60, max-age=30")], 0),
    "a huge one": ([("Cache-Control", "max-age=" + "9" * 5000)], 2**31),
    "one just too large": ([("Cache-Control", "max-age=4294967296")], 2**31),
    "an age": ([("Cache-Control", "max-age=60"), ("Age", "20")], 40),
    "an age beyond it": ([("Cache-Control", "max-age=60"), ("Age", "61")], 0),
    "a broken age": ([("Cache-Control", "max-age=60"), ("Age", "old")], 60),
    "never the same": ([("Cache-Control", "max-age=60"), ("Vary", "*")], 0),
    "the same for the same": ([("Cache-Control", "max-age=60"), ("Vary", "Authorization")], 60),
}


@pytest.mark.parametrize("said", FRESH)
def test_an_answer_is_kept_as_long_as_it_says_and_no_longer(said: str) -> None:
    headers, seconds = FRESH[said]
    cache = HttpCache()
    cache.take("GET", URL, 200, "{}", headers, 100.0)
    for later in (0, 19.9, 59.9, 2**31 - 0.5):
        kept = cache.find("GET", URL, 100.0 + later)
        assert (kept is not None) == (later < seconds), later
    assert cache.find("GET", URL, 100.0 + seconds) is None


def kept(*, method: str = "GET", status: int = 200) -> HttpCache:
    cache = HttpCache()
    cache.take(method, URL, status, "body", [("Cache-Control", "max-age=60")], 0.0)
    return cache


def test_what_is_kept_is_given_whole_whatever_its_status() -> None:
    for status in (200, 404, 503):
        found = kept(status=status).find("GET", URL, 1.0)
        assert found is not None
        assert (found.status, found.text) == (status, "body")


@pytest.mark.parametrize("status", [206, 304])
def test_a_part_and_a_confirmation_are_no_answers_to_keep(status: int) -> None:
    assert kept(status=status).find("GET", URL, 1.0) is None


def test_only_the_same_question_has_the_same_answer() -> None:
    cache = kept()
    assert cache.find("POST", URL, 1.0) is None
    assert cache.find("GET", URL.replace("2", "3"), 1.0) is None
    assert kept(method="POST").find("GET", URL, 1.0) is None


def test_a_newer_answer_takes_the_place_of_an_older_one_kept_or_not() -> None:
    cache = kept()
    cache.take("GET", URL, 200, "newer", [("Cache-Control", "max-age=60")], 1.0)
    found = cache.find("GET", URL, 2.0)
    assert found is not None
    assert found.text == "newer"
    cache.take("GET", URL, 200, "newest", [("Cache-Control", "no-store")], 3.0)
    assert cache.find("GET", URL, 4.0) is None


def test_a_post_that_succeeds_makes_what_is_kept_of_its_url_stale() -> None:
    cache = kept()
    cache.take("POST", URL, 500, "", [], 1.0)
    assert cache.find("GET", URL, 1.0) is not None
    cache.take("POST", URL, 201, "", [], 1.0)
    assert cache.find("GET", URL, 1.0) is None
