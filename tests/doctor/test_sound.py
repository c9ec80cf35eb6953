"""A target that is as it should be: every row is fine, whichever way its file is written."""

from __future__ import annotations

import pytest

from cablecheck.doctor.diagnosis import Row, Standing, exit_code_of
from cablecheck.doctor.examination import CHECKS
from cablecheck.errors import ExitCode
from tests.doctor.front import Front
from tests.doctor.visiting import rows_of

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
