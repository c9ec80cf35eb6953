"""Texts with names in them: whatever the values are, they stay where they were put."""

from __future__ import annotations

import json
import sqlite3
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.target.templates import (
    in_cookie,
    in_header,
    in_json_text,
    in_sql,
    in_url,
    in_value,
    names_in,
    plainly,
    quoted_in_sql,
)

URLS = {
    "a value is escaped": ("https://h/m?after={cursor}", "https://h/m?after=a%2Fb%26c"),
    "the root is not": ("{api}/m/{cursor}", "https://h/v1/m/a%2Fb%26c"),
    "a root that nobody knows stays": ("{other}/m", "{other}/m"),
    "the root alone": ("{api}", "https://h/v1"),
    "a name in the middle is no root": ("https://x/?u={api}", "https://x/?u=https%3A%2F%2Fh%2Fv1%2F"),
}


@pytest.mark.parametrize(("template", "url"), URLS.values(), ids=list(URLS))
def test_a_url(template: str, url: str) -> None:
    assert in_url(template, {"api": "https://h/v1/", "cursor": "a/b&c"}) == url


JSON = {
    "key order and blanks are kept": ('{ "room" : "{room}","channel":"C"}', '{ "room" : "7","channel":"C"}'),
    "a number stands alone": ('{"room":{room}}', '{"room":7}'),
    "a word that stands alone becomes a string": ('{"user":{user}}', '{"user":"a\\"b"}'),
    "within a string it is escaped": ('{"user":"u-{user}"}', '{"user":"u-a\\"b"}'),
    "an escaped quote ends no string": ('{"a":"\\"{user}"}', '{"a":"\\"a\\"b"}'),
    "a name that nobody knows stays": ('{"a":"{x}","b":{y}}', '{"a":"{x}","b":{y}}'),
    "true is no string": ('{"a":{yes}}', '{"a":true}'),
    "a list is one": ('{"a":{list}}', '{"a":"[1]"}'),
}


@pytest.mark.parametrize(("template", "text"), JSON.values(), ids=list(JSON))
def test_a_text_of_json(template: str, text: str) -> None:
    assert in_json_text(template, {"room": "7", "user": 'a"b', "yes": "true", "list": "[1]"}) == text


@given(st.text())
def test_no_value_breaks_out_of_json(value: str) -> None:
    said = json.loads(in_json_text('{"a":"{x}","b":{x},"c":[{x}]}', {"x": value}))
    assert said["a"] == value
    assert set(said) == {"a", "b", "c"}
    assert len(said["c"]) == 1
    assert not isinstance(said["b"], dict | list)


@given(st.text())
def test_no_value_breaks_out_of_a_url(value: str) -> None:
    parts = urlsplit(in_url("https://h/m/{x}?a={x}&b=2", {"x": value}))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "h", "")
    assert parse_qsl(parts.query, keep_blank_values=True, errors="surrogatepass") == [
        ("a", value),
        ("b", "2"),
    ]
    assert parts.path.count("/") == 2


@given(st.text())
def test_no_value_breaks_out_of_a_header_or_a_cookie(value: str) -> None:
    header = in_header("Bearer {x}", {"x": value})
    assert header.isascii()
    assert header.isprintable()
    cookie = in_cookie("{x}", {"x": value})
    assert cookie.isascii()
    assert not set(cookie) & set(' ",;\\\r\n\t')


def test_what_a_header_may_hold_is_left_alone() -> None:
    assert in_header("Token {x}", {"x": "a/b+c=; d%20"}) == "Token a/b+c=; d%20"
    assert in_header("{x}", {"x": "a\r\nX-Admin: 1"}) == "a%0D%0AX-Admin: 1"
    assert in_cookie("{x}", {"x": "abc%2B--=/"}) == "abc%2B--=/"
    assert in_cookie("{x}", {"x": "a; admin=1"}) == "a%3B%20admin=1"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_value_breaks_out_of_sql(value: str) -> None:
    statement, parameters = in_sql("select {x} as x, {x} || '' as y", {"x": value}, ":name")
    with sqlite3.connect(":memory:") as database:
        assert database.execute(statement, parameters).fetchone() == (value, value)
    database.close()


def test_names_within_quotes_are_no_parameters() -> None:
    query = "select '{a}', \"{b}\", 'it''s {c}' from m where x = {d} and y like '%'"
    assert list(quoted_in_sql(query)) == ["a", "b", "c"]


def test_values_are_filled_in_however_deep_they_are() -> None:
    value = {"a": ["{x}", 1, {"b": "<{x}>"}], "c": True, "d": ("{x}",)}
    assert in_value(value, {"x": "1"}) == {"a": ["1", 1, {"b": "<1>"}], "c": True, "d": ["1"]}


def test_a_text_that_is_json_stays_json() -> None:
    values = {"body": 'say "hi"', "x": "1"}
    assert in_value('{"body":"{body}"}', values) == '{"body":"say \\"hi\\""}'
    assert in_value("{body} {", values) == 'say "hi" {'
    assert in_value("{x}", values) == "1"


def test_names_are_found_wherever_texts_are() -> None:
    assert list(names_in({"a": "{x} {y1_z}", "b": ["{q}", 3, ("{r}",)], "c": '{X} {} {a b} {"k":1}'})) == [
        "x",
        "y1_z",
        "q",
        "r",
    ]
    assert list(names_in(7)) == []


def test_plainly_is_plain() -> None:
    assert plainly("a {x} {y}", {"x": "<&>"}) == "a <&> {y}"
