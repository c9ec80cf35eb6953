"""The README says what is so: its console blocks are run again, its tables are the code's own."""

import re
from pathlib import Path
from typing import get_args

import pytest

from cablecheck.checker.verdict import WORDS, Word
from cablecheck.cli import COMMANDS
from cablecheck.scenario.reading import read_scenario
from tests.readme import README, Shell, lasting, sessions, stories
from tests.unmeasured import unmeasured

PAGE = README.read_text(encoding="utf-8")
SESSIONS = sessions(PAGE)


pytestmark = pytest.mark.takes(seconds=20)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("readme"), PAGE)


@pytest.mark.parametrize("session", SESSIONS, ids=[session[0].command for session in SESSIONS])
@unmeasured()
def test_a_console_block_still_prints_what_it_says(session: list, shell: Shell) -> None:
    for said in session:
        assert lasting(shell.run(said.command)) == lasting(said.output), (
            f"$ {said.command}: write the page anew with `python -m tests.readme --write`, and read the difference"
        )


def test_the_two_commands_of_a_fresh_machine_stand_on_lines_of_their_own() -> None:
    lines = PAGE.splitlines()
    assert "pip install . && cablecheck run" in lines
    assert "pip install '.[dev]' && pytest" in lines


def test_every_command_has_its_help_on_the_page() -> None:
    told = {said.command for session in SESSIONS for said in session}
    assert {f"cablecheck {name} --help" for name in COMMANDS} <= told


def test_every_word_of_a_verdict_is_explained() -> None:
    rows = re.findall(r"^\| ([a-z]+) \| .* \| (violated|counted) \|$", PAGE, re.MULTILINE)
    assert [word for word, run in rows if run == "violated"] == list(WORDS) == list(get_args(Word))
    assert [word for word, run in rows if run == "counted"] == ["recovered", "masked"]


def test_the_stories_on_the_page_are_files_that_can_be_played() -> None:
    told = stories(PAGE)
    assert {"lift.yaml", "tunnel.yaml"} <= set(told)
    assert [f"{read_scenario(text, name).name}.yaml" for name, text in told.items()] == list(told)


PASSING = {
    "folders": (
        "cablecheck judge reports/20261122T094100Z-socket-kill-3f9a2c",
        "cablecheck judge reports/<time>-socket-kill-<run>",
    ),
    "ids": ("lost m6, m7 (ids 12, 13) at c1", "lost m6, m7 (ids <ids>) at c1"),
    "an id": ("lost m6 (id 12)", "lost m6 (id <ids>)"),
    "times": (
        "first at 4.1 s; 10 messages stored in 12.3 s",
        "first at <seconds> s; 10 messages stored in <seconds> s",
    ),
    "a row": ("calm  verified  5  0  0  0     3.0  -", "calm  verified  5  0  0  0 <seconds>  -"),
}


@pytest.mark.parametrize(("output", "stays"), PASSING.values(), ids=PASSING.keys())
def test_only_what_differs_from_run_to_run_is_passed_over(output: str, stays: str) -> None:
    assert lasting(output) == stays


def test_the_shell_tells_the_exit_code_of_the_command_before(tmp_path: Path) -> None:
    shell = Shell(tmp_path, PAGE)
    assert (shell.run("echo a; exit 3"), shell.run("echo $?")) == ("a\n", "3\n")
