from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.checker.order import out_of_order


def rising(ranks: list[int]) -> bool:
    return sorted(ranks) == ranks


@given(st.lists(st.integers(0, 6), max_size=9))
def test_what_is_left_is_in_order_and_nothing_shorter_could_be_blamed(ranks: list[int]) -> None:
    wrong = out_of_order(ranks)
    kept = [rank for position, rank in enumerate(ranks) if position not in wrong]
    assert rising(kept)
    assert not any(rising(list(longer)) for longer in combinations(ranks, len(kept) + 1))


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        ("", ""),
        ("1 2 3", ""),
        ("1 2 5 3 4", "5"),
        ("2 1", "2"),
        ("1 2 4 3", "4"),
        ("3 4 1 2", "3 4"),
        ("4 3 2 1", "4 3 2"),
        ("1 1 2 2", ""),
        ("2 1 1", "2"),
        ("5 1 2 3 4", "5"),
        ("2 3 4 5 1", "1"),
    ],
)
def test_the_one_that_a_person_would_name_is_out_of_order(shown: str, wrong: str) -> None:
    ranks = [int(rank) for rank in shown.split()]
    assert " ".join(str(ranks[position]) for position in out_of_order(ranks)) == wrong
