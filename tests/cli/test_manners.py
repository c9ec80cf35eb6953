"""Leave to act: against a target that is not on this machine only what somebody allowed is done.

0.0.0.0 is no loopback address, and yet Linux connects it to this machine: nothing in here leaves it.
"""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from cablecheck.cli import main
from cablecheck.cli.manners import Doings, doings_of
from cablecheck.target.model import Command
from cablecheck.target.reading import Described, read_text
from tests.live.peers import unheard_port
from tests.runs import told

pytestmark = pytest.mark.takes(seconds=2)

STORY = """\
name: quiet
story: Two messages, and nothing goes wrong.
steps:
  - publish: {count: 2}
"""
TARGET = """
[target.staging]
cable = {{url = "ws://0.0.0.0:{port}/cable"}}
webchat = {{api = "http://127.0.0.1:{port}/v1", id = "w", token = "t"{more}}}
max_rate = "7/s"
{last}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A story and a target where nobody listens: who goes on is told so, with exit code 3."""
    (tmp_path / "quiet.yaml").write_text(STORY)
    _describe(tmp_path)
    return tmp_path


def _describe(folder: Path, more: str = "", last: str = "", host: str = "0.0.0.0") -> None:
    text = TARGET.format(port=unheard_port(), more=more, last=last).replace("0.0.0.0", host)
    (folder / "cablecheck.toml").write_text(text)


