"""The tables that stand in the place of a `match` are whole: mypy can't see what is missing in a dict."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from cablecheck.cable import frames
from cablecheck.chat.signals import ChatAction
from cablecheck.client import bubbles, host
from cablecheck.client.signals import ClientAction
from cablecheck.director import orders
from cablecheck.sim import server, world

TABLES: dict[str, tuple[set[Any], object]] = {
    "what a page performs": ({*host._PERFORMED, *bubbles.BUBBLES}, ClientAction),
    "what a world performs": ({*world._PERFORMED}, orders.Order),
    "what a simulated server performs": ({*server._PERFORMED}, ChatAction),
    "what a frame is called": ({*frames._KINDS}, frames.Frame),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_a_row_for_each_kind(table: str) -> None:
    kinds, union = TABLES[table]
    assert kinds == set(get_args(union))
