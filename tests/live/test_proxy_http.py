"""What the proxy reads of HTTP, and what it writes."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.live.proxy.http import (
    ANSWER_CAP_BYTES,
    Answer,
    AnswerReader,
    Head,
    read_head,
    refusal,
    rewritten,
    status_of,
    subprotocol_of,
    without_subprotocol,
)
from cablecheck.live.proxy.reading import Whole
from cablecheck.nemesis.signals import Link, Replace

LINK = Link("c1", "rest", 1)
GET = Head(b"", "GET", "/messages?after_id=3")
PAGE = b'{"messages":[{"id":4,"body":"a"},{"id":"5"},{"id":6.0},{"no":1},7],"next":8}'


def answer(raw: bytes) -> Answer:
    read = AnswerReader(GET).feed(raw)
    assert read is not None
    return read


def with_body(body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (more, len(body), body)


HEADS = {
    b"HTTP/1.1 101 S\r\nSec-WebSocket-Protocol: a-b\r\nX: y\r\n\r\n": (
        "a-b",
        b"HTTP/1.1 101 S\r\nX: y\r\n\r\n",
    ),
    b"HTTP/1.1 101 S\r\nX: y\r\nsec-websocket-protocol:a \r\n\r\n": ("a", b"HTTP/1.1 101 S\r\nX: y\r\n\r\n"),
    b"HTTP/1.1 101 S\r\nSec-WebSocket-Protocol:\r\n\r\n": ("", b"HTTP/1.1 101 S\r\n\r\n"),
    b"HTTP/1.1 101 S\r\nX-Sec-WebSocket-Protocol: a\r\n\r\n": (
        None,
        b"HTTP/1.1 101 S\r\nX-Sec-WebSocket-Protocol: a\r\n\r\n",
    ),
}


@pytest.mark.parametrize("head", HEADS)
def test_an_answer_to_an_upgrade_is_the_same_without_its_subprotocol(head: bytes) -> None:
    assert (subprotocol_of(head), without_subprotocol(head)) == HEADS[head]


@pytest.mark.parametrize(
    ("head", "method", "path", "upgrade", "catch_up"),
    [
        (
            b"GET /m?after_id=1&session=s HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET",
            "/m?after_id=1&session=s",
            False,
            True,
        ),
        (b"GET /m?after_id= HTTP/1.1\r\n\r\n", "GET", "/m?after_id=", False, True),
        (b"POST /m?after_id=1 HTTP/1.1\r\n\r\n", "POST", "/m?after_id=1", False, False),
        (b"GET /after_id HTTP/1.1\r\n\r\n", "GET", "/after_id", False, False),
        (b"GET /cable HTTP/1.1\r\nupgrade:  WebSocket\r\n\r\n", "GET", "/cable", True, False),
        (b"GET /cable HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", "GET", "/cable", False, False),
        (b"nonsense", "", "", False, False),
    ],
)
def test_a_head_says_what_it_asks_for(
    head: bytes, method: str, path: str, upgrade: bool, catch_up: bool
) -> None:
    read = read_head(head)
    assert (read.raw, read.method, read.path, read.upgrade, read.catch_up) == (
        head,
        method,
        path,
        upgrade,
        catch_up,
    )


@given(st.binary(max_size=200))
def test_reading_never_raises(data: bytes) -> None:
    read_head(data)
    assert status_of(data) >= 0
    reading = Whole(GET)
    pieces = [*reading.feed(data), *reading.feed(b""), *reading.rest()]
    assert b"".join(piece.raw for piece in pieces) == data


CODINGS = {
    "plain": with_body(PAGE),
    "gzip": with_body(gzip.compress(PAGE), b"Content-Encoding: gzip\r\n"),
    "deflate": with_body(zlib.compress(PAGE), b"Content-Encoding: deflate\r\n"),
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    % (len(PAGE), PAGE),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_the_ids_of_an_answer_are_read_as_a_browser_prints_them(coding: str) -> None:
    read = answer(CODINGS[coding])
    assert (read.raw, read.status, read.ids, read.text) == (
        CODINGS[coding],
        200,
        ("4", "5", "6", "undefined"),
        PAGE.decode(),
    )
    page = rewritten(read, Replace(LINK, 1, limit=1))
    assert page.endswith(b'\r\n\r\n{"messages":[{"id":4,"body":"a"}]}')
    assert b"ncoding" not in page


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"null", b'{"messages":null}', b'{"messages":{}}', b"{}", b'{"messages":[']
)
def test_what_is_no_page_has_no_ids_and_cannot_be_limited(body: bytes) -> None:
    read = answer(with_body(body))
    assert read.ids == ()
    assert rewritten(read, Replace(LINK, 1, limit=1)).endswith(b"\r\n\r\n" + body)


def test_an_answer_is_decoded_as_the_page_decodes_it() -> None:
    assert answer(with_body(b'\xef\xbb\xbf{"messages":[{"id":4,"body":"\xff"}]}')).ids == ("4",)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_packed_bomb_is_not_unpacked(coding: str) -> None:
    """17 MB in 17 kB; what is a byte shorter than an answer may be is read."""
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[coding]
    header = f"Content-Encoding: {coding}\r\n".encode()
    bomb = pack(bytes(ANSWER_CAP_BYTES + 1))
    assert len(bomb) < 20_000
    assert answer(with_body(bomb, header)).body == bomb
    assert len(answer(with_body(pack(bytes(ANSWER_CAP_BYTES - 1)), header)).body) == ANSWER_CAP_BYTES - 1


def test_what_claims_to_be_gzip_and_is_not_stays_as_it_is() -> None:
    assert answer(with_body(b"plain", b"Content-Encoding: gzip\r\n")).body == b"plain"


PAGES = {
    "oldest first": ([{"id": 1}, {"id": 2}, {"id": 3}], [1, 2]),
    "newest first": ([{"id": "11"}, {"id": "9"}, {"id": "8"}], ["9", "8"]),
    "newest first by date": (
        [
            {"id": 1, "created_at": "2026-03"},
            {"id": 2, "created_at": "2026-02"},
            {"id": 3, "created_at": "2026-01"},
        ],
        [2, 3],
    ),
    "fewer than the limit": ([{"id": 1}], [1]),
    "none": ([], []),
    "no messages at all": ([1, "x", None], [1, "x"]),
}


@pytest.mark.parametrize("case", PAGES)
def test_a_limited_page_keeps_the_oldest(case: str) -> None:
    messages, kept = PAGES[case]
    read = answer(with_body(json.dumps({"messages": messages, "next": 9}).encode()))
    page = json.loads(rewritten(read, Replace(LINK, 1, limit=2)).partition(b"\r\n\r\n")[2])
    assert [each["id"] if isinstance(each, dict) else each for each in page["messages"]] == kept
    assert "next" not in page


def test_a_status_without_a_name_has_one_all_the_same() -> None:
    assert rewritten(answer(with_body(PAGE)), Replace(LINK, 1, status=599)).startswith(
        b"HTTP/1.1 599 Unknown\r\n"
    )


def test_a_replaced_answer_keeps_the_headers_that_are_not_about_its_length() -> None:
    read = answer(with_body(PAGE, b"X-Kept: 1\r\nConnection: keep-alive\r\n"))
    head = rewritten(read, Replace(LINK, 1, body="{}")).partition(b"\r\n\r\n")[0].lower()
    assert head.split(b"\r\n")[1:] == [b"x-kept: 1", b"content-length: 2", b"connection: close"]


def test_a_refusal_is_a_whole_answer() -> None:
    read = answer(refusal(503))
    assert (read.status, read.body) == (503, b"503 Service Unavailable\n")


def test_an_answer_to_a_request_that_is_none_passes() -> None:
    reader = AnswerReader(Head(b"", "NO\0", "\n"))
    assert reader.feed(with_body(PAGE)) is None
    assert reader.rest() == with_body(PAGE)


def test_an_answer_too_long_to_keep_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cablecheck.live.proxy.http.ANSWER_CAP_BYTES", 1000)
    reading = Whole(GET)
    assert reading.feed(with_body(b"x" * 5000)[:900]) == []
    assert (
        b"".join(piece.raw for piece in reading.feed(b"x" * 200)) == with_body(b"x" * 5000)[:900] + b"x" * 200
    )


def test_what_follows_an_answer_passes_after_it() -> None:
    reading = Whole(GET)
    pieces = reading.feed(with_body(PAGE) + b"more")
    assert [(piece.raw, piece.answer is not None) for piece in pieces] == [
        (with_body(PAGE), True),
        (b"more", False),
    ]
    assert reading.feed(b"!")[0].raw == b"!"


def test_another_protocol_in_place_of_an_answer_passes() -> None:
    said = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc"
    assert b"".join(piece.raw for piece in Whole(GET).feed(said)) == said
