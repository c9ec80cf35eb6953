"""The tree of a TOML text, and where in it something stands."""

from __future__ import annotations

import pytest

from cablecheck.target.document import place_in, plant

TEXT = """\
[target.a]
cable = {url = "x"}
[[target.a.auth]]
request = "y"
"""
PLACES = {
    (): "1:1",
    ("target", "a", "cable", "url"): "2:10",
    ("target", "a", "auth", "0", "request"): "4:1",
    ("target", "a", "auth", "0", "headers"): "3:1",
    ("target", "a", "auth", "1"): "3:1",
    ("target", "a", "auth", "first"): "3:1",
    ("target", "a", "cable", "url", "x"): "2:10",
    ("nothing", "at", "all"): "1:1",
}


@pytest.mark.parametrize(("path", "place"), PLACES.items(), ids=[".".join(path) for path in PLACES])
def test_what_is_not_there_has_the_place_above_it(path: tuple[str, ...], place: str) -> None:
    tree, findings = plant(TEXT)
    assert findings == []
    assert tree is not None
    assert str(place_in(tree, path)) == place
