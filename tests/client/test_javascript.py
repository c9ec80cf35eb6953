"""Where JavaScript and Python part ways."""

from typing import Any

import pytest

from cablecheck.client.javascript import (
    UNDEFINED,
    ThrownError,
    encoded_path,
    encoded_query,
    get,
    key_of,
    round_half_up,
    to_string,
    trim,
    truthy,
)

VALUES: list[Any] = [None, UNDEFINED, True, False, 0, 1, 2, "", "1", "true", "null", "undefined"]


@pytest.mark.parametrize("a", VALUES)
@pytest.mark.parametrize("b", VALUES)
def test_values_of_different_kinds_are_never_the_same(a: Any, b: Any) -> None:
    assert (key_of(a) == key_of(b)) is (a is b or (type(a) is type(b) and a == b))


def test_numbers_are_the_same_however_they_are_held() -> None:
    assert key_of(1) == key_of(1.0)
    assert key_of(2**53) == key_of(2**53 + 1)
    assert key_of(0) == key_of(-0.0)


def test_objects_have_no_key() -> None:
    assert key_of([]) is None
    assert key_of({}) is None


@pytest.mark.parametrize("value", [None, UNDEFINED, False, 0, 0.0, ""])
def test_these_are_false(value: Any) -> None:
    assert not truthy(value)


@pytest.mark.parametrize("value", [True, 1, -1, "0", " ", [], {}, [0]])
def test_these_are_true(value: Any) -> None:
    assert truthy(value)


def test_half_goes_up_also_below_zero() -> None:
    assert [round_half_up(number) for number in (0.5, 1.5, 2.5, -0.5, -1.5, 0.49)] == [1, 2, 3, 0, -1, 0]


def test_a_missing_key_is_undefined_and_null_has_no_keys_at_all() -> None:
    assert get({"a": None}, "a") is None
    assert get({}, "a") is UNDEFINED
    assert get("text", "a") is UNDEFINED
    for nothing in (None, UNDEFINED):
        with pytest.raises(ThrownError, match=rf"of {to_string(nothing)} \(reading 'a'\)"):
            get(nothing, "a")


def test_white_space_is_javascripts() -> None:
    assert trim("\ufeff\u3000 a \n\u2029") == "a"
    assert trim("\x1c\u0085") == "\x1c\u0085"


def test_a_query_is_written_as_urlsearchparams_does() -> None:
    assert encoded_query({"a b": "é&=+~*-._", "c": ""}) == "a+b=%C3%A9%26%3D%2B%7E*-._&c="
    assert encoded_query({"a": "\ud800"}) == "a=%EF%BF%BD"


def test_a_path_keeps_what_a_browser_keeps() -> None:
    assert encoded_path("a b/c~'(ä)?#") == "a%20b/c~'(%C3%A4)%3F%23"
    assert encoded_path("\udfff") == "%EF%BF%BD"
