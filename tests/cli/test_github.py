"""What GitHub Actions is told, and that nobody else tells it anything: read as its runner reads it."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cli import main, screen
from cablecheck.cli.github import add_to_step_summary
from cablecheck.report.markdown import MOST_BYTES
from tests.cli.runs import STORIES, Played
from tests.report.runner import commands_in
from tests.report.samples import KNOWN, VERIFIED, VIOLATED, summary_of

HOSTILE = "::error::pwned\n::add-mask::m3\r##[add-path]/tmp\x1b[2J | `a` <b onclick=x> @octocat %0A::stop-commands::x"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two stories that lose, as a step of a job sees it."""
    (tmp_path / "stories").mkdir()
    for name in ("quiet", "gap"):
        (tmp_path / "stories" / f"{name}.yaml").write_text(STORIES[name])
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md"),
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_a_loss_is_shown_at_its_line_and_in_the_steps_summary(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "stories", "--profile", "before-catch-up", "--simulate"]) == 1
    out, err = capsys.readouterr()
    assert commands_in(out) == []
    [error] = commands_in(err)
    cut = STORIES["gap"].split("\n").index("  - cut: {how: rst}") + 1
    assert (error.name, error.properties) == (
        "error",
        {"file": "stories/gap.yaml", "line": str(cut), "title": "gap (before-catch-up): violated"},
    )
    assert error.data.split("\n")[0] == "lost m3, m4; lost probes p1, p2"
    assert (
        "\nplay it again: cablecheck run stories/gap.yaml --profile before-catch-up --simulate" in error.data
    )
    page = (workspace / "step.md").read_text()
    assert page.startswith(
        "## cablecheck: VIOLATED: 2 scenarios judged: 1 verified, 1 violated; exit code 1\n"
    )
    assert "| gap | ❌ violated | 4 |" in page


def test_json_on_standard_output_stays_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "stories/gap.yaml", "--profile", "before-catch-up", "--simulate", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 1
    assert [each.name for each in commands_in(err)] == ["error"]


def test_a_job_whose_folder_is_not_the_repositorys_root_is_told_the_path_from_there(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace / "stories")
    run = ["run", "gap.yaml", "--profile", "before-catch-up", "--simulate"]
    main(run)
    [error] = commands_in(capsys.readouterr().err)
    assert error.properties["file"] == "stories/gap.yaml"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace / "elsewhere"))
    main(run)
    [error] = commands_in(capsys.readouterr().err)
    assert set(error.properties) == {"title"}


def test_a_shipped_story_is_no_file_of_the_repository(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "api-down", "--simulate"]) == 0
    [notice] = commands_in(capsys.readouterr().err)
    assert (notice.name, set(notice.properties)) == ("notice", {"title"})


def test_a_verified_set_is_no_annotation(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "stories/quiet.yaml", "--simulate"]) == 0
    assert commands_in(capsys.readouterr().err) == []


def test_away_from_github_nothing_is_told(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert main(["run", "stories", "--profile", "before-catch-up", "--simulate"]) == 1
    assert commands_in("".join(capsys.readouterr())) == []
    assert not (workspace / "step.md").exists()


@pytest.fixture
def hostile(played: Played, tmp_path: Path) -> Path:
    """A real run whose server gave a message an id that would do anything to a log."""
    folder = Path(shutil.copytree(played.folder("gap"), tmp_path / "hostile"))
    stored = json.loads((folder / "truth.json").read_text())["messages"][2]["id"]
    for name in ("history.jsonl", "truth.json"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace(json.dumps(stored), json.dumps(HOSTILE)))
    return folder


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["as text", "as JSON"])
def test_what_a_server_says_can_do_nothing_to_the_runner(
    more: list[str], hostile: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = workspace / "told"
    arguments = ["judge", str(hostile), "--report", "text,json,junit,md", "--report-dir", str(reports), *more]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert "pwned" in out
    assert "pwned" in (reports / "junit.xml").read_text()
    assert "pwned" in (workspace / "step.md").read_text()
    assert [each.name for each in commands_in(out + err)] == ["error"]
    assert "\n::" not in (reports / "summary.txt").read_text()
    if more:
        assert HOSTILE in [finding.get("id") for finding in json.loads(out)["runs"][0]["verdict"]["findings"]]


@given(
    st.text()
    | st.lists(st.sampled_from([*"\n\r \t:#[]é\u0300\ufe0f\u3000", "::", "##[", "error", "a b"])).map("".join)
)
def test_no_text_is_a_command_once_it_is_harmless(text: str) -> None:
    assert commands_in(screen.harmless(f"{text}::x")) == []
    assert commands_in(screen.harmless(f"a{text}]")) == []


@given(st.text() | st.sampled_from([HOSTILE]))
def test_json_means_the_same_once_it_is_harmless(text: str) -> None:
    assert json.loads(screen.harmless(json.dumps({text: [text]}, ensure_ascii=False))) == {text: [text]}


def test_where_no_runner_reads_along_text_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    screen.answer("::error::x ##[group]")
    assert capsys.readouterr().out == "::error::x ##[group]\n"


def test_a_runner_that_closed_its_stream_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", full)
        screen.command(["::error::x"])
        monkeypatch.undo()


def test_a_steps_summary_keeps_what_was_said_before_and_stays_under_its_limit(tmp_path: Path) -> None:
    page = tmp_path / "step.md"
    page.write_text("# said before")
    add_to_step_summary(summary_of(VIOLATED), page)
    add_to_step_summary(summary_of(KNOWN), page)
    told = page.read_text()
    assert told.startswith("# said before\n## cablecheck: VIOLATED: ")
    assert "\n\n## cablecheck: VERIFIED BUT FOR KNOWN LOSSES: " in told
    page.write_bytes(b"x" * (MOST_BYTES - 700))
    add_to_step_summary(summary_of(VIOLATED), page)
    assert MOST_BYTES - 700 < page.stat().st_size <= MOST_BYTES
    assert page.read_text().endswith(
        "left out, for want of room; each run's folder has its own report.txt.*\n"
    )
    page.write_bytes(b"x" * (MOST_BYTES + 1))
    add_to_step_summary(summary_of(VERIFIED), page)
    assert page.stat().st_size == MOST_BYTES + 1
