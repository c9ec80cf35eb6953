"""A target that is as it should be: every row is fine, whichever way its file is written."""

from __future__ import annotations

from typing import Any

import pytest

from cablecheck.doctor.diagnosis import Row, Standing, exit_code_of
from cablecheck.doctor.examination import CHECKS, examine
from cablecheck.errors import ExitCode
from cablecheck.live.targets import place_of
from tests.demo.house import served
from tests.doctor.front import Front
from tests.doctor.visiting import described, rows_of, tables

pytestmark = pytest.mark.takes(seconds=8)


def troubles(rows: dict[str, Row]) -> dict[str, str]:
    return {
        row.check: row.diagnosis.seen for row in rows.values() if row.diagnosis.standing is not Standing.OK
    }


@pytest.mark.parametrize("front", [None, Front()], ids=["straight", "behind a front that changes nothing"])
async def test_every_row_of_a_sound_target_is_ok(front: Front | None) -> None:
    rows = await rows_of(front=front)
    assert list(rows) == [check.name for check in CHECKS]
    assert troubles(rows) == {}
    assert exit_code_of(rows.values()) is ExitCode.VERIFIED


def test_what_a_check_needs_stands_before_it() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert [check.name for at, check in enumerate(CHECKS) if set(check.needs) - set(names[:at])] == []


def by_the_ledger(whole: dict[str, Any]) -> None:
    whole["truth"] = {"ledger": True}


async def test_a_target_whose_publisher_is_its_only_witness_is_examined_all_the_same() -> None:
    rows = await rows_of(change=by_the_ledger)
    assert troubles(rows) == {}
    assert "none but the publisher's own list" in rows["truth"].diagnosis.seen


async def test_where_a_file_names_the_only_conversation_there_is_nobody_else_to_look_at() -> None:
    async with served() as server:
        session, conversation = await server.open_session()
        whole = tables(server.port)
        del whole["conversation"]
        whole["values"] |= {"session": session, "conversation": conversation}
        rows = {row.check: row for row in await examine(place_of(described(whole), {}), lambda _: None)}
    assert troubles(rows) == {
        "another visitor": "the file names one conversation, so there is nobody else",
        "foreign cursor": "needs somebody else's conversation",
        "another's list": "needs somebody else",
        "another's stream": "needs somebody else",
    }
    assert "[[conversation]]" in rows["another visitor"].diagnosis.remedy
    assert exit_code_of(rows.values()) is ExitCode.VERIFIED


async def test_a_session_that_the_file_names_leads_to_one_conversation_only() -> None:
    async with served() as server:
        session, _ = await server.open_session()
        chat = {"api": server.api, "id": server.webchat, "token": server.token, "session": session}
        whole = {"cable": {"url": server.cable}, "webchat": chat}
        rows = {row.check: row for row in await examine(place_of(described(whole), {}), lambda _: None)}
    assert set(troubles(rows)) == {"another visitor", "foreign cursor", "another's list", "another's stream"}
    assert "the first one again" in rows["another visitor"].diagnosis.seen
