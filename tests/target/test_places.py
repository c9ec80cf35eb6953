"""Where each key and each value of a TOML text stands."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.scenario.findings import Place
from cablecheck.target.places import Path, places_in

TEXT = '''\
# a comment with [brackets] and key = value
top = 1
[target.a]
url = "wss://x" # url = "another"
dotted.key = {deep = [1, {in = "x"}], "quoted \\" key" = 'y'}
text = """
[no.header]
no = "key"
"""
[[target.a.auth]]
request = 'POST /'
[[target.a.auth]]
  request = \'\'\'
POST''\'\'\'
[target.a.auth.capture]
token = "json:x"
[target."b.c"] # quoted
many = [ # a list over lines
  "one", # 1
  'two',
]
'''

KEYS: dict[str, tuple[Path, str]] = {
    "a key of its own line": (("top",), "2:1"),
    "a table": (("target", "a"), "3:1"),
    "what is above a table": (("target",), "3:1"),
    "a key of a table": (("target", "a", "url"), "4:1"),
    "the first part of a dotted key": (("target", "a", "dotted"), "5:1"),
    "the last part of a dotted key": (("target", "a", "dotted", "key"), "5:8"),
    "a key of an inline table": (("target", "a", "dotted", "key", "deep"), "5:15"),
    "a key of a table in a list": (("target", "a", "dotted", "key", "deep", 1, "in"), "5:27"),
    "a quoted key": (("target", "a", "dotted", "key", 'quoted " key'), "5:39"),
    "a key after a text of several lines": (("target", "a", "auth"), "10:1"),
    "the first of a list of tables": (("target", "a", "auth", 0, "request"), "11:1"),
    "the second, indented": (("target", "a", "auth", 1, "request"), "13:3"),
    "a table of the last of them": (("target", "a", "auth", 1, "capture", "token"), "16:1"),
    "a name with a dot": (("target", "b.c", "many"), "18:1"),
}
VALUES: dict[str, tuple[Path, str]] = {
    "a number": (("top",), "2:7"),
    "a text": (("target", "a", "url"), "4:7"),
    "an inline table": (("target", "a", "dotted", "key"), "5:14"),
    "an item": (("target", "a", "dotted", "key", "deep", 1), "5:26"),
    "an item on another line": (("target", "b.c", "many", 1), "20:3"),
    "a table is where its header is": (("target", "a"), "3:1"),
    "a table in a list too": (("target", "a", "auth", 1), "12:1"),
}


@pytest.mark.parametrize(("path", "place"), KEYS.values(), ids=list(KEYS))
def test_a_key_has_a_place(path: Path, place: str) -> None:
    assert str(places_in(TEXT).keys[path]) == place


@pytest.mark.parametrize(("path", "place"), VALUES.values(), ids=list(VALUES))
def test_a_value_has_a_place(path: Path, place: str) -> None:
    assert str(places_in(TEXT).values[path]) == place


def test_what_stands_in_a_text_is_no_key() -> None:
    assert ("no",) not in places_in(TEXT).keys
    assert ("target", "a", "no") not in places_in(TEXT).keys
    assert ("no", "header") not in places_in(TEXT).keys


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing", "a = 1", "a=1\r\nb=2\r\n", '"" = 1', "a = []", "a = {}"]
)
def test_the_smallest_texts_are_walked_through(text: str) -> None:
    assert set(places_in(text).keys) == set(_paths(tomllib.loads(text)))


WORDS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"i"', '"j]"', "'k = 1'", '"#"'])
LEAVES = st.sampled_from(
    ['"x"', "'y'", '"a # b"', '"]"', "'}'", '"""two\n= [lines]"""', "'''\n'quoted''''", "1", "1.5", "true", "1979-05-27",
     '"""a\\\nb""""', "-inf", '"\\\\"', '""', "''"]
)  # fmt: skip
VALUE = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[ {', '.join(items)} ]")
        | st.dictionaries(WORDS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=6,
)
LINE = st.one_of(
    st.tuples(WORDS, VALUE).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(WORDS, WORDS, VALUE).map(lambda three: f" {three[0]} . {three[1]} = {three[2]} # said"),
    WORDS.map(lambda word: f"[{word}]"),
    st.tuples(WORDS, WORDS).map(lambda two: f"  [ {two[0]} . {two[1]} ] # a table"),
    WORDS.map(lambda word: f"[[ {word} ]]"),
    st.tuples(WORDS, WORDS).map(lambda two: f"[[{two[0]}.{two[1]}]]"),
    st.just("# [x] = y"),
    st.just(""),
)


def _paths(value: Any, above: Path = ()) -> list[Path]:
    """Every path in a document that ends in a key."""
    if isinstance(value, list):
        return [path for at, each in enumerate(value) for path in _paths(each, (*above, at))]
    if not isinstance(value, dict):
        return []
    return [path for key, each in value.items() for path in [(*above, key), *_paths(each, (*above, key))]]


@given(st.lists(LINE, max_size=8).map("\n".join))
def test_whatever_tomllib_reads_has_places_for_its_keys(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    keys = places_in(text).keys
    assert {path for path in keys if isinstance(path[-1], str)} == set(_paths(document))
    lines = text.split("\n")
    for place in keys.values():
        assert place >= Place(1, 1)
        assert place.column <= len(lines[place.line - 1])
