"""Every way a command can end has one exit code, and none of ours is 1."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from cablecheck.cli import main
from cablecheck.cli.ending import exit_code_of
from cablecheck.errors import BadInputError, CablecheckError, ExitCode, InterruptedRun, UnreachableError


def raising(error: BaseException) -> Callable[[], object]:
    def command() -> object:
        raise error

    return command


FORESEEN = {
    "bad input": (BadInputError("a.yaml:1:1: odd; mend it", "b.yaml:2:2: odder; mend it"), 2),
    "unreachable": (UnreachableError("no answer; is it up?"), 3),
    "an error of our own": (CablecheckError("3 bytes differ"), 4),
    "interrupted": (InterruptedRun(ExitCode.TERMINATED), 143),
    "in a group": (ExceptionGroup("nursery", [ExceptionGroup("nursery", [UnreachableError("no")])]), 3),
    "two in a group": (ExceptionGroup("nursery", [UnreachableError("no"), CablecheckError("x")]), 4),
}


@pytest.mark.parametrize(("error", "code"), FORESEEN.values(), ids=FORESEEN.keys())
def test_what_was_foreseen_is_told_in_lines_with_its_own_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(raising(error)) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err


def test_every_finding_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(raising(FORESEEN["bad input"][0]))
    assert capsys.readouterr().err == "a.yaml:1:1: odd; mend it\nb.yaml:2:2: odder; mend it\n"


BUGS = {
    "an exception": ValueError("odd"),
    "an exception without words": KeyError(),
    "a group": ExceptionGroup("nursery", [ValueError("odd")]),
    "a group that also holds something foreseen": ExceptionGroup(
        "nursery", [ValueError("odd"), UnreachableError()]
    ),
    "a library that leaves by itself": SystemExit(1),
    "a false assertion": AssertionError("must be true"),
    "no memory": MemoryError(),
}


@pytest.mark.parametrize("error", BUGS.values(), ids=BUGS.keys())
def test_what_nobody_foresaw_is_a_bug_of_ours_with_its_traceback(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(raising(error)) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "in raising" not in err
    assert ", in command\n" in err
    assert err.splitlines()[-1].startswith(f"bug in cablecheck: {type(error).__name__}")
    assert err.splitlines()[-1].endswith("; please report the lines above")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BaseExceptionGroup("nursery", [KeyboardInterrupt()])])
def test_an_interrupt_is_130_and_silent(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(raising(error)) == 130
    assert capsys.readouterr() == ("", "")


def test_an_interrupt_beside_an_unreachable_target_is_an_interrupt() -> None:
    both = BaseExceptionGroup("nursery", [KeyboardInterrupt(), UnreachableError("no")])
    assert exit_code_of(raising(both)) == 130


CLICK = {
    "help": (click.exceptions.Exit(0), 0),
    "a wish": (click.exceptions.Exit(3), 3),
    "usage": (click.UsageError("no such thing"), 2),
    "a file that can't be opened": (click.FileError("x", "gone"), 2),
    "anything else of click's": (click.ClickException("odd"), 2),
    "abort": (click.Abort(), 130),
}


@pytest.mark.parametrize(("error", "code"), CLICK.values(), ids=CLICK.keys())
def test_click_keeps_its_codes_but_for_its_1(error: BaseException, code: int) -> None:
    assert exit_code_of(raising(error)) == code


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (ExitCode.VIOLATED, 1), (3, 3)])
def test_what_a_command_returns_is_its_code(returned: object, code: int) -> None:
    assert exit_code_of(lambda: returned) == code


def test_an_answer_that_is_no_code_is_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(lambda: "done") == 4
    assert "a command returned 'done' where an exit code belongs" in capsys.readouterr().err


def test_an_error_in_the_targets_words_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(raising(UnreachableError("said \x1b[2J\u202e")))
    exit_code_of(raising(ValueError("said \x1b[2J\u202e")))
    err = capsys.readouterr().err
    assert "said \\x1b[2J\\u202e" in err
    assert all(line.isprintable() for line in err.splitlines())


def test_a_reader_who_left_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(raising(BrokenPipeError())) == 141
    assert capsys.readouterr() == ("", "")


FULL = {
    "on standard output": (OSError(errno.ENOSPC, "No space left on device"), "standard output"),
    "in a file": (OSError(errno.EDQUOT, "Disk quota exceeded", "a/b.json"), "a/b.json"),
    "in a group": (ExceptionGroup("nursery", [OSError(errno.ENOSPC, "No space")]), "standard output"),
}


@pytest.mark.parametrize(("error", "place"), FULL.values(), ids=FULL.keys())
def test_no_room_to_write_is_no_bug_of_ours(
    error: Exception, place: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(raising(error)) == 2
    said = capfd.readouterr().err
    assert said.startswith(f"{place}: can't be written: ")
    assert said.endswith("; make room, or write elsewhere\n")
    assert said.count("\n") == 1


def test_a_full_standard_output_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "cablecheck", "schema"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr == (
        "standard output: can't be written: no space left on device; make room, or write elsewhere\n"
    )


def test_a_wrong_option_is_one_line_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-j", "0"]) == 2
    assert capsys.readouterr().err == (
        "cablecheck run: invalid value for '-j' / '--jobs': 0 is not in the range 1<=x<=64; see `cablecheck run --help`\n"
    )
    assert main(["judge"]) == 2
    assert (
        capsys.readouterr().err
        == "cablecheck judge: missing argument 'RUN...'; see `cablecheck judge --help`\n"
    )
    assert main(["rnu"]) == 2
    assert capsys.readouterr().err == "cablecheck: unknown command 'rnu'; did you mean 'run'?\n"
