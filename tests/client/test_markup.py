"""Whether markup holds an element, as a browser's parser would find it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.client.markup import has_element, has_reactions

WITH = [
    "<p>", "text <b>", "<BR/>", "<script>x</SCRIPT><p>", "text<script>", "<body><meta>", "<!-- <x> --><p>", "</p><i/>", "<1<p>", "< <p>",
    "<é><p>", "<meta><p>", "<p title='>'>", "<!doctype html><html><head><title>x</title></head><body><p></body></html>", "<?x?><p>",
    "<head></head><a:b>",
]  # fmt: skip
WITHOUT = [
    "", "text", "undefined", "null", "<!-- <p> -->", "<!-- <p>", "<script><p></script>", "<style><p>", "<meta><link>", "<p", "<p title='>",
    "<td>x</td>", "<html><head><body>", "</p>", "<![foo[", "<!p", "</", "<1", "<é>", "<",
]  # fmt: skip


@pytest.mark.parametrize("html", WITH)
def test_an_element_is_found(html: str) -> None:
    assert has_element(html)


@pytest.mark.parametrize("html", WITHOUT)
def test_where_there_is_none_none_is_found(html: str) -> None:
    assert not has_element(html)


def test_the_place_for_reactions_is_an_attribute_not_a_word() -> None:
    assert has_reactions("<p><b class=x DATA-REACTIONS=''></b>")
    assert has_reactions("<b/data-reactions>")
    assert not has_reactions("<b title='a data-reactions b'> data-reactions <b data-reactions-x>")


@pytest.mark.parametrize(
    "part", ["<a", "<a '", "<script>", "<script></script>", "<!--", "</", "<1", "<a b>", "<é"]
)
def test_hostile_markup_is_read_in_one_pass(part: str) -> None:
    assert has_element(part * 100_000) in (True, False)


@given(st.text(alphabet="<>/!-'\" apscript=data-reactions?é") | st.text())
def test_no_markup_whatever_raises(html: str) -> None:
    assert has_element(html) or not has_reactions(html)
