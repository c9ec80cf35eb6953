"""What `run` and `judge` print, and that the exit code does not hang on it."""

import json
from pathlib import Path

import pytest

from cablecheck.checker.verdict import Finding, Judgement, Outcome, Standing, Verdict
from cablecheck.cli import screen
from cablecheck.cli.telling import tell, write_reports
from cablecheck.errors import ExitCode, InterruptedRun, UnreachableError
from cablecheck.report.kinds import FILES, Kind
from cablecheck.report.machine import Reported, read_json
from tests.report.samples import INCONCLUSIVE, KNOWN, VERIFIED, VIOLATED

AGAIN = "cablecheck run socket-kill --profile before-catch-up"


def test_failures_are_told_at_length_then_all_in_a_table_then_the_headline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reported = [Reported(VERIFIED), Reported(VIOLATED, "reports/x", AGAIN), Reported(KNOWN)]
    assert tell(reported, asked=3) == ExitCode.VIOLATED
    out, err = capsys.readouterr()
    block, rows, headline = out.rstrip("\n").split("\n\n")
    assert block.startswith("VIOLATED socket-kill (before-catch-up): lost m6, m7, m10\n")
    assert block.endswith(f"\n  play it again:   {AGAIN}\n  judge it again:  cablecheck judge reports/x")
    assert len(rows.split("\n")) == 4
    assert headline == (
        "VIOLATED: 3 scenarios judged: 1 verified, 1 violated (known), 1 violated; exit code 1"
    )
    assert err == ""


CODES = {
    "verified": ([VERIFIED], False, 0),
    "a known loss": ([VERIFIED, KNOWN], False, 0),
    "a known loss, strictly": ([VERIFIED, KNOWN], True, 1),
    "nothing proved": ([VERIFIED, INCONCLUSIVE], False, 3),
    "a loss beside it": ([INCONCLUSIVE, VIOLATED], False, 1),
}


@pytest.mark.parametrize(("judged", "strict", "code"), CODES.values(), ids=CODES.keys())
def test_the_worst_of_all_is_the_exit_code(
    judged: list, strict: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell([Reported(one) for one in judged], asked=len(judged), strict=strict) == code
    assert capsys.readouterr().out.endswith(f"; exit code {code}\n")


def test_a_known_loss_is_told_at_length_only_when_it_fails_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell([Reported(KNOWN)], asked=1)
    assert "how far:" not in capsys.readouterr().out
    tell([Reported(KNOWN)], asked=1, strict=True)
    assert "how far:" in capsys.readouterr().out


def test_judge_tells_every_run_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    tell([Reported(VERIFIED)], asked=1, whole=True)
    assert capsys.readouterr().out.startswith("VERIFIED calm (hellotext)\n")


def test_json_is_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([Reported(VERIFIED), Reported(VIOLATED)], asked=2, as_json=True) == ExitCode.VIOLATED
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["exit_code"], len(told["runs"])) == (1, 2)
    assert err == ""


def test_an_unreachable_target_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    twice = [UnreachableError("127.0.0.1:1: no answer; is it up?")] * 2
    assert tell([], asked=2, ended_by=twice) == ExitCode.INCONCLUSIVE
    assert capsys.readouterr() == ("", "127.0.0.1:1: no answer; is it up?\n")


def test_an_unreachable_target_in_json_is_an_object_still(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([], asked=2, as_json=True, ended_by=[UnreachableError("no answer")]) == ExitCode.INCONCLUSIVE
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["runs"], told["errors"]) == (3, [], ["no answer"])


def test_a_loss_found_before_the_target_went_away_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    gone = [UnreachableError("no answer")]
    assert tell([Reported(VIOLATED)], asked=2, ended_by=gone) == ExitCode.VIOLATED
    assert "VIOLATED: 1 of 2 scenarios judged" in capsys.readouterr().out


def test_an_interrupted_run_reports_what_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    stop = [InterruptedRun(ExitCode.TERMINATED)]
    assert tell([Reported(VIOLATED)], asked=16, ended_by=stop) == ExitCode.TERMINATED
    out, err = capsys.readouterr()
    assert "\nTERMINATED: 1 of 16 scenarios judged: 1 violated; exit code 143\n" in out
    assert err == "the run was interrupted; faults are healed, what was finished is reported\n"


