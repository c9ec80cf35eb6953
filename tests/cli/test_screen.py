"""What may be written to which stream."""

import io
import os
import pty
import termios
from pathlib import Path

import pytest

from cablecheck.cli import screen


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Deaf(io.StringIO):
    """A stream whose reader went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_answers_go_to_standard_output_and_remarks_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen.answer("42")
    screen.remark("working")
    assert capsys.readouterr() == ("42\n", "working\n")


def test_what_would_steer_the_terminal_is_escaped_but_line_ends_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen.answer("a\x1b[2J\nb")
    assert capsys.readouterr().out == "a\\x1b[2J\nb\n"


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    screen.answer("¿Qué?")
    assert raw.getvalue() == b"\\xbfQu\\xe9?\n"


@pytest.mark.parametrize("stream", [None, Deaf(), io.StringIO()], ids=["none", "deaf", "closed"])
def test_a_stream_that_cannot_be_written_to_stops_nobody(
    stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if type(stream) is io.StringIO:
        stream.close()
    monkeypatch.setattr("sys.stderr", stream)
    screen.remark("working")


def test_an_answer_to_a_reader_who_left_raises_nothing_then_or_later() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stream)
        screen.answer("lost m6")
        screen.answer("lost m7")
        patch.undo()


LIVE = {
    "a terminal": ({"TERM": "xterm"}, True, True),
    "a terminal without colour": ({"TERM": "xterm", "NO_COLOR": "yesplease"}, True, False),
    "an empty NO_COLOR is none": ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
    "a dumb terminal": ({"TERM": "dumb"}, False, False),
    "a terminal nobody named": ({}, False, False),
    "a CI job with a terminal": ({"TERM": "xterm", "CI": "true"}, False, False),
}


@pytest.mark.parametrize(("environment", "live", "colour"), LIVE.values(), ids=LIVE.keys())
def test_a_live_display_needs_a_terminal_that_a_person_watches(
    environment: dict[str, str], live: bool, colour: bool
) -> None:
    assert screen.is_live(Terminal(), environment) is live
    assert screen.has_colour(Terminal(), environment) is colour


def test_a_file_is_never_live_whatever_the_environment_asks_for() -> None:
    closed = Terminal()
    closed.close()
    environment = {"TERM": "xterm", "FORCE_COLOR": "1"}
    assert not screen.is_live(io.StringIO(), environment)
    assert not screen.is_live(None, environment)
    assert not screen.is_live(closed, environment)


def test_only_a_terminal_has_a_width() -> None:
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 80))
    with os.fdopen(follower, "w") as terminal, os.fdopen(leader):
        assert screen.width_of(terminal) == 80
        termios.tcsetwinsize(terminal.fileno(), (0, 0))
        assert screen.width_of(terminal) is None  # a pseudo-terminal that nobody sized
    with Path(os.devnull).open("w") as file:
        assert screen.width_of(file) is None
    assert screen.width_of(io.StringIO()) is None
    assert screen.width_of(None) is None
