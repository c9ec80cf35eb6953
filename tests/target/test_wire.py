"""What is said to a target, word for word, and what its answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cable.answers import Posted
from cablecheck.target.model import CatchUp, Publish, Truth
from cablecheck.target.wire import Ask, said_in
from tests.target.files import wire

CABLE = "{url = 'wss://chat.example/cable?v=1'%s}"
URLS = {
    "a query of its own": ("", "wss://chat.example/cable?v=1"),
    "a query that is added": (", query = {token = '{token}', n = '1 2'}", "wss://chat.example/cable?v=1&token=a%26b&n=1+2"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "url"), URLS.values(), ids=list(URLS))
def test_the_cables_address_has_its_query(more: str, url: str) -> None:
    assert wire(more="values = {token = 'a&b'}", cable=CABLE % more).cable_url == url


def test_an_upgrade_carries_headers_and_cookies() -> None:
    more = "values = {token = \"a\\r\\nX: y\", sid = 'x;y'}"
    cable = (
        CABLE
        % ", headers = {Authorization = 'Bearer {token}'}, cookies = {_session = '{sid}', theme = 'dark'}"
    )
    assert wire(more=more, cable=cable).cable_headers == (
        ("Authorization", "Bearer a%0D%0AX: y"),
        ("Cookie", "_session=x%3By; theme=dark"),
    )


ORIGINS = {
    "the cable's own": (CABLE % "", "https://chat.example"),
    "of a plain cable": ("{url = 'ws://h:3000/cable'}", "http://h:3000"),
    "another": (CABLE % ", origin = 'https://www.example'", "https://www.example"),
}


@pytest.mark.parametrize(("cable", "origin"), ORIGINS.values(), ids=list(ORIGINS))
def test_the_origin_is_the_pages(cable: str, origin: str) -> None:
    assert wire(cable=cable).origin == origin


def test_the_identifier_is_what_the_file_says_byte_for_byte() -> None:
    literal = '{ "room":"{room}", "channel":"ChatChannel","account_id":{account} }'
    said = wire(
        {"room": 'a"b', "account": "7"},
        more="values = {room = '', account = ''}",
        subscription=f"{{identifier = '{literal}'}}",
    )
    assert said.identifier == '{ "room":"a\\"b", "channel":"ChatChannel","account_id":7 }'


# What is heard --------------------------------------------------------------------------------------------------------------

CHATWOOT = """
live = {select = {event = "message.created", "data.conversation_id" = "{room}"}, message = "data", body = "content", created_at_format = "s"}
values = {room = "7"}
"""
SAID: dict[str, Any] = {
    "event": "message.created",
    "data": {"id": 3, "content": "hi", "created_at": 1764036000, "conversation_id": 7},
}
HEARD: dict[str, tuple[Any, Any]] = {
    "a message of this conversation": (SAID, {"type": "message", "id": 3, "body": "hi", "created_at": "2025-11-25T02:00:00.000Z"}),
    "one of another": ({**SAID, "data": {**SAID["data"], "conversation_id": 8}}, None),
    "another event": ({**SAID, "event": "presence.update"}, None),
    "one without data": ({"event": "message.created", "data": 7}, None),
    "no object at all": ("hello", None),
    "a message without a time": (
        {"event": "message.created", "data": {"id": "x", "content": None, "conversation_id": "7"}},
        {"type": "message", "id": "x", "body": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("payload", "message"), HEARD.values(), ids=list(HEARD))
def test_a_broadcast_is_a_message_of_this_conversation_or_none(payload: object, message: object) -> None:
    assert wire(more=CHATWOOT).heard(payload) == message


def test_a_selector_may_be_written_as_tables() -> None:
    more = "live = {select = {data = {room = 7}}, message = 'data', created_at_format = 'ms'}"
    heard = wire(more=more).heard(
        {"data": {"room": 7, "id": 1, "body": "b", "created_at": 1764036000000, "from": "agent", "x": 1}}
    )
    assert heard == {
        "type": "message",
        "id": 1,
        "body": "b",
        "created_at": "2025-11-25T02:00:00.000Z",
        "from": "agent",
    }


def test_everything_is_a_message_where_nothing_is_selected() -> None:
    assert wire(more="live.created_at = 'at'").heard({"id": 1, "body": "b", "at": "now"}) == {
        "type": "message", "id": 1, "body": "b", "created_at": "now",
    }  # fmt: skip


# Publishing -----------------------------------------------------------------------------------------------------------------

BODY = 'm1 say "hi" [cc:3f:m1]'
PUBLISH = "{request = 'POST https://chat.example/rooms/{room}/messages'%s}"
REQUESTS = {
    "JSON": (
        ", json = {message = {body = '{body}', room = '{room}', n = 1}}, headers = {X-Label = '{label}'}",
        Ask(
            "POST", "https://chat.example/rooms/a%2Fb/messages", (("X-Label", "m1"), ("Content-Type", "application/json")),
            json.dumps({"message": {"body": BODY, "room": "a/b", "n": 1}}, separators=(",", ":")).encode(),
        ),
    ),
    "a form": (
        ", form = {'message[body]' = '{body}', nonce = '{nonce}'}",
        Ask(
            "POST", "https://chat.example/rooms/a%2Fb/messages", (("Content-Type", "application/x-www-form-urlencoded"),),
            b"message%5Bbody%5D=m1+say+%22hi%22+%5Bcc%3A3f%3Am1%5D&nonce=%5Bcc%3A3f%3Am1%5D",
        ),
    ),
    "JSON in JSON": (
        ", json = {stream = 's', data = '{\"body\":\"{body}\"}'}, headers = {Content-Type = 'text/plain'}",
        Ask(
            "POST", "https://chat.example/rooms/a%2Fb/messages", (("Content-Type", "text/plain"),),
            json.dumps({"stream": "s", "data": json.dumps({"body": BODY}, separators=(",", ":"))}, separators=(",", ":")).encode(),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "ask"), REQUESTS.values(), ids=list(REQUESTS))
def test_a_message_goes_out_as_the_template_has_it(more: str, ask: Ask) -> None:
    said = wire(said_in(BODY), more="values = {room = 'a/b'}", publish=PUBLISH % more)
    assert said.target.publish is not None
    assert said.publishing(said.target.publish) == ask


def test_a_message_without_a_body_of_its_own_has_none() -> None:
    said = wire({"body": "b"}, publish="{request = 'PUT https://h/{body}'}")
    assert said.target.publish is not None
    assert said.publishing(said.target.publish) == Ask("PUT", "https://h/b")


DATED = {
    "iso": ("json = {b = '{body}'}, created_at_field = 'm.at'", b'{"b":"x","m":{"at":"2025-11-25T02:00:00.000Z"}}'),
    "seconds": ("json = {b = '{body}'}, created_at_field = 'at', created_at_format = 's'", b'{"b":"x","at":1764036000}'),
    "a form": ("form = {b = '{body}'}, created_at_field = 'at', created_at_format = 'ms'", b"b=x&at=1764036000000"),
    "no field for it": ("json = {b = '{body}'}", b'{"b":"x"}'),
}  # fmt: skip


@pytest.mark.parametrize(("more", "body"), DATED.values(), ids=list(DATED))
def test_a_message_may_have_a_time_of_its_own(more: str, body: bytes) -> None:
    said = wire({"body": "x"}, publish=PUBLISH % f", {more}", more="values.room = '1'")
    assert said.target.publish is not None
    assert said.publishing(said.target.publish, "2025-11-25T02:00:00.000Z").body == body


POSTED: dict[str, tuple[str, int, str, Posted]] = {
    "named": ("", 201, '{"id":7,"created_at":"now"}', Posted("ok", "7", "now", status=201)),
    "named elsewhere, in seconds": (
        ", id = 'm.id', created_at = 'm.at', created_at_format = 's'", 200, '{"m":{"id":"x","at":1764036000}}',
        Posted("ok", "x", "2025-11-25T02:00:00.000Z", status=200),
    ),
    "no time is looked for": (", created_at = ''", 200, '{"id":1,"created_at":"x"}', Posted("ok", "1", status=200)),
    "not named": ("", 201, "{}", Posted("info", status=201, reason="HTTP 201 without a message id")),
    "named by null": ("", 201, '{"id":null}', Posted("info", status=201, reason="HTTP 201 without a message id")),
    "named by a list": ("", 201, '{"id":[1]}', Posted("info", status=201, reason="HTTP 201 without a message id")),
    "no JSON": ("", 201, "stored", Posted("info", status=201, reason="HTTP 201 without a message id")),
    "an own id": (", own_id = '{nonce}'", 201, "", Posted("ok", "[cc:3f:m1]", status=201)),
    "refused": ("", 422, '{"id":7}', Posted("fail", status=422, reason="HTTP 422")),
    "a redirect": ("", 302, "", Posted("fail", status=302, reason="HTTP 302")),
    "broken": ("", 500, '{"id":7}', Posted("info", status=500, reason="HTTP 500")),
    "an accepted redirect": (", accept = [302], own_id = '{nonce}'", 302, "", Posted("ok", "[cc:3f:m1]", status=302)),
    "good, and not accepted": (", accept = [201]", 200, '{"id":7}', Posted("info", status=200, reason="HTTP 200")),
    "refused, where something is accepted": (", accept = [201]", 404, '{"id":7}', Posted("fail", status=404, reason="HTTP 404")),
}  # fmt: skip


@pytest.mark.parametrize(("more", "status", "content", "posted"), POSTED.values(), ids=list(POSTED))
def test_what_an_answer_to_a_post_is_worth(more: str, status: int, content: str, posted: Posted) -> None:
    said = wire(said_in("m1 [cc:3f:m1]"), publish=f"{{request = 'POST https://h/{{body}}'{more}}}")
    assert said.target.publish is not None
    for each in (content, content.encode(), b"\xef\xbb\xbf" + content.encode()):
        assert said.posted(said.target.publish, status, each) == posted


# Lists ----------------------------------------------------------------------------------------------------------------------

CURSORS: dict[str, tuple[str, str, str | None, str | None]] = {
    "after a cursor": ("m?after={cursor}&s=1", "omit", "a b", "m?after=a%20b&s=1"),
    "without one, first": ("m?after={cursor}&s=1", "omit", None, "m?s=1"),
    "without one, last": ("m?s=1&after={cursor}", "omit", None, "m?s=1"),
    "without one, in the middle": ("m?s=1&after={cursor}&t=2", "omit", None, "m?s=1&t=2"),
    "without one, alone": ("m?after={cursor}", "omit", None, "m"),
    "zero": ("m?after={cursor}", "0", None, "m?after=0"),
    "zero, after a cursor": ("m?after={cursor}", "0", "5", "m?after=5"),
    "nothing is asked": ("m?after={cursor}", "skip", None, None),
    "in the path": ("m/{cursor}", "0", None, "m/0"),
}


@pytest.mark.parametrize(("request_", "empty", "cursor", "path"), CURSORS.values(), ids=list(CURSORS))
def test_a_page_is_asked_for(request_: str, empty: str, cursor: str | None, path: str | None) -> None:
    listing = CatchUp(request=f"GET https://h/{request_}", empty_cursor=empty, headers={"X": "{room}"})  # type: ignore[arg-type]
    ask = wire({"room": "7"}).listing(listing, cursor)
    assert ask == (None if path is None else Ask("GET", f"https://h/{path}", (("X", "7"),)))


FOLLOWING = {
    "an id": ("7", "https://h/m?after=7"),
    "a URL": ("https://h/m?page=2", "https://h/m?page=2"),
    "a path": ("/m?page=2", "https://h/m?page=2"),
    "a cursor that only looks like one": ("https:7", "https://h/m?after=https%3A7"),
}


@pytest.mark.parametrize(("cursor", "url"), FOLLOWING.values(), ids=list(FOLLOWING))
def test_the_next_page_is_where_the_last_one_says(cursor: str, url: str) -> None:
    truth = Truth(request="GET https://h/m?after={cursor}", headers={"Authorization": "x"})
    assert wire().following(truth, cursor) == Ask("GET", url, (("Authorization", "x"),))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/m",
        "http://h/m",
        "//evil.example/m",
        "https://h:8443/m",
        "https://h@evil.example/",
    ],
)
def test_no_other_server_is_told_what_this_one_may_know(url: str) -> None:
    truth = Truth(request="GET https://h/m?after={cursor}")
    with pytest.raises(ValueError, match="its next page is at another server"):
        wire().following(truth, url)


ITEMS = [{"id": 1, "body": "a", "room": "r"}, {"id": 2, "body": "b"}]
PAGES: dict[str, tuple[dict[str, Any], Any, tuple[int, str | None] | None]] = {
    "no next": ({}, {"messages": ITEMS}, (2, None)),
    "next is an id": ({"next": "meta.next"}, {"messages": ITEMS, "meta": {"next": "2"}}, (2, "2")),
    "next is a number": ({"next": "next"}, {"messages": ITEMS, "next": 2}, (2, "2")),
    "next is a URL": (
        {"next": "next"},
        {"messages": [], "next": "https://h/?page=2"},
        (0, "https://h/?page=2"),
    ),
    "next is null": ({"next": "next"}, {"messages": ITEMS, "next": None}, (2, None)),
    "next is empty": ({"next": "next"}, {"messages": ITEMS, "next": ""}, (2, None)),
    "next is false": ({"next": "next"}, {"messages": ITEMS, "next": False}, (2, None)),
    "next only says that there is more": ({"next": "next"}, {"messages": ITEMS, "next": True}, (2, None)),
    "next lacks": ({"next": "next"}, {"messages": ITEMS}, (2, None)),
    "a full page": ({"page_cap": 2}, {"messages": ITEMS}, (2, "2")),
    "a page that is not full": ({"page_cap": 3}, {"messages": ITEMS}, (2, None)),
    "an empty page": ({"page_cap": 1}, {"messages": []}, (0, None)),
    "next before the cap": ({"page_cap": 2, "next": "next"}, {"messages": ITEMS, "next": None}, (2, None)),
    "the list is the answer": ({"items": ""}, ITEMS, (2, None)),
    "the list is deep": ({"items": "data.0.list"}, {"data": [{"list": ITEMS}]}, (2, None)),
    "there is no list": ({}, {"payload": ITEMS}, None),
    "the list is none": ({}, {"messages": {}}, None),
    "an item is none": ({}, {"messages": [1]}, None),
}


@pytest.mark.parametrize(("ways", "answer", "page"), PAGES.values(), ids=list(PAGES))
def test_a_page_tells_its_messages_and_what_comes_next(
    ways: dict[str, Any], answer: object, page: tuple[int, str | None] | None
) -> None:
    told = wire().page(CatchUp(request="GET https://h/{cursor}", **ways), answer)
    assert (None if told is None else (len(told[0]), told[1])) == page


def test_the_truth_says_whose_each_message_is() -> None:
    rows = wire().rows(Truth(conversation="room", created_at=""), ITEMS)
    assert rows == [{"id": 1, "body": "a", "conversation": "r"}, {"id": 2, "body": "b", "conversation": None}]


def test_what_a_catch_up_lists_is_worded_as_the_reference_client_knows_it() -> None:
    listing = CatchUp(request="", id="key", body="content.text", created_at="at", created_at_format="s")
    [row] = wire().rows(listing, [{"key": 1, "content": {"text": "b"}, "at": 1764036000, "id": "no"}])
    assert row == {"id": 1, "body": "b", "created_at": "2025-11-25T02:00:00.000Z"}
    assert wire().rows(listing, [{"nothing": 1}]) == [{}]


# Capturing ------------------------------------------------------------------------------------------------------------------

HEADERS = (
    ("X-Token", "h"), ("Set-Cookie", "_x=old; path=/"), ("set-cookie", "_x=a%2Bb==--c; HttpOnly"), ("Set-Cookie", "gone=; Max-Age=0"),
)  # fmt: skip
CAUGHT = {
    "json:data.id": "7",
    "json:": None,
    "json:data.no": None,
    "json:data.null": None,
    "header:x-token": "h",
    "header:X-No": None,
    "cookie:_x": "a%2Bb==--c",
    "cookie:gone": None,
    "cookie:no": None,
}


@pytest.mark.parametrize(("source", "value"), CAUGHT.items(), ids=list(CAUGHT))
def test_a_step_keeps_what_its_answer_tells(source: str, value: str | None) -> None:
    said = wire(more=f"auth = [{{request = 'POST https://h/', capture = {{v = '{source}'}}}}]")
    content = b'{"data":{"id":7,"null":null}}'
    if value is not None:
        assert said.captured(said.target.auth[0], content, HEADERS) == {"v": value}
    else:
        with pytest.raises(LookupError) as caught:
            said.captured(said.target.auth[0], content, HEADERS)
        assert caught.value.args == ("v",)


def test_an_answer_that_is_no_json_may_have_a_cookie() -> None:
    said = wire(more="auth = [{request = 'POST https://h/', capture = {v = 'cookie:_x'}}]")
    assert said.captured(said.target.auth[0], b"<html>", HEADERS) == {"v": "a%2Bb==--c"}


@given(st.text(), st.text())
def test_no_value_makes_a_request_of_another_kind(value: str, body: str) -> None:
    publish = Publish(
        request="POST https://h/{v}?v={v}", headers={"X": "{v}"}, cookies={"c": "{v}"}, json={"b": "{body}"}
    )
    ask = wire({"v": value, "body": body}).publishing(publish)
    assert ask.url.startswith("https://h/")
    assert ask.url.count("?") == 1
    assert all("\n" not in said and "\r" not in said for _, said in ask.headers)
    assert json.loads(ask.body or b"") == {"b": body}


IDS: dict[str, tuple[Any, Any]] = {
    "whosever it is": ({"data": {"id": 7}}, 7),
    "none": ({"data": {}}, None),
    "no message": ({"data": 7}, None),
    "nothing": (0, None),
}


@pytest.mark.parametrize(("payload", "id_"), IDS.values(), ids=list(IDS))
def test_the_id_in_a_broadcast_is_found_whosever_it_is(payload: object, id_: object) -> None:
    assert wire(more="live.message = 'data'").id_of(payload) == id_
