"""Where a scenario is played: what a target's URLs say."""

from __future__ import annotations

import ssl

import pytest

from cablecheck.live.route import site_of
from cablecheck.live.targets import webchat_place


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("ws://chat.test/cable", ("chat.test", 80, False)),
        ("wss://chat.test/cable", ("chat.test", 443, True)),
        ("http://[::1]:3000/v1", ("::1", 3000, False)),
    ],
)
def test_a_url_says_where_to_dial(url: str, site: tuple[str, int, bool]) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("cable", "origin"),
    [("ws://chat.test:3000/cable", "http://chat.test:3000"), ("wss://chat.test/x", "https://chat.test")],
)
def test_the_origin_is_that_of_the_targets_own_page(cable: str, origin: str) -> None:
    place = webchat_place("staging", cable, cable.replace("ws", "http"), "w", "t", "s", "c")
    assert place.wire.origin == origin
    assert not place.bundled
    assert isinstance(place.upstream.tls, ssl.SSLContext) == cable.startswith("wss")


def test_the_api_may_be_on_another_host_than_the_cable() -> None:
    place = webchat_place("staging", "wss://cable.test/cable", "http://api.test:8080/v1", "w", "t", "s", "c")
    assert (place.upstream.host, place.upstream.port) == ("cable.test", 443)
    assert (place.rest_upstream.host, place.rest_upstream.port) == ("api.test", 8080)
