"""The truth by SQL: as much of it as can be held."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cablecheck.errors import UnreachableError
from cablecheck.live import stored_rows
from cablecheck.live.targets import webchat_place
from cablecheck.target.model import Truth


async def test_a_query_that_gives_too_many_rows_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "chat.sqlite3"
    database = sqlite3.connect(file)
    database.execute("create table messages (id integer primary key, body text)")
    database.executemany("insert into messages (body) values (?)", [("hello",)] * 11)
    database.commit()
    database.close()
    place = webchat_place("test", "ws://127.0.0.1:1/cable", "http://127.0.0.1:1/v1", "w", "t", "s", "c")
    truth = Truth(sql=str(file), query="select id, body from messages order by id")
    monkeypatch.setattr(stored_rows, "MOST_ROWS", 11)
    assert len(await stored_rows.rows_of(place, truth)) == 11
    monkeypatch.setattr(stored_rows, "MOST_ROWS", 10)
    with pytest.raises(
        UnreachableError, match="it gives more than 10 rows; let it give those of the conversation"
    ):
        await stored_rows.rows_of(place, truth)
