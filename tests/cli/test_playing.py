"""`cablecheck run`: what it reads before it plays, and a real run of it."""

import json
import re
import shutil
import socket
from pathlib import Path

import junitparser
import pytest

from cablecheck.cli import main, playing
from tests.cli.runs import Played

pytestmark = pytest.mark.takes(seconds=12)

STORY = """\
name: {name}
story: One message.
steps:
  - publish: {{count: 1}}
  - settle:
"""
TARGET = """
[target.nobody]
cable = {{url = "ws://127.0.0.1:{port}/cable"}}
webchat = {{api = "http://127.0.0.1:{port}/v1", id = "w", token = "t", session = "s", conversation = "c"}}
"""


@pytest.fixture
def nobody(tmp_path: Path) -> Path:
    """A target file that names a port where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    path = tmp_path / "nobody.toml"
    path.write_text(TARGET.format(port=port))
    return path


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_text(STORY.format(name="odd") + "  - heel: {}\n")
    full = tmp_path / "full"  # a file where a folder has to be
    full.write_text("a file")
    arguments = ["run", str(odd), "calmm", "--profile", "helotext", "--report-dir", str(full / "x")]
    assert main([*arguments, "--target", "none", "--targets", str(tmp_path / "none.toml")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "profile 'helotext'",
        f"--report-dir {full / 'x'}",
        str(tmp_path / "none.toml"),
        "calmm",
    ]
    assert "did you mean 'hellotext'?" in err
    assert "did you mean 'calm'?" in err


def test_a_broken_scenario_beside_a_good_one_stops_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, more in (("good", ""), ("odd", "  - heel: {}\n"), ("odder", "  - seetle:\n")):
        (tmp_path / f"{name}.yaml").write_text(STORY.format(name=name) + more)
    assert main(["run", str(tmp_path), "--report-dir", str(tmp_path / "reports")]) == 2
    err = capsys.readouterr().err
    assert f"{tmp_path / 'odd.yaml'}:6:5: unknown verb 'heel'" in err
    assert f"{tmp_path / 'odder.yaml'}:6:5: unknown verb 'seetle'" in err
    assert not (tmp_path / "reports").exists()


def test_two_files_of_one_name_cannot_be_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.yaml").write_text(STORY.format(name="same"))
    files = [str(tmp_path / folder / "same.yaml") for folder in ("a", "b")]
    assert main(["run", *files, "--report-dir", str(tmp_path / "reports")]) == 2
    assert capsys.readouterr().err == (
        f"{files[1]}: a scenario named 'same' is in {files[0]} already; rename one of them\n"
    )


def test_a_folder_that_may_not_be_written_to_is_told_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere, and tests often run as root
    assert main(["run", "calm", "--report-dir", str(tmp_path / "a" / "b")]) == 2
    assert capsys.readouterr().err == (
        f"--report-dir {tmp_path / 'a' / 'b'}: {tmp_path} may not be written to; give a folder that you may write to\n"
    )


def test_an_error_that_nobody_foresaw_is_a_bug_and_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ExceptionGroup("nursery", [ZeroDivisionError("no sockets")])

    monkeypatch.setattr(playing, "play_all", broken)
    assert main(["run", "calm", "--report-dir", str(tmp_path)]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "ZeroDivisionError: no sockets" in err


def test_an_unreachable_target_is_inconclusive_in_one_line(
    nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(
            [
                "run",
                "calm",
                "--target",
                "nobody",
                "--targets",
                str(nobody),
                "--report-dir",
                str(tmp_path / "reports"),
            ]
        )
        == 3
    )
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_a_story_that_restarts_the_server_is_not_for_a_target(
    nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = str(tmp_path / "reports")
    assert (
        main(
            ["run", "deploy", "calm", "--target", "nobody", "--targets", str(nobody), "--report-dir", reports]
        )
        == 2
    )
    fact = "restarts the server, for which the target file has no [restart]"
    assert capsys.readouterr().err == (
        f"deploy: {fact}; play it without --target, or give your own deploy with --during\n"
    )
    assert main(["run", "--target", "nobody", "--targets", str(nobody), "--report-dir", reports]) == 3
    *left_out, unreachable = capsys.readouterr().err.splitlines()
    assert f"left out: deploy, server-killed, thundering-herd; each {fact}" in left_out
    flawed = next(line for line in left_out if "muted-stream" in line)
    assert flawed.endswith("; each is told with a defect, which only the bundled chat can switch on")
    assert "not a lost message: the target is down: " in unreachable


FLAWED = """\
name: flawed
story: Five messages, of which two reach nobody.
defects: [muted-stream]
steps:
  - publish: {count: 5}
  - settle:
