"""What is shown while a run goes, and that a display which fails changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cablecheck.cli import progress
from cablecheck.report.progress import Finished, Progress, Started, Stepped
from tests.cli.test_screen import Terminal
from tests.report.samples import VERIFIED, VIOLATED

STORY: list[Progress] = [
    Started("calm"),
    Stepped("calm", 1, "publish"),
    Finished(VERIFIED, Path("reports/x")),
    Finished(VIOLATED, Path("reports/y")),
]


def test_a_log_gets_one_line_a_finished_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.displayed(2) as show:
        for event in STORY:
            show(event)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "[1/2] VERIFIED calm (hellotext) (3.0 s)",
        "[2/2] VIOLATED socket-kill (before-catch-up): lost m6, m7, m10 (12.3 s)",
    ]


def test_a_display_that_fails_is_told_once_and_left(capsys: pytest.CaptureFixture[str]) -> None:
    calls = []

    def broken(event: Progress) -> None:
        calls.append(event)
        raise ZeroDivisionError("no pixels")

    show = progress.careful(broken)
    for event in STORY:
        show(event)
    assert calls == STORY[:1]
    assert capsys.readouterr().err == (
        "progress display: ZeroDivisionError: no pixels; the run goes on without it\n"
    )


def test_on_a_terminal_the_display_is_live_and_leaves_only_what_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = _on_a_terminal(monkeypatch, {"TERM": "xterm", "NO_COLOR": "1"})
    assert "[1/2] VERIFIED calm (hellotext)" in seen
    assert "[2/2] VIOLATED socket-kill (before-catch-up): lost m6, m7, m10" in seen
    assert "\x1b[?25h" in seen.rsplit("\x1b[?25l", 1)[1], "the cursor is shown again"


def test_a_terminal_in_ci_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in _on_a_terminal(monkeypatch, {"TERM": "xterm", "CI": "true"})


def test_a_terminal_that_is_gone_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Terminal):
        """A terminal whose window was closed."""

        def write(self, text: str) -> int:
            raise BrokenPipeError

    told = []
    monkeypatch.setattr("sys.stderr", Gone())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    with progress.displayed(2) as show:
        for event in STORY:
            show(event)
            told.append(event)
    assert told == STORY


def test_a_display_that_cannot_end_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def endless(scenarios: int) -> Iterator[progress.Display]:
        yield progress.plain(scenarios)
        raise ZeroDivisionError("no end")

    monkeypatch.setattr(progress, "chosen", endless)
    with progress.displayed(2) as show:
        show(STORY[2])
    err = capsys.readouterr().err
    assert err.splitlines() == [
        "[1/2] VERIFIED calm (hellotext) (3.0 s)",
        "progress display: ZeroDivisionError: no end; the run goes on without it",
    ]


def _on_a_terminal(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> str:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for name in ("CI", "NO_COLOR", "TERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with progress.displayed(2) as show:
        for event in STORY:
            show(event)
    return terminal.getvalue()
