from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.errors import BadInputError
from cablecheck.truth import Stored, Truth, decode, encode
from tests.history.every import texts

stored = st.builds(Stored, texts, texts, *[st.none() | texts] * 3)


@given(st.builds(Truth, st.lists(stored).map(tuple), st.booleans(), st.none() | texts))
def test_a_truth_comes_back_from_its_json_as_it_was(truth: Truth) -> None:
    assert decode(encode(truth)) == truth


def test_a_lone_surrogate_in_a_body_survives() -> None:
    truth = Truth((Stored("1", "half \ud83d of a pair"),))
    assert decode(encode(truth)) == truth


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"messages":[{"id":1}]}', b"\xff", b"[" * 100_000])
def test_anything_else_is_an_error_with_its_place(text: bytes) -> None:
    with pytest.raises(
        BadInputError, match=r"runs/a/truth\.json: no list of stored messages \(.*\); restore the file"
    ):
        decode(text, "runs/a/truth.json")
