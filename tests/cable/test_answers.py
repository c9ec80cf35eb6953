"""Which ids an answer of the chat's API lists, and that no answer raises."""

import pytest
from hypothesis import given

from cablecheck.cable.answers import ids_in
from cablecheck.cable.json_values import JsonValue
from tests.cable.test_json_values import JSON


def test_ids_are_as_a_browser_prints_them() -> None:
    listed = [{"id": "4"}, {"id": 5.0}, {"id": 1e21}, {"id": None}]
    assert ids_in({"messages": listed}) == ("4", "5", "1e+21", "null")


def test_a_message_without_an_id_is_one_and_what_is_no_object_is_none() -> None:
    assert ids_in({"messages": [{"body": "b"}, 7, None, "8", [9]]}) == ("undefined",)


@pytest.mark.parametrize("answer", [None, [], "", 0, {}, {"messages": None}, {"messages": {"id": 1}}])
def test_what_is_no_page_lists_nothing(answer: JsonValue) -> None:
    assert ids_in(answer) == ()


@given(JSON)
def test_no_answer_raises(answer: JsonValue) -> None:
    assert ids_in({"messages": answer}) == ids_in({"messages": answer, "next": None})
    ids_in(answer)
