"""`cablecheck judge`: the same verdict from the files of a run, whole or cut short."""

import json
import shutil
from pathlib import Path

import pytest

from cablecheck.cli import main
from tests.cli.runs import Played

pytestmark = pytest.mark.takes(seconds=17)


@pytest.fixture
def calm(played: Played, tmp_path: Path) -> Path:
    """A copy of a verified run that a test may damage."""
    return Path(shutil.copytree(played.folder("quiet"), tmp_path / "calm"))


@pytest.fixture
def lossy(played: Played, tmp_path: Path) -> Path:
    """A copy of a violated run that a test may damage."""
    return Path(shutil.copytree(played.folder("gap"), tmp_path / "lossy"))


@pytest.mark.parametrize(("scenario", "code"), [("quiet", 0), ("gap", 1)])
def test_a_run_judged_again_has_the_same_verdict_and_reports(
    scenario: str, code: int, played: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(played.folder(scenario), tmp_path / scenario))
    before = (folder / "verdict.json").read_bytes()
    (folder / "verdict.json").unlink()
    assert main(["judge", str(folder)]) == code
    assert (folder / "verdict.json").read_bytes() == before
    assert capsys.readouterr().out.startswith((folder / "report.txt").read_text())
    told, as_told = (
        [line for line in (place / "report.txt").read_text().split("\n") if " again: " not in line]
        for place in (folder, played.folder(scenario))
    )
    assert told == as_told


def test_a_run_is_played_again_from_its_own_copy_of_the_scenario(
    calm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["judge", str(calm)])
    assert (
        f"  play it again:   cablecheck run {calm}/scenario.yaml --profile hellotext\n"
        in capsys.readouterr().out
    )
    reports = tmp_path / "reports"
    assert main(["run", str(calm / "scenario.yaml"), "--report-dir", str(reports), "-j", "1"]) == 0


def test_several_runs_are_judged_together_and_the_worst_wins(
    calm: Path, lossy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["judge", "--json", str(calm), str(lossy), str(calm)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [run["folder"] for run in told["runs"]] == [str(calm), str(lossy)]


def test_a_run_that_was_killed_while_it_wrote_is_judged_on_what_there_is(
    lossy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = (lossy / "history.jsonl").read_bytes().splitlines(keepends=True)
    (lossy / "history.jsonl").write_bytes(b"".join(history[: len(history) // 2]) + history[-1][:9])
    (lossy / "truth.json").unlink()
    assert main(["judge", str(lossy)]) == 3
    out, err = capsys.readouterr()
    assert out.startswith("INCONCLUSIVE gap")
    assert "it was dropped" in err
    assert f"{lossy}: no truth.json, so the run ended before the target was asked what it stored" in err


def test_a_loss_on_a_target_of_the_users_is_a_loss_known_or_not(
    lossy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = (lossy / "history.jsonl").read_text()
    began = json.loads(history.split("\n")[0])
    theirs = json.dumps(began | {"target": "https://chat.example.com/v1"})
    (lossy / "history.jsonl").write_text(theirs + "\n" + history.partition("\n")[2])
    (lossy / "scenario.yaml").unlink()
    assert main(["judge", str(lossy)]) == 1
    assert "--target https://chat.example.com/v1\n" in capsys.readouterr().out


NO_RUNS = {
    "no history": (lambda run: (run / "history.jsonl").unlink(), "no history.jsonl in it; give the folder"),
    "no scenario": (lambda run: (run / "scenario.yaml").unlink(), "no scenario.yaml in it; give the folder"),
    "an empty history": (lambda run: (run / "history.jsonl").write_text(""), "does not begin with a run"),
    "a line that is no event": (
        lambda run: (run / "history.jsonl").write_text('{"event":"odd"}\n' * 2),
        "history.jsonl:1: unknown event 'odd'",
    ),
    "a truth that is none": (
        lambda run: (run / "truth.json").write_text("[]"),
        "truth.json: no list of stored",
    ),
    "another run's truth": (
        lambda run: (run / "truth.json").write_text('{"messages":[],"complete":true}'),
        "truth.json: 0 messages, where the run read ",
    ),
    "another run's scenario": (
        lambda run: (run / "scenario.yaml").write_text(
            "name: other\nstory: x\nsteps:\n- publish: {count: 1}\n"
        ),
        "scenario.yaml: it tells 'other', and the run played 'quiet'; restore",
    ),
    "a scenario that is none": (
        lambda run: (run / "scenario.yaml").write_text("a: b"),
        "scenario.yaml:1:1: ",
    ),
}


@pytest.mark.parametrize(("damage", "fact"), NO_RUNS.values(), ids=NO_RUNS.keys())
def test_what_is_no_run_is_refused_with_its_place_and_a_remedy(
    damage, fact: str, calm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(calm)
    assert main(["judge", str(calm)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(str(calm))
    assert fact in err
    assert ";" in err


def test_all_folders_that_are_no_runs_are_named_and_no_verdict_is_touched(
    calm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (calm / "verdict.json").write_text("untouched")
    assert main(["judge", str(tmp_path / "a"), str(calm), str(tmp_path / "b")]) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        str(tmp_path / "a"),
        str(tmp_path / "b"),
    ]
    assert (calm / "verdict.json").read_text() == "untouched"


def test_what_is_there_instead_of_a_run_is_said(calm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word, said in {
        str(calm.parent): "no run but a folder of 1; give ",
        str(calm / "history.jsonl"): f"a file, and a run is a folder; give {calm}\n",
        str(calm / "nope"): "no such folder; give ",
        "x" * 5000: "no such folder; give ",
    }.items():
        assert main(["judge", word]) == 2
        assert capsys.readouterr().err.startswith(f"{word}: {said}")
