"""JSON as a browser reads it. The tables were written down from Node 20."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cable.json_values import UNDEFINED, NotJsonError, double, parse, text_of, write

STRINGS = [
    (1, "1"),
    (-7, "-7"),
    (77.0, "77"),
    (-0.0, "0"),
    (0.1, "0.1"),
    (-1.25, "-1.25"),
    (1e20, "100000000000000000000"),
    (1e21, "1e+21"),
    (1.5e300, "1.5e+300"),
    (1e-6, "0.000001"),
    (1e-7, "1e-7"),
    (5e-324, "5e-324"),
    (2**53 + 1, "9007199254740992"),
    (10**400, "Infinity"),
    (-(10**400), "-Infinity"),
    (math.inf, "Infinity"),
    (-math.inf, "-Infinity"),
    (math.nan, "NaN"),
    (True, "true"),
    (False, "false"),
    (None, "null"),
    (UNDEFINED, "undefined"),
    ("m1", "m1"),
    ({}, "[object Object]"),
    ([], ""),
    ([1, [None, []], [[]]], "1,,,"),
    ([[1, [2]], {"a": 1}], "1,2,[object Object]"),
]


@pytest.mark.parametrize(("value", "text"), STRINGS)
def test_a_value_is_shown_as_a_browser_prints_it(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", '{"a": NaN}', "", "'a'", "[1,]", "\ufeff1", '"\n"', "01", "not json"],
)
def test_what_a_browser_refuses_is_refused(text: str) -> None:
    with pytest.raises(NotJsonError):
        parse(text)


def test_a_text_nested_too_deep_is_refused_and_not_an_error_of_the_machine() -> None:
    with pytest.raises(NotJsonError, match="nested too deep"):
        parse("[" * 100_000)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_whatever_is_read_can_be_written_again(opening: str, closing: str) -> None:
    """At any depth, and on a stack that is used already: writing takes more of it than reading."""

    def below(depth: int, nested: int) -> bool:
        if depth:
            return below(depth - 1, nested)
        try:
            value = parse(opening * nested + "1" + closing * nested)
        except NotJsonError:
            return False
        return bool(write(value))

    read = [below(200, nested) for nested in range(1, 1200, 13)]
    assert read == sorted(read, reverse=True)
    assert read[0]
    assert not read[-1]


def test_a_text_of_over_a_million_values_is_refused_before_it_is_built() -> None:
    with pytest.raises(NotJsonError, match="over 1,000,000 values"):
        parse("[" + "0," * 1_000_001 + "0]")
    assert len(parse("[" + "0," * 600_000 + "0]")) == 600_001


def test_a_number_of_ten_thousand_digits_is_read() -> None:
    assert parse("1" * 10_000) == math.inf


@pytest.mark.parametrize(
    ("text", "value"), [("1.0", 1), ("1e3", 1000), ("-0.0", 0), ("123456789012345", 123456789012345)]
)
def test_a_whole_number_is_an_integer_however_it_is_written(text: str, value: int) -> None:
    read = parse(text)
    assert read == value
    assert type(read) is int


def test_an_id_beyond_two_to_the_53_loses_its_last_digit_as_in_a_browser() -> None:
    assert text_of(parse("9007199254740993")) == "9007199254740992"


def test_a_browser_number_is_a_double() -> None:
    assert double(3) == 3.0
    assert double(10**400) == math.inf


def test_text_is_written_without_spaces_and_with_as_few_escapes_as_a_browser_uses() -> None:
    assert write({"a": ["é", "\u2028", '"', "\x1f", "\x7f"]}) == '{"a":["é","\u2028","\\"","\\u001f","\x7f"]}'


def test_a_lone_surrogate_is_escaped_so_that_the_text_can_be_sent() -> None:
    assert write("a\ud800") == '"a\\ud800"'
    assert write("😀") == '"😀"'


def test_undefined_is_false_and_says_its_name() -> None:
    assert not UNDEFINED
    assert repr(UNDEFINED) == "undefined"


@given(st.text())
def test_reading_any_text_gives_a_value_or_the_one_error(text: str) -> None:
    try:
        value = parse(text)
    except NotJsonError:
        return
    assert isinstance(text_of(value), str)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_can_be_sent_and_is_read_again_as_the_same(value: object) -> None:
    text = write(value)
    text.encode("utf-8")
    assert parse(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_printed_number_is_the_number(number: float) -> None:
    assert float(text_of(number)) == number
