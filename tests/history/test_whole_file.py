"""A file in a run's folder is never half written."""

from pathlib import Path

import pytest

from cablecheck.history.whole_file import write_whole


def test_a_file_is_written_over_and_nothing_else_is_left(tmp_path: Path) -> None:
    for content in (b"first", b""):
        write_whole(tmp_path / "verdict.json", content)
        assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("verdict.json", content)]


def test_what_was_there_stays_where_there_is_no_room_for_the_new(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_bytes(b"first")
    (tmp_path / ".verdict.json.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "verdict.json", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("verdict.json", b"first")]
