"""Judgements as JSON."""

import json

from hypothesis import given

from cablecheck.checker.verdict import Judgement, Outcome, Standing, Verdict
from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported, read_json, render_all, render_json
from tests.report.samples import VERIFIED, VIOLATED, judgements, lost
from tests.unmeasured import unmeasured


@unmeasured()
@given(judgements)
def test_a_judgement_comes_back_as_it_was_and_no_byte_of_it_can_steer_a_terminal(
    judgement: Judgement,
) -> None:
    data = render_json(judgement)
    assert read_json(data) == judgement
    assert all(byte == ord("\n") or 0x20 <= byte < 0x7F for byte in data)


def test_json_has_long_lists_whole() -> None:
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=tuple(lost(f"m{n}") for n in range(1, 41)))
    told = json.loads(render_json(Judgement(verdict=verdict, standing=Standing.VIOLATED)))
    assert [finding["label"] for finding in told["verdict"]["findings"]] == [f"m{n}" for n in range(1, 41)]


def test_all_runs_are_one_object_with_the_exit_code() -> None:
    reported = [
        Reported(VERIFIED),
        Reported(VIOLATED, folder="reports/x", play_again="cablecheck run socket-kill"),
    ]
    told = json.loads(render_all(reported, ExitCode.VIOLATED, headline="VIOLATED: ..."))
    assert told["exit_code"] == 1
    assert told["headline"] == "VIOLATED: ..."
    assert [run["standing"] for run in told["runs"]] == ["verified", "violated"]
    assert "folder" not in told["runs"][0]
    assert (told["runs"][1]["folder"], told["runs"][1]["play_again"]) == (
        "reports/x",
        "cablecheck run socket-kill",
    )


def test_what_kept_the_others_from_being_judged_is_in_the_object() -> None:
    told = json.loads(render_all([], ExitCode.INCONCLUSIVE, headline="", errors=["the target is down \x1b"]))
    assert (told["runs"], told["errors"]) == ([], ["the target is down \x1b"])
