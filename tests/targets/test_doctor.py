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


async def visited(server: Server, folder: Path, *, cable: str = "") -> dict[str, Row]:
    file = write_target(server, folder)
    file.write_text(file.read_text().replace("cable = {", "cable = {" + cable))
    target = read_target(file, NAME, {})
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
async def test_the_postgresql_adapter_takes_no_long_message(
    tmp_path: Path,
) -> None:
    async with rails(Setup("postgresql", "postgresql"), tmp_path) as server:
        rows = await visited(server, tmp_path)
    assert rows["long message"].diagnosis.standing is Standing.FAILED
    assert "though it is stored" in rows["long message"].diagnosis.seen
    assert "NOTIFY takes 8000 bytes" in rows["long message"].diagnosis.remedy


@pytest.mark.takes(seconds=20)
async def test_two_workers_that_do_not_hear_each_other_are_found(tmp_path: Path) -> None:
    async with rails(Setup("postgresql", "async", workers=2), tmp_path) as server:
        found = wrong(await visited(server, tmp_path))
    assert found, "of seven messages each goes to either worker"
    assert {seen[0] for name, seen in found.items() if name in ("live", "confirmation", "every message")} == {
        "failed"
    }


@pytest.mark.takes(seconds=12)
async def test_what_django_wants_otherwise_is_told_one_remedy_after_the_other(tmp_path: Path) -> None:
    async with django(tmp_path) as server:
        first = await visited(server, tmp_path)
        second = await visited(server, tmp_path, cable='subprotocols = ["actioncable-v1-json"], ')
    assert first["upgrade"].diagnosis.remedy == 'write subprotocols = ["actioncable-v1-json"] under cable'
    assert {name: standing for name, (standing, _) in wrong(second).items()} == {
        "subscription": "warning",  # django-actioncable writes identifiers anew
        "another's stream": "warning",  # and rejects none: what is not one's own is confirmed, and silent
        "pings": "warning",  # it pings every five seconds
    }