# No judge says this word, and nothing counts like this: every renderer fails at one of them.
IMPOSSIBLE = Judgement(
    verdict=Verdict(
        outcome=Outcome.VIOLATED,
        findings=(Finding(word="eaten", label="m1"),),  # type: ignore[arg-type]
        stored=object(),  # type: ignore[arg-type]
    ),
    standing=Standing.VIOLATED,
)
FAILED = "the verdict and the exit code stand"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_report_that_fails_is_one_line_and_changes_no_exit_code(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell([Reported(IMPOSSIBLE)], asked=1, as_json=as_json) == ExitCode.VIOLATED
    out, err = capsys.readouterr()
    assert out == ""
    error = "TypeError: " if as_json else "ValueError: "
    assert err.startswith(f"standard output: the report can't be made: {error}")
    assert err.endswith(f"; {FAILED}\n")
    assert err.count("\n") == 1


def test_every_kind_of_report_that_fails_is_a_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    assert tell([Reported(IMPOSSIBLE)], asked=1, kinds=Kind, report_dir=tmp_path) == ExitCode.VIOLATED
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": the report can't be made: ")[0] for line in lines] == [
        *(str(tmp_path / name) for name in FILES.values()),
        "annotations",
        str(tmp_path / "step.md"),
        "standard output",
    ]
    assert all(line.endswith(FAILED) for line in lines)
    assert [path.name for path in tmp_path.iterdir()] == ["step.md"]
    assert (tmp_path / "step.md").read_text() == ""


def test_a_run_whose_own_report_fails_is_a_line_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_reports(Reported(IMPOSSIBLE, str(tmp_path)))
    assert capsys.readouterr().err.startswith(f"{tmp_path}: the reports could not be written (")
    assert list(tmp_path.iterdir()) == []


def test_every_kind_is_written_where_it_belongs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a" / "b"
    assert tell([Reported(VIOLATED)], asked=1, kinds=Kind, report_dir=folder) == ExitCode.VIOLATED
    out, err = capsys.readouterr()
    assert err == ""
    assert {path.name for path in folder.iterdir()} == set(FILES.values())
    assert (folder / "summary.txt").read_text() == out
    assert json.loads((folder / "summary.json").read_text())["exit_code"] == 1
    assert "<failure " in (folder / "junit.xml").read_text()
    assert (folder / "summary.md").read_text().startswith("## cablecheck: VIOLATED: ")


def test_a_disk_that_is_full_and_a_folder_in_the_way_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/dev/full")
    (tmp_path / "summary.md").mkdir()
    (tmp_path / ".junit.xml.part").symlink_to(
        "/dev/full"
    )  # what is written there finds no room, as on a full disk
    assert tell([Reported(VERIFIED)], asked=1, kinds=Kind, report_dir=tmp_path) == ExitCode.VERIFIED
    out, err = capsys.readouterr()
    assert out.endswith("; exit code 0\n")
    assert err.splitlines() == [
        f"{tmp_path / 'junit.xml'}: the report can't be written: no space left on device; {FAILED}",
        f"{tmp_path / 'summary.md'}: the report can't be written: is a directory; {FAILED}",
        f"/dev/full: the report can't be written: no space left on device; {FAILED}",
    ]
    assert json.loads((tmp_path / "summary.json").read_text())["exit_code"] == 0


def test_a_secret_is_in_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screen.keep_secret(lambda text: text.replace("hunter2", "***"))
    try:
        ended_by = [UnreachableError("https://a.example/?token=hunter2: no answer")]
        assert tell([], asked=1, kinds=Kind, report_dir=tmp_path, ended_by=ended_by, unplayed=["calm"]) == 3
    finally:
        screen.forget_secrets()
    told = [path.read_text() for path in tmp_path.iterdir()]
    assert not any("hunter2" in each for each in [*told, *capsys.readouterr()])
    assert sum(("token" in each and "***" in each) or "&#42;&#42;&#42;" in each for each in told) == 3


def test_a_report_folder_that_cannot_be_made_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    there = tmp_path / "file" / "reports"
    assert tell([Reported(VIOLATED)], asked=1, kinds=[Kind.JUNIT], report_dir=there) == ExitCode.VIOLATED
    assert (
        capsys.readouterr().err
        == f"{there / 'junit.xml'}: the report can't be written: not a directory; {FAILED}\n"
    )


def test_a_runs_folder_gets_both_reports(tmp_path: Path) -> None:
    write_reports(Reported(VIOLATED, str(tmp_path), AGAIN))
    assert read_json((tmp_path / "verdict.json").read_bytes()) == VIOLATED
    assert (tmp_path / "report.txt").read_text().startswith("VIOLATED socket-kill (before-catch-up)")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.txt", "verdict.json"]


def test_a_verdict_that_the_run_wrote_is_left_alone(tmp_path: Path) -> None:
    write_reports(Reported(VIOLATED, str(tmp_path)), verdict=False)
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_a_folder_that_is_gone_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_reports(Reported(VIOLATED, str(tmp_path / "gone")))
    write_reports(Reported(VIOLATED))
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'gone'}: the reports could not be written")
