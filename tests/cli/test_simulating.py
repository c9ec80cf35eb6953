"""`cablecheck run --simulate`, `sweep`, `blame`, `certificate` and `explain`: what they say, write and exit with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cablecheck.chat.defects.registry import DEFECTS
from cablecheck.checker.phases import PHASES
from cablecheck.cli import main
from cablecheck.cli.explain import TOPICS
from cablecheck.client.profiles import PROFILES, STORIES
from cablecheck.doctor.examination import CHECKS
from cablecheck.hunt.catalogue import CATALOGUE
from cablecheck.scenario.reading import read_path
from cablecheck.sim import playing
from tests.runs import until

Out = pytest.CaptureFixture[str]


def run(*words: str, reports: Path) -> int:
    return main(["run", "--simulate", *words, "--report-dir", str(reports)])


def test_the_shelf_is_simulated_and_its_folders_are_judged_alike(tmp_path: Path, capsys: Out) -> None:
    assert run("socket-kill", "catch-up-fails", reports=tmp_path) == 0
    assert "2 scenarios judged: 1 verified, 1 violated (known); exit code 0" in capsys.readouterr().out
    folders = sorted(map(str, tmp_path.iterdir()))
    assert main(["judge", *folders]) == 0
    said = capsys.readouterr().out
    assert "1 verified, 1 violated (known); exit code 0" in said
    assert "cablecheck run socket-kill --profile hellotext --simulate --seed 0" in said


def test_a_loss_can_be_played_again_by_the_command_that_is_told(tmp_path: Path, capsys: Out) -> None:
    words = ("socket-kill", "--without", "catch-up", "--seed", "7")
    assert run(*words, reports=tmp_path) == 1
    said = capsys.readouterr().out
    again = "cablecheck run socket-kill --profile hellotext --without catch-up --simulate --seed 7"
    assert f"play it again:   {again}\n" in said
    assert run(*again.split()[2:], reports=tmp_path) == 1


def test_the_same_seed_writes_the_same_history(tmp_path: Path) -> None:
    for _ in range(2):
        run("deploy", "--seed", "5", reports=tmp_path)
    first, second = (folder / "history.jsonl" for folder in tmp_path.iterdir())
    assert first.read_bytes() == second.read_bytes()


BAD = {
    "a seed without a simulation": (
        ["run", "calm", "--seed", "1"],
        "--seed: over real sockets chance is not ours",
    ),
    "a simulated target": (["run", "calm", "--simulate", "--target", "x.toml"], "no target is simulated"),
    "an unknown rule": (["run", "calm", "--simulate", "--without", "jiter"], "did you mean 'jitter'?"),
    "an unknown defect": (["sweep", "--defect", "page-cup"], "did you mean 'page-cap'?"),
    "an unknown profile to sweep": (["sweep", "--profile", "hardend"], "did you mean 'hardened'?"),
    "two scenarios to blame": (["blame", "scenarios"], "scenarios; name one of them"),
    "an unknown topic": (["explain", "fault"], "explain"),
    "no run": (["certificate", "nowhere"], "nowhere: no such folder"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_before_anything_is_played(case: str, capsys: Out) -> None:
    words, said = BAD[case]
    assert main(words) == 2
    assert said in capsys.readouterr().err


def test_a_story_for_real_sockets_only_is_left_out_aloud(tmp_path: Path, capsys: Out) -> None:
    text = "story: It is real.\nworld: live\nwhy: TCP is.\nsteps:\n  - publish: {count: 1}\n"
    (tmp_path / "real.yaml").write_text(f"name: real\n{text}")
    assert run(str(tmp_path / "real.yaml"), reports=tmp_path) == 2
    assert "can be played over real sockets only; play it without --simulate" in capsys.readouterr().err
    assert main(["blame", str(tmp_path / "real.yaml")]) == 2
    (tmp_path / "calm.yaml").write_text("name: calm\nstory: It is calm.\nsteps:\n  - publish: {count: 1}\n")
    assert run(str(tmp_path), reports=tmp_path) == 0
    assert "left out: " in capsys.readouterr().err


def test_a_signal_ends_the_simulation_after_the_scenario_that_plays(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = playing.played

    def interrupted(cast: playing.Cast) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return played(cast)

    monkeypatch.setattr(playing, "played", interrupted)
    assert run("calm", "socket-kill", reports=tmp_path) == 143
    assert len(list(tmp_path.iterdir())) == 1
    assert "the run was interrupted" in capsys.readouterr().err


def test_the_simulation_stops_at_the_first_failure_if_asked_to(tmp_path: Path) -> None:
    words = ("socket-kill", "calm", "-x", "--profile", "before-catch-up")
    assert run(*words, reports=tmp_path) == 1
    assert len(list(tmp_path.iterdir())) == 1


# sweep


def test_a_sweep_prints_its_matrix_and_writes_what_loses(tmp_path: Path, capsys: Out) -> None:
    words = ["sweep", "--random", "60", "-j", "1", "--report-dir", str(tmp_path)]
    assert main(words) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[0].split() == ["losing", "/", "reached", "all"]
    assert "COUNTEREXAMPLES among 60 random worlds for hellotext: " in said
    [folder] = tmp_path.iterdir()
    story = next(folder.iterdir())
    assert read_path(story).name == story.stem
    again = next(line for line in said.splitlines() if line.startswith("play it again:"))
    assert run(*again.split()[5:], reports=tmp_path / "again") == 1


def test_a_sweep_that_finds_nothing_says_so_only_when_all_were_played(tmp_path: Path, capsys: Out) -> None:
    words = ["sweep", "--random", "20", "--profile", "hardened", "--report-dir", str(tmp_path)]
    assert main(words) == 0
    assert "NO COUNTEREXAMPLE among 20 random worlds for hardened: " in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_in_which_nothing_was_at_stake_proves_nothing(tmp_path: Path, capsys: Out) -> None:
    words = ["sweep", "--random", "1", "--seed", "10", "--profile", "hardened", "--report-dir", str(tmp_path)]
    words += ["--jobs", "1"]
    while main(words) == 0:  # a seed whose one world has nothing at stake
        words[4] = str(int(words[4]) + 1)
        capsys.readouterr()
    assert "INCONCLUSIVE: nothing was at stake in 1 random worlds" in capsys.readouterr().out


def test_a_sweep_for_machines_has_every_cell(tmp_path: Path, capsys: Out) -> None:
    words = [
        "sweep",
        "--random",
        "30",
        "--defect",
        "page-cap",
        "-j",
        "1",
        "--json",
        "--report-dir",
        str(tmp_path),
    ]
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["size"], told["played"], told["defects"]) == (30, 30, ["page-cap"])
    assert sum(told["outcomes"].values()) == 30
    assert len(told["losing"]) == told["outcomes"]["losing"] + told["outcomes"]["deaf"]
    assert "against a chat with page-cap" in told["headline"]


def test_what_can_not_be_written_is_told_and_changes_nothing(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "file").write_text("")
    words = ["sweep", "--random", "60", "-j", "1", "--report-dir", str(tmp_path / "file" / "reports")]
    assert main(words) == 1
    assert "the losing cells can't be written" in capsys.readouterr().err


# blame and certificate


def test_blame_tells_what_would_have_come_otherwise(capsys: Out) -> None:
    assert main(["blame", "duplicate-delivery"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "duplicate-delivery (hellotext): verified"
    assert any("once late is left out too" in line for line in said)
    assert main(["blame", "deploy", "--json", "--without", "jitter", "--defect", "no-pings"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["profile"] == "hellotext-without-jitter"
    assert {fault["fault"] for fault in told["faults"]} == {"balancer", "deploy"}


def test_a_fault_that_changed_nothing_is_told_as_such(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "idle.yaml").write_text(
        "name: idle\nstory: A cut after all is said.\nsteps:\n  - publish: {count: 1}\n  - await: {shown: m1}\n"
        "  - refuse: {how: 503, what: rest, times: 1}\n"
    )
    assert main(["blame", str(tmp_path / "idle.yaml")]) == 0
    assert "without it nothing is otherwise\n" in capsys.readouterr().out


def test_a_story_that_stops_without_its_fault_is_told_as_such(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "needed.yaml").write_text(
        "name: needed\nstory: It waits for what the cut does.\nsteps:\n  - publish: {count: 1}\n  - await: {shown: m1}\n"
        "  - cut: {how: rst}\n  - await: {event: connecting, within: 2s}\n"
    )
    assert main(["blame", str(tmp_path / "needed.yaml")]) == 0
    assert "without it the story stops at step 4, so what it did can't be told\n" in capsys.readouterr().out
    assert main(["blame", str(tmp_path / "needed.yaml"), "--json"]) == 0
    [fault] = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["mattered"], fault["stops_at"]) == (None, 4)


def test_a_certificate_is_as_good_as_its_runs(tmp_path: Path, capsys: Out) -> None:
    run("socket-kill", "calm", reports=tmp_path)
    folders = list(map(str, tmp_path.iterdir()))
    capsys.readouterr()
    assert main(["certificate", *folders, "--require", "cut/live"]) == 0
    assert (
        "CERTIFIED: in 2 runs a message was at stake in each of 1 required cells" in capsys.readouterr().out
    )
    assert main(["certificate", *folders, "--require", "cut/catching-up", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["missing"] == ["cut/catching-up"]


# explain


@pytest.mark.parametrize("topic", TOPICS)
def test_a_reference_page_has_every_entry_of_its_registry(topic: str, capsys: Out) -> None:
    assert main(["explain", topic]) == 0
    said = capsys.readouterr().out
    registries: dict[str, list[str]] = {
        "faults": ["cut (", "blackhole (", "restart ("],
        "defects": list(DEFECTS),
        "catalogue": [row.id for row in CATALOGUE],
        "profiles": list(PROFILES),
        "rules": list(STORIES),
        "phases": list(PHASES),
        "checks": [check.name for check in CHECKS],
        "targets": ["[target.NAME]", "[target.NAME.cable]", "[[target.NAME.auth]]", "stale_after"],
    }
    assert [entry for entry in registries[topic] if entry not in said] == []
    assert max(map(len, said.splitlines())) <= 180


def test_an_interrupted_sweep_tells_how_far_it_came_and_leaves_nothing_running(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cablecheck",
            "sweep",
            "--random",
            "1000000",
            "-j",
            "2",
            "--report-dir",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: workers_of(process.pid) == 2 or None)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "INTERRUPTED after " in said
    assert workers_of(process.pid) == 0


def test_a_sweep_that_is_killed_takes_its_workers_along(tmp_path: Path) -> None:
    words = ["sweep", "--random", "1000000", "-j", "2", "--report-dir", str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-m", "cablecheck", *words], start_new_session=True)
    until(lambda: workers_of(process.pid) == 2 or None)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: workers_of(process.pid) == 0 or None)


def workers_of(group: int) -> int:
    """How many other processes of this group compute."""
    stats = [
        path.read_text().rsplit(")", 1)[1].split()
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.exists()
    ]
    there = sum(int(fields[2]) == group and fields[0] not in "ZX" for fields in stats)
    return max(0, there - 2)  # less the sweep itself and the tracker of its resources