expect:
  hellotext: {lost: [m3, m4]}
"""


def test_a_defect_of_the_command_line_is_added_and_expectations_do_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "flawed.yaml"
    story.write_text(FLAWED)
    run = ["run", str(story), "--simulate", "--report-dir", str(tmp_path / "reports")]
    assert main([*run, "--defect", "muted-stream"]) == 0
    out, err = capsys.readouterr()
    assert "violated (known)" in out
    assert "expectation" not in err
    assert main([*run, "--defect", "page-cap", "--defect", "muted-stream"]) == 1
    out, err = capsys.readouterr()
    assert "with --defect no expectation of a scenario holds: a loss is a loss, known or not\n" in err
    assert "VIOLATED flawed (hellotext): lost m3, m4\n" in out
    assert "  defects of the chat: muted-stream, page-cap\n" in out
    assert "--defect page-cap --defect muted-stream" in out


def test_a_run_with_a_defect_of_the_command_line_is_judged_again_without_expectations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "flawed.yaml"
    story.write_text(FLAWED)
    reports = tmp_path / "reports"
    run = ["run", str(story), "--simulate", "--report-dir", str(reports)]
    for extra, code in (([], 0), (["--defect", "page-cap"], 1)):
        assert main([*run, *extra]) == code
        [folder] = reports.iterdir()
        capsys.readouterr()
        assert main(["judge", str(folder)]) == code
        play_again = next(line for line in capsys.readouterr().out.split("\n") if "play it again" in line)
        assert ("--defect page-cap" in play_again) == bool(extra)
        assert "muted-stream" not in play_again
        shutil.rmtree(folder)


def test_a_misspelt_defect_and_one_of_a_target_are_refused(
    nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = str(tmp_path / "reports")
    assert main(["run", "calm", "--defect", "muted-strem", "--report-dir", reports]) == 2
    assert "defect 'muted-strem': there is none of this name; did you mean 'muted-stream'?" in (
        capsys.readouterr().err
    )
    arguments = [
        "run",
        "calm",
        "muted-stream",
        "--target",
        "nobody",
        "--targets",
        str(nobody),
        "--defect",
        "page-cap",
    ]
    assert main([*arguments, "--report-dir", reports]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--defect: only the bundled chat has defects to switch on; leave out --target",
        "muted-stream: is told with a defect, which only the bundled chat can switch on; play it without --target",
    ]


def test_a_target_is_waited_for_aloud_and_in_vain_it_is_no_lost_message(
    nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "calm", "--target", "nobody", "--targets", str(nobody), "--wait-for-target", "200ms"]
    assert main([*arguments, "--report-dir", str(tmp_path / "reports")]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    waiting, gone = err.splitlines()
    assert waiting.startswith("nobody: waiting for it, at most 0.2 s: the target is down: ")
    assert gone.startswith("not a lost message: the target is down: ")
    assert not (tmp_path / "reports").exists()
    assert main([*arguments, "--json", "--report-dir", str(tmp_path / "reports")]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["runs"]) == (3, [])
    assert told["errors"][0].startswith("not a lost message: the target is down: ")


def test_a_wait_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    reports = ["--report-dir", str(tmp_path / "reports")]
    assert main(["run", "calm", "--wait-for-target", "60s", *reports]) == 2
    assert "--wait-for-target: the bundled server is waited for anyway" in capsys.readouterr().err
    assert main(["run", "calm", "--target", "x", "--wait-for-target", "60", *reports]) == 2
    assert "--wait-for-target: '60' is no duration with a unit" in capsys.readouterr().err


def test_an_unreachable_target_in_json_is_one_object(
    nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "run",
        "calm",
        "--json",
        "--target",
        "nobody",
        "--targets",
        str(nobody),
        "--report-dir",
        str(tmp_path / "reports"),
    ]
    assert main(arguments) == 3
    assert json.loads(capsys.readouterr().out)["exit_code"] == 3


def test_a_run_ends_with_a_table_and_says_its_verdict(played: Played) -> None:
    assert played.exit_codes == [0, 1]
    quiet, gap = played.out.split("VIOLATED gap ")
    assert quiet.rstrip("\n").split("\n")[-1] == "VERIFIED: 1 scenario judged: 1 verified; exit code 0"
    assert gap.rstrip("\n").split("\n")[-1] == "VIOLATED: 1 scenario judged: 1 violated; exit code 1"
    [row] = [line for line in gap.split("\n") if line.startswith("gap ")]
    assert row.split()[:6] == ["gap", "violated", "4", "2", "1", "1"]
    assert "lost m3 m4" in row


def test_a_loss_is_told_with_the_commands_that_show_it_again(played: Played) -> None:
    assert "VIOLATED gap (before-catch-up): lost m3, m4" in played.out
    story = played.reports.parent / "gap.yaml"
    assert f"  play it again:   cablecheck run {story} --profile before-catch-up\n" in played.out
    assert f"  judge it again:  cablecheck judge {played.folder('gap')}\n" in played.out


def test_a_run_leaves_everything_in_its_folder(played: Played) -> None:
    names = {path.name for path in played.folder("quiet").iterdir()}
    assert names == {"scenario.yaml", "history.jsonl", "truth.json", "verdict.json", "report.txt"}


def test_each_finished_scenario_is_a_line_on_standard_error(played: Played) -> None:
    assert [line.split()[:3] for line in played.err.splitlines()] == [
        ["[1/1]", "VERIFIED", "quiet"],
        ["[1/1]", "VIOLATED", "gap"],
    ]


def test_the_reports_that_are_asked_for_lie_beside_the_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    run = ["run", "calm", "api-down", "--simulate", "--report-dir", str(reports), "--report", "junit,md"]
    assert main(run) == 0
    files = {path.name for path in reports.iterdir() if path.is_file()}
    assert files == {"junit.xml", "summary.md"}
    xml = junitparser.JUnitXml.fromfile(str(reports / "junit.xml"))
    assert [suite.name for suite in xml] == ["calm", "api-down"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.timestamp) for suite in xml)
    assert main([*run, "--strict"]) == 1
    assert (reports / "summary.md").read_text().startswith("## cablecheck: VIOLATED: ")
    capsys.readouterr()
    assert (
        main(["judge", *map(str, reports.glob("*/")), "--report", "text", "--report-dir", str(reports)]) == 0
    )
    assert (reports / "summary.txt").read_text() == capsys.readouterr().out


def test_the_scenarios_that_were_not_played_after_a_failure_are_skipped_in_junit(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    run = ["run", "api-down", "calm", "--simulate", "--strict", "-x", "--report", "junit"]
    assert main([*run, "--report-dir", str(reports)]) == 1
    xml = junitparser.JUnitXml.fromfile(str(reports / "junit.xml"))
    assert [(suite.name, suite.skipped) for suite in xml] == [("api-down", 0), ("cablecheck", 1)]


def test_a_target_that_is_down_is_an_error_in_junit(nobody: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    run = ["run", "calm", "--target", "nobody", "--targets", str(nobody), "--report", "junit"]
    assert main([*run, "--report-dir", str(reports)]) == 3
    [suite] = junitparser.JUnitXml.fromfile(str(reports / "junit.xml"))
    assert (suite.name, suite.errors, suite.skipped) == ("cablecheck", 1, 1)


def test_an_unknown_kind_of_report_is_told_with_everything_else_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    assert main(["run", "calmm", "--simulate", "--report", "junit,mdd", "--report-dir", str(reports)]) == 2
    lines = capsys.readouterr().err.splitlines()
    kind = "--report: unknown kind of report 'mdd'; did you mean 'md'? Use one of text, json, junit, md"
    assert lines[0] == kind
    assert lines[1].startswith("calmm: ")
    assert not reports.exists()
    assert main(["judge", str(tmp_path), "--report", "mdd"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == kind
