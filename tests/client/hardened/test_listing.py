"""The listing takes pages, whole or in pieces, late or out of order, and keeps the server's order."""

import pytest

from cablecheck.client.hardened.listing import Listing
from cablecheck.client.timeline import Node

NAMES = "abcdefxyz"


class Written:
    """Listings in letters; the later a letter, the later its time."""

    def __init__(self) -> None:
        self.nodes = {name: Node(number, name, time=number) for number, name in enumerate(NAMES, 1)}

    def listing(self, names: str) -> Listing:
        listing = Listing()
        listing.merge(None, [self.nodes[name] for name in names])
        return listing

    def merged(self, known: str, after: str, page: str) -> str:
        listing = self.listing(known)
        listing.merge(self.nodes[after] if after else None, [self.nodes[name] for name in page])
        assert all(node in listing for node in listing.nodes)
        return "".join(node.id or "-" for node in listing.nodes)


PAGES = {
    "the first page": ("", "", "abc", "abc"),
    "the next page": ("abc", "c", "de", "abcde"),
    "nothing more": ("abc", "c", "", "abc"),
    "one that was late, in an overlap": ("acd", "a", "bcd", "abcd"),
    "the order changed behind the cursor": ("abcd", "b", "dc", "abdc"),
    "an inclusive cursor": ("abc", "b", "bcd", "abcd"),
    "a cursor that skips one": ("abcd", "a", "cde", "abcde"),
    "a capped page of what is known": ("abcde", "a", "bc", "abcde"),
    "a capped page with news": ("acd", "a", "b", "abcd"),
    "a replica that lags behind": ("abcd", "a", "bc", "abcd"),
    "one named twice": ("a", "a", "bcb", "abc"),
    "what was dropped before a new page": ("ab", "", "ef", "abef"),
    "what was dropped with one kept": ("ab", "", "bef", "abef"),
    "an old row sent again": ("abcd", "d", "be", "abcde"),
}


@pytest.mark.parametrize(("known", "after", "page", "merged"), PAGES.values(), ids=PAGES.keys())
def test_a_page_is_merged_into_what_is_known(known: str, after: str, page: str, merged: str) -> None:
    assert Written().merged(known, after, page) == merged


def test_the_order_is_as_before_up_to_the_place_that_is_returned() -> None:
    written = Written()
    listing = written.listing("abc")
    assert listing.merge(written.nodes["b"], [written.nodes["d"]]) == 2


def test_the_end_with_so_many_behind_it_may_not_be_there() -> None:
    listing = Written().listing("abc")
    named = [listing.before_end(overlap) for overlap in range(4)]
    assert [node and node.id for node in named] == ["c", "b", "a", None]
