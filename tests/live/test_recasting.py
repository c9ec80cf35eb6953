"""A request's head written anew for its target: what changes, and that nothing else does."""

from __future__ import annotations

import pytest

from cablecheck.live.proxy.http import read_head
from cablecheck.live.standing.recasting import Recasting

RECASTING = Recasting("staging.test:8443", "https://staging.test:8443", "/app/cable")


def recast(lines: str, *, catch_up: bool = False, recasting: Recasting = RECASTING) -> str:
    raw = (lines.replace("\n", "\r\n") + "\r\n\r\n").encode("latin-1")
    return (
        recasting(read_head(raw), catch_up=catch_up)
        .decode("latin-1")
        .replace("\r\n", "\n")
        .removesuffix("\n\n")
    )


UPGRADE = """GET /cable?session=s HTTP/1.1
HOST: 127.0.0.1:9000
Connection: keep-alive, Upgrade
Upgrade: websocket
Origin: http://127.0.0.1:9000
Sec-WebSocket-Extensions: permessage-deflate
Sec-WebSocket-Key: abc
Cookie: a=\xe4"""


def test_an_upgrade_gets_the_targets_host_and_origin_and_offers_no_compression() -> None:
    assert recast(UPGRADE) == (
        """GET /cable?session=s HTTP/1.1
HOST: staging.test:8443
Connection: keep-alive, Upgrade
Upgrade: websocket
Origin: https://staging.test:8443
Sec-WebSocket-Key: abc
Cookie: a=\xe4"""
    )


def test_an_upgrade_to_the_root_goes_to_the_path_of_the_cable_and_keeps_its_query() -> None:
    assert recast(UPGRADE.replace("/cable", "/")).startswith("GET /app/cable?session=s HTTP/1.1\n")
    assert recast(UPGRADE.replace("/cable?session=s", "/")).startswith("GET /app/cable HTTP/1.1\n")


def test_a_request_keeps_its_origin_and_is_the_last_of_its_connection() -> None:
    asked = "GET /v1/messages HTTP/1.1\nHost: a\nOrigin: http://page.test\nConnection: keep-alive\nKeep-Alive: 9\nAccept-Encoding: br"
    assert recast(asked) == (
        "GET /v1/messages HTTP/1.1\nHost: staging.test:8443\nOrigin: http://page.test\nAccept-Encoding: br\nConnection: close"
    )


def test_a_catch_up_is_asked_for_without_compression() -> None:
    asked = "GET /v1/messages?after_id=1 HTTP/1.1\nHost: a\nAccept-Encoding: br"
    assert "Accept-Encoding" not in recast(asked, catch_up=True)


def test_a_request_to_another_protocol_is_a_plain_request() -> None:
    asked = "GET / HTTP/1.1\nHost: a\nUpgrade: h2c\nHTTP2-Settings: x\nConnection: Upgrade, HTTP2-Settings"
    assert recast(asked) == "GET / HTTP/1.1\nHost: staging.test:8443\nConnection: close"


def test_host_and_origin_stay_where_that_is_wanted() -> None:
    kept = Recasting(None, None)
    assert recast(UPGRADE, recasting=kept).startswith("GET /cable?session=s HTTP/1.1\nHOST: 127.0.0.1:9000\n")
    assert "Origin: http://127.0.0.1:9000" in recast(UPGRADE, recasting=kept)
    assert recast(UPGRADE.replace("/cable", "/"), recasting=kept).startswith("GET /?session=s ")


@pytest.mark.parametrize(
    "raw", [b"", b"nonsense", b"a b\r\n\r\n", b"GET / SPDY/3\r\nHost: a\r\n\r\n", b"\x16\x03\x01 \r\n\r\n"]
)
def test_what_is_no_http_stays_as_it_is(raw: bytes) -> None:
    assert RECASTING(read_head(raw)) == raw
