"""When two identifiers are one subscription, and when they only mean the same."""

import pytest

from cablecheck.cable.identifiers import Routing, same

SAME = [
    ("x", "x"),
    ('{"a":1,"b":2}', '{ "b": 2.0, "a": 1 }'),
    ('{"a":"\\u00e9"}', '{"a":"é"}'),
]
DIFFERENT = [
    ("x", "y"),
    ("x", '{"a":1}'),
    ('{"a":1}', '{"a":true}'),
    ('{"a":1}', '{"a":"1"}'),
    ('{"a":1}', '{"a":1,"b":null}'),
    ("[" * 100_000, "[" * 100_001),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_identifiers_that_say_the_same_are_the_same(a: str, b: str) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_identifiers_that_say_something_else_are_not(a: str, b: str) -> None:
    assert not same(a, b)
    assert not same(b, a)


ROUTING = Routing("wc-1", "sess-1", "conv-1")


def test_the_identifier_has_the_sdks_key_order_and_no_spaces() -> None:
    assert (
        ROUTING.identifier
        == '{"channel":"WebchatChannel","id":"wc-1","session":"sess-1","conversation":"conv-1"}'
    )


OWN = {"channel": "WebchatChannel", "id": "wc-1", "session": "sess-1", "conversation": "conv-1"}


def test_order_and_further_keys_do_not_matter() -> None:
    assert ROUTING.matches({"extra": 1, **dict(reversed(OWN.items()))})


@pytest.mark.parametrize("key", OWN)
def test_every_key_must_be_the_very_same_string(key: str) -> None:
    assert not ROUTING.matches({name: value for name, value in OWN.items() if name != key})
    assert not ROUTING.matches(OWN | {key: "other"})
    assert not ROUTING.matches(OWN | {key: [OWN[key]]})


@pytest.mark.parametrize("value", [None, "x", 5, [], True])
def test_what_is_no_object_matches_nothing(value: object) -> None:
    assert not ROUTING.matches(value)


def test_the_number_one_is_not_the_string() -> None:
    assert not Routing("1", "s", "c").matches(
        {"channel": "WebchatChannel", "id": 1, "session": "s", "conversation": "c"}
    )
