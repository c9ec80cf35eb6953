"""`cablecheck replay-recording`: what it prints, and its exit code."""

import json
from pathlib import Path

import pytest

from cablecheck.cli import main

RECORDINGS = sorted((Path(__file__).parent.parent / "recordings").glob("*.json"))


def test_all_recordings_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay-recording", *map(str, RECORDINGS)]) == 0
    assert capsys.readouterr().out == "62 of 62 recordings agree\n"


def test_a_recording_that_differs_is_named_with_its_first_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = [{"out": "connect", "ws": 2}]
    (tmp_path / "odd.json").write_text(json.dumps({"client": {}, "replay": log}))
    assert main(["replay-recording", str(tmp_path / "odd.json"), str(RECORDINGS[0])]) == 1
    assert capsys.readouterr().out == (
        f'{tmp_path}/odd.json: differs at replay[0], after loading the page: expected {{"out":"connect","ws":2}}; '
        'got {"out":"connect","ws":1}\n1 of 2 recordings agree\n'
    )


def test_files_that_are_no_recordings_are_all_named_each_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    (tmp_path / "empty.json").write_text("{}")
    files = [str(tmp_path / name) for name in ("broken.json", "bytes.json", "empty.json", "missing.json")]
    assert main(["replay-recording", *files]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == files
    assert all("; " in line for line in lines)


def test_no_file_is_bad_usage() -> None:
    assert main(["replay-recording"]) == 2
