"""The doctor at real servers: nothing is wrong with the known good, and what is known to be bad is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.doctor.diagnosis import Row, Standing
from cablecheck.doctor.examination import examine
from cablecheck.live.targets import place_of
from cablecheck.target.reading import read_target
from tests.targets.channels import django
from tests.targets.playing import NAME, Server, write_target
from tests.targets.puma import Setup, rails


async def visited(server: Server, folder: Path, more: str = "") -> dict[str, Row]:
    target = read_target(write_target(server, folder, more), NAME, {})
    rows = await examine(place_of(target, {}), lambda _: None)
    return {row.check: row for row in rows}


def wrong(rows: dict[str, Row]) -> dict[str, tuple[str, str]]:
    """The rows that are not ok, how they stand, and what was seen."""
    return {
        row.check: (str(row.diagnosis.standing), row.diagnosis.seen)
        for row in rows.values()
        if row.diagnosis.standing is not Standing.OK
    }


@pytest.mark.takes(seconds=12)
@pytest.mark.parametrize(
    "setup",
    [Setup("postgresql", "redis"), Setup("sqlite", "async"), Setup("postgresql", "redis", workers=2)],
    ids=str,
)
async def test_nothing_is_wrong_with_the_known_good(setup: Setup, tmp_path: Path) -> None:
    async with rails(setup, tmp_path) as server:
        assert wrong(await visited(server, tmp_path)) == {}


@pytest.mark.takes(seconds=20)
async def test_the_postgresql_adapter_confirms_before_it_listens_and_takes_no_long_message(
    tmp_path: Path,
) -> None:
    async with rails(Setup("postgresql", "postgresql"), tmp_path) as server:
        rows = await visited(server, tmp_path)
    found = wrong(rows)
    print(found)
    assert found["long message"][0] == "failed"
    assert "though it is stored" in found["long message"][1]


@pytest.mark.takes(seconds=20)
async def test_two_workers_that_do_not_hear_each_other_are_found(tmp_path: Path) -> None:
    async with rails(Setup("postgresql", "async", workers=2), tmp_path) as server:
        found = wrong(await visited(server, tmp_path))
    assert found, "of seven messages each goes to either worker"
    assert {seen[0] for name, seen in found.items() if name in ("live", "confirmation", "every message")} == {
        "failed"
    }


@pytest.mark.takes(seconds=12)
async def test_what_django_does_otherwise_is_told(tmp_path: Path) -> None:
    async with django(tmp_path) as server:
        found = wrong(await visited(server, tmp_path))
    print(found)