def _run(folder: Path, *more: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(folder)
    return main(["run", "quiet.yaml", "--target", "staging", *more])


def test_nobody_to_be_asked_is_bad_input_with_the_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run(folder, monkeypatch=monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    *told_first, last = err.splitlines()
    remedy = "say --yes, or write `allow = true` for it in cablecheck.toml"
    assert last == f"--target staging: it is not on this machine, and nobody is here to be asked; {remedy}"
    assert told_first[0].startswith("staging is not on this machine: ws://0.0.0.0:")
    assert told_first[1:] == [
        "- it begins 1 conversation of its own, and speaks into no other",
        "- it publishes at most 4 messages, at most 7/s, each marked as cablecheck's",
        "- it breaks its own connections on purpose, and nobody else's",
    ]
    assert not (folder / "reports").exists()


def test_yes_goes_on_and_still_tells_what_is_done(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run(folder, "--yes", monkeypatch=monkeypatch) == 3
    err = capsys.readouterr().err
    assert err.startswith("staging is not on this machine: ")
    assert "the target is down" in err


def test_allow_in_the_file_goes_on_too(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _describe(folder, last="allow = true")
    assert _run(folder, monkeypatch=monkeypatch) == 3
    assert capsys.readouterr().err.startswith("staging is not on this machine: ")


def test_a_target_on_loopback_needs_no_leave(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _describe(folder, host="localhost")
    assert _run(folder, monkeypatch=monkeypatch) == 3
    assert "not on this machine" not in capsys.readouterr().err


def test_what_is_bad_input_is_told_without_a_question(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run(folder, "--profile", "helotext", monkeypatch=monkeypatch) == 2
    assert "not on this machine" not in capsys.readouterr().err


# At a terminal


@dataclass
class Terminal:
    """A command at a terminal of its own."""

    process: subprocess.Popen[bytes]
    keys: int

    def until(self, word: bytes) -> bytes:
        """What is on the screen, once this word is there."""
        screen = b""
        while word not in screen:
            screen += os.read(self.keys, 4096)
        return screen

    def type(self, text: bytes) -> None:
        os.write(self.keys, text)

    def rest(self) -> bytes:
        """What else comes until the command has ended."""
        screen = b""
        try:
            while part := os.read(self.keys, 4096):
                screen += part
        except OSError:  # how Linux tells that nobody is left at the other end
            pass
        return screen


def _take_the_terminal(name: str) -> None:
    """As a shell in the foreground starts a command, also where these tests run in the background of one, which ignores SIGINT."""
    os.setsid()
    os.close(os.open(name, os.O_RDWR))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def at_a_terminal(folder: Path, **environment: str) -> Iterator[Terminal]:
    """Run the story against the target, standard input and error being a terminal."""
    keys, screen = pty.openpty()
    surroundings = {name: value for name, value in os.environ.items() if name != "CI"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", "run", "quiet.yaml", "--target", "staging"],
        cwd=folder,
        stdin=screen,
        stderr=screen,
        stdout=subprocess.DEVNULL,
        env=surroundings | environment,
        preexec_fn=partial(_take_the_terminal, os.ttyname(screen)),
    )
    os.close(screen)
    try:
        yield Terminal(process, keys)
    finally:
        process.kill()
        process.wait()
        os.close(keys)


def test_a_person_is_asked_once_and_may_say_no(folder: Path) -> None:
    with at_a_terminal(folder) as terminal:
        screen = terminal.until(b"Go on? [y/N]: ")
        assert b"it publishes at most 4 messages, at most 7/s" in screen
        terminal.type(b"n\n")
        assert b"--target staging: you said no; nothing was asked of it" in terminal.rest()
        assert terminal.process.wait(10) == 2


def test_a_person_may_say_yes_and_is_asked_no_second_time(folder: Path) -> None:
    with at_a_terminal(folder) as terminal:
        terminal.until(b"Go on? [y/N]: ")
        terminal.type(b"y\n")
        rest = terminal.rest()
        assert b"the target is down" in rest
        assert b"Go on?" not in rest
        assert terminal.process.wait(10) == 3


def test_ctrl_c_at_the_question_is_an_interrupt(folder: Path) -> None:
    with at_a_terminal(folder) as terminal:
        terminal.until(b"Go on? [y/N]: ")
        terminal.type(b"\x03")
        terminal.rest()
        assert terminal.process.wait(10) == 128 + signal.SIGINT


def test_a_terminal_in_ci_has_nobody_before_it(folder: Path) -> None:
    with at_a_terminal(folder, CI="true") as terminal:
        assert b"nobody is here to be asked" in terminal.rest()
        assert terminal.process.wait(10) == 2


# What is told


def _described(more: str = "", last: str = "") -> Described:
    return read_text(TARGET.format(port=80, more=more, last=last), "cablecheck.toml", "staging", {})


def test_what_stories_do_is_counted_before_they_do_it() -> None:
    target = _described(last='restart = {command = "./restart.sh"}').target
    stories = [
        told("steps:\n  - publish: {count: 3}\n  - send: {count: 2}\n  - switch:\n  - publish:\n"),
        told("steps:\n  - restart: {signal: KILL}\n"),
    ]
    assert doings_of(stories[:1], target) == Doings(messages=8, begun=1, switches=1)
    assert doings_of(stories, target) == Doings(messages=10, begun=2, switches=1, commands=("./restart.sh",))
    assert target.restart == Command(command="./restart.sh")


def test_a_deploy_is_counted_with_all_that_it_may_come_to() -> None:
    steps = "  - publish:\n  - deploy: {command: [kubectl, 'a b'], within: 5s, traffic: 1/s}\n  - switch:\n"
    story = told(f"clients: 9\nconversations: 3\nworld: live\nwhy: a command\nsteps:\n{steps}")
    assert doings_of([story], _described().target) == Doings(
        messages=3 * (1 + 21 + 2), begun=3, switches=3, commands=("kubectl 'a b'",)
    )


def test_a_hello_that_tells_the_conversation_is_a_message_too() -> None:
    target = _described(more=', session = "s"').target
    assert doings_of([told("steps:\n  - publish:\n")], target).messages == 1 + 2 + 1


@pytest.mark.parametrize(
    ("more", "where"),
    [
        (', session = "s", conversation = "c\\u001b7"', "it speaks into conversation c\\x1b7"),
        (', session = "s"', "it speaks into the conversation that the target file leads to"),
    ],
)
def test_a_conversation_that_the_file_names_is_told(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    more: str,
    where: str,
) -> None:
    _describe(folder, more=more)
    (folder / "quiet.yaml").write_text(STORY + "  - switch:\n")
    assert _run(folder, monkeypatch=monkeypatch) == 2
    assert f"- {where}, and begins 1 conversation of its own\n" in capsys.readouterr().err


def test_a_command_that_publishes_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _describe(folder, last='publish = {command = ["./say", "a b", "{label}"]}')
    assert _run(folder, monkeypatch=monkeypatch) == 2
    assert "- it runs a command of yours: ./say 'a b' '{label}'\n" in capsys.readouterr().err


def test_a_story_that_asks_for_more_than_the_target_allows_is_told_once(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _describe(folder, host="127.0.0.1")
    (folder / "quiet.yaml").write_text(
        STORY + "  - publish: {rate: 8/s, count: 2}\n  - publish: {rate: 9/s}\n"
    )
    (folder / "slow.yaml").write_text(STORY.replace("quiet", "slow") + "  - publish: {rate: 7/s}\n")
    assert _run(folder, "slow.yaml", monkeypatch=monkeypatch) == 3
    told_once, _ = capsys.readouterr().err.splitlines()
    assert told_once == 'slowed: quiet asks for more than max_rate = "7/s" of staging'


def test_the_traffic_of_all_conversations_together_may_be_more_than_the_target_allows(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _describe(folder, host="127.0.0.1")
    monkeypatch.chdir(folder)
    words = ["run", "deploy", "--during", "true", "--target", "staging", "--rate", "2/s", "--conversations"]
    assert main([*words, "3"]) == 3
    assert "slowed" not in capsys.readouterr().err
    assert main([*words, "4"]) == 3
    told_first, *_ = capsys.readouterr().err.splitlines()
    assert told_first == 'slowed: deploy asks for more than max_rate = "7/s" of staging'
