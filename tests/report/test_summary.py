"""What one command has to tell, as text and as JSON."""

import json

from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported
from tests.report.samples import INCONCLUSIVE, KNOWN, VERIFIED, VIOLATED, summary_of


def test_failures_are_told_at_length_then_all_in_a_table_then_the_headline() -> None:
    told = summary_of(VERIFIED, Reported(VIOLATED, "reports/x"), KNOWN).text()
    block, rows, headline = told.split("\n\n")
    assert block.startswith("VIOLATED socket-kill (before-catch-up): lost m6, m7, m10\n")
    assert block.endswith("\n  judge it again:  cablecheck judge reports/x")
    assert [row.split()[0] for row in rows.split("\n")] == ["scenario", "calm", "socket-kill", "late-confirm"]
    assert headline == "VIOLATED: 3 scenarios judged: 1 verified, 1 violated (known), 1 violated; exit code 1"


def test_a_known_loss_is_told_at_length_where_it_fails_and_everything_where_it_is_asked_for() -> None:
    assert "how far:" not in summary_of(KNOWN).text()
    assert "how far:" in summary_of(KNOWN, strict=True).text()
    assert summary_of(VERIFIED, whole=True).text().startswith("VERIFIED calm (hellotext)\n")


def test_a_narrow_terminal_has_a_narrow_table() -> None:
    assert "messages" in summary_of(VERIFIED).text()
    assert "messages" not in summary_of(VERIFIED).text(40).split("\n")[0]


def test_each_run_has_its_own_code_beside_that_of_all() -> None:
    summary = summary_of(VERIFIED, INCONCLUSIVE, VIOLATED)
    assert [summary.code_of(one) for one in summary.reported] == [0, 3, 1]
    assert summary.code is ExitCode.VIOLATED


def test_json_has_the_runs_and_what_kept_others_from_being_judged() -> None:
    told = json.loads(summary_of(VERIFIED, errors=["no answer"]).json())
    assert (told["exit_code"], len(told["runs"]), told["errors"]) == (3, 1, ["no answer"])
    assert told["headline"] == "INCONCLUSIVE: 1 scenario judged: 1 verified; exit code 3"
