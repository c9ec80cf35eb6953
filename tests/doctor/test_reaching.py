"""Names and certificates: what is wrong with them is told, each with its remedy; what is right is told too."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cablecheck.doctor.diagnosis import Row, Standing
from cablecheck.errors import ExitCode
from tests.doctor.front import Front
from tests.doctor.visiting import Change, rows_of
from tests.live.authority import Authority

pytestmark = pytest.mark.takes(seconds=2)


@dataclass(frozen=True)
class Shown:
    """What certificate the target shows, whether its authority is known, and what the row says."""

    names: tuple[str, ...] = ("127.0.0.1",)
    age_days: int = 0
    days: int = 90
    known: bool = True
    standing: Standing = Standing.FAILED
    code: ExitCode = ExitCode.INCONCLUSIVE
    seen: str = ""
    remedy: str = ""


CERTIFICATES = {
    "sound": Shown(standing=Standing.OK, code=ExitCode.VERIFIED, seen="valid for 90 days"),
    "ends soon": Shown(
        days=5,
        standing=Standing.WARNING,
        code=ExitCode.VERIFIED,
        seen="ends in 5 days",
        remedy="renew it now",
    ),
    "expired": Shown(
        age_days=100, seen="its certificate has expired", remedy="renew it; browsers refuse it too"
    ),
    "not valid yet": Shown(age_days=-3, seen="not valid yet", remedy="see the clocks"),
    "another name": Shown(
        names=("chat.test",), seen="for another name", remedy="the name that stands in the certificate"
    ),
    "an unknown authority": Shown(known=False, seen="is not trusted", remedy="named by ca under tls"),
}


def trusting(file: Path) -> Change:
    def change(whole: dict[str, Any]) -> None:
        whole["tls"] = {"ca": str(file)}

    return change


async def tls_rows(shown: Shown, folder: Path, upto: str) -> dict[str, Row]:
    authority = Authority(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue(*shown.names, age_days=shown.age_days, days=shown.days))
    change = trusting(authority.file) if shown.known else None
    return await rows_of(front=Front(tls=context), change=change, upto=upto)


@pytest.mark.parametrize("shown", CERTIFICATES.values(), ids=CERTIFICATES.keys())
async def test_a_certificate_is_told_as_it_is(shown: Shown, tmp_path: Path) -> None:
    found = (await tls_rows(shown, tmp_path, "tls"))["tls"].diagnosis
    assert (found.standing, found.exit_code) == (shown.standing, shown.code)
    assert shown.seen in found.seen
    assert shown.remedy in found.remedy


async def test_a_sound_target_behind_tls_is_ok_throughout(tmp_path: Path) -> None:
    rows = await tls_rows(CERTIFICATES["sound"], tmp_path, "")
    wrong = {
        row.check: row.diagnosis.seen for row in rows.values() if row.diagnosis.standing is not Standing.OK
    }
    assert wrong == {}


async def test_a_name_without_an_address_is_told_and_nothing_else_is_asked() -> None:
    def misspelt(whole: dict[str, Any]) -> None:
        whole["cable"]["url"] = "ws://nobody.invalid/cable"

    rows = await rows_of(change=misspelt)
    name = rows.pop("name").diagnosis
    assert name.exit_code is ExitCode.INCONCLUSIVE
    assert "nobody.invalid has no address" in name.seen
    assert "the DNS record" in name.remedy
    assert {row.diagnosis.standing for row in rows.values()} == {Standing.SKIPPED}
