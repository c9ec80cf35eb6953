from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cablecheck.errors import BadInputError
from cablecheck.history import Journal, Raised, RunEnded, read_events


def test_an_event_can_be_read_as_soon_as_it_was_written(tmp_path: Path) -> None:
    with Journal(tmp_path / "history.jsonl") as journal:
        for number in range(3):
            journal.write(Raised(float(number), "c1", "TypeError"))
            with journal.path.open("rb") as lines:
                assert len(read_events(lines).events) == number + 1
    journal.close()


def test_a_second_run_never_writes_into_the_history_of_a_first(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    Journal(path).close()
    with pytest.raises(
        BadInputError, match=r"history\.jsonl: the history can't be written: file exists; choose"
    ):
        Journal(path)


def test_a_folder_that_is_not_there_is_an_error_a_person_can_mend(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file or directory; choose another --report-dir"):
        Journal(tmp_path / "nowhere" / "history.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_error_a_person_can_mend(tmp_path: Path) -> None:
    with Journal(tmp_path / "history.jsonl") as journal:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, journal._file.fileno())
        os.close(full)
        with pytest.raises(BadInputError, match="no space left on device"):
            journal.write(RunEnded(1.0, "complete"))


WRITER = """
import os, sys
from pathlib import Path
from cablecheck.history import Journal, Raised
journal = Journal(Path(sys.argv[1]))
number = 0
while True:
    journal.write(Raised(float(number), "c1", "x" * 300))
    number += 1
    if number == 500:
        print("go", flush=True)
"""


def test_a_kill_9_of_the_writer_costs_no_event_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    with writer.stdout:
        assert writer.stdout.readline() == b"go\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    with path.open("rb") as lines:
        events = read_events(lines).events
    assert len(events) >= 500
    assert [event.at for event in events] == [float(number) for number in range(len(events))]
