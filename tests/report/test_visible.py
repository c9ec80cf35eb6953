"""Hostile text is made visible, harmless text is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.report.visible import counted, listed, shortened, visible, visible_lines

ESCAPED = {
    "a terminal's escape": ("\x1b[2J", "\\x1b[2J"),
    "the one-byte form of it": ("\x9b2J", "\\x9b2J"),
    "a line end": ("a\r\nb", "a\\r\\nb"),
    "text turned around": ("\u202egnp", "\\u202egnp"),
    "nothing at all": ("a\u200bb", "a\\u200bb"),
    "another line end": ("a\u2028b", "a\\u2028b"),
    "half a character": ("\ud83d", "\\ud83d"),
    "a tag": ("\U000e0041", "\\U000e0041"),
}


@pytest.mark.parametrize(("hostile", "seen"), ESCAPED.values(), ids=ESCAPED.keys())
def test_what_does_not_simply_print_stands_there_as_its_escape(hostile: str, seen: str) -> None:
    assert visible(hostile) == seen


@pytest.mark.parametrize("harmless", ["", "m6", "¿Qué tal? 你好 🙂", "a b"])
def test_what_prints_is_left_alone(harmless: str) -> None:
    assert visible(harmless) == harmless


@given(st.text())
def test_nothing_that_is_visible_can_leave_its_line(text: str) -> None:
    assert visible(text).isprintable()
    assert len(visible(text).splitlines()) <= 1


def test_a_text_of_lines_keeps_its_line_ends_alone() -> None:
    assert visible_lines("a\tb\nc\r") == "a\\tb\nc\\r"


LISTS = {
    "none": ((), ""),
    "as many as fit": (("m1", "m2", "m3"), "m1, m2, m3"),
    "one too many": (("m1", "m2", "m3", "m4"), "m1, m2, m3 and 1 more"),
    "many": (tuple(f"m{n}" for n in range(1, 41)), "m1, m2, m3 and 37 more"),
    "hostile": (("\x1b",), "\\x1b"),
}


@pytest.mark.parametrize(("items", "line"), LISTS.values(), ids=LISTS.keys())
def test_a_long_list_is_cut_and_says_so(items: tuple[str, ...], line: str) -> None:
    assert listed(items, limit=3) == line


def test_a_long_text_ends_in_three_dots() -> None:
    assert shortened("123456", 6) == "123456"
    assert shortened("1234567", 6) == "123..."


def test_one_is_singular() -> None:
    assert [counted(number, "fault") for number in (0, 1, 2)] == ["0 faults", "1 fault", "2 faults"]
