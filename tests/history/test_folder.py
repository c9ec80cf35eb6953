"""A run's folder on a disk that has no room left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cablecheck.errors import BadInputError
from cablecheck.history import FetchEnded, Received
from cablecheck.history.folder import RunFolder, began_at, masked
from cablecheck.truth import Stored, Truth

STORY = "name: s\nstory: x\nsteps:\n  - publish: {count: 1}\n"
TARGET = 'session = "***"\n'


def new_folder(where: Path) -> RunFolder:
    return RunFolder(where, "s", STORY, utc="2026-01-01T00:00:00Z", run="abc", target=TARGET)


def test_the_folder_holds_the_scenario_and_the_masked_target(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.close()
    assert (folder.path / "scenario.yaml").read_text() == STORY
    assert (folder.path / "target.toml").read_text() == TARGET
    assert folder.path.name == "20260101T000000Z-s-abc"


def test_a_full_disk_is_told_in_one_line_and_leaves_no_half_file(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.close()
    (folder.path / ".truth.json.part").symlink_to("/dev/full")
    with pytest.raises(BadInputError) as caught:
        folder.put("truth.json", b"{}")
    assert str(caught.value) == (
        f"{folder.path}/truth.json: can't be written: no space left on device; choose another --report-dir"
    )
    assert not (folder.path / "truth.json").exists()


def test_a_folder_that_can_not_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match=r"can't be made \(Not a directory\); choose another place"):
        new_folder(tmp_path / "file")


def test_a_folders_name_tells_when_its_run_began(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, "calm", "", utc="2026-11-22T09:41:00Z", run="3f9a2c")
    folder.close()
    assert began_at(folder.path) == "2026-11-22T09:41:00"
    assert began_at(tmp_path / "renamed") is None


def test_every_text_is_masked_and_no_word_of_ours(tmp_path: Path) -> None:
    def mask(text: str) -> str:
        return text.replace("message", "***").replace("s3cr3t", "***").replace("received", "***")

    folder = RunFolder(
        tmp_path, "s", STORY.replace("x", "s3cr3t"), utc="2026-01-01T00:00:00Z", run="abc", mask=mask
    )
    folder.write(Received(0.5, "c1", 1, "message", "s3cr3t", "s3cr3t-7", "d1g35t"))
    folder.write(FetchEnded(1.0, "c1", 1, 200, ("7", "s3cr3t")))
    folder.close()
    first, second = (folder.path / "history.jsonl").read_text().splitlines()
    assert json.loads(first)["kind"] == "message"
    assert "s3cr3t" not in first + second + (folder.path / "scenario.yaml").read_text()
    assert folder.events == [
        Received(0.5, "c1", 1, "message", "***", "***-7", "d1g35t"),
        FetchEnded(1.0, "c1", 1, 200, ("7", "***")),
    ]


def test_a_truth_is_masked_message_by_message() -> None:
    truth = Truth((Stored("1", "s3cr3t"), Stored("2", "b", key="s3cr3t")), reason="no s3cr3t")
    assert masked(truth, lambda text: text.replace("s3cr3t", "***")) == Truth(
        (Stored("1", "***"), Stored("2", "b", key="***")), reason="no ***"
    )
