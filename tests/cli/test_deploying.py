"""`cablecheck run deploy --during COMMAND`: what it takes, and what it says of what it can't take. That it runs, tests/test_deploys.py sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.cli import main
from cablecheck.cli.deploying import deploy_story, is_named, words_of
from cablecheck.cli.playing import Wish
from cablecheck.scenario.model import Duration

DURING = ("run", "deploy", "--during", "./deploy.sh")

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no such story": (
        ("run", "calm", "--during", "x"),
        "--during: it tells the story of a deploy and no other; write `cablecheck run deploy --during ...`",
    ),
    "no story at all": (
        ("run", "--during", "x"),
        "--during: it tells the story of a deploy and no other; write `cablecheck run deploy --during ...`",
    ),
    "no command": (
        ("run", "deploy", "--during", " "),
        "--during: no command; give one as you would type it, such as './deploy.sh'",
    ),
    "a time without a unit": (
        (*DURING, "--within", "5"),
        "--within: '5' is no duration with a unit, such as 200ms, 5s or 2m; mend it",
    ),
    "a rate without a unit": (
        (*DURING, "--rate", "5"),
        "--rate: '5' is no rate, such as 20/s or 30/m; mend it",
    ),
    "a rate of nothing": (
        (*DURING, "--rate", "0/s"),
        "--rate: '0/s' is a rate of nothing; use 20/s or 30/m; mend it",
    ),
    "only its options": (
        ("run", "deploy", "--clients", "3"),
        "--clients: it says more of a deploy; give --during COMMAND too",
    ),
    "a simulated deploy": (
        (*DURING, "--simulate"),
        "deploy: can be played over real sockets only; play it without --simulate",
    ),
}


@pytest.mark.parametrize(("words", "finding"), REFUSED.values(), ids=list(REFUSED))
def test_what_can_not_be_a_deploy_is_said(
    words: tuple[str, ...], finding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--report-dir", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{finding}\n"
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "calm", "--during", "", "--within", "5", "--rate", "x", "--profile", "hardend"]
    assert main([*words, "--report-dir", str(tmp_path)]) == 2
    places = [line.split(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert places == ["profile 'hardend'", "--during", "--during", "--within", "--rate"]


def test_more_than_a_story_can_hold_is_said_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = ["--clients", "100", "--conversations", "100"]
    assert main([*DURING, *many, "--report-dir", str(tmp_path)]) == 2
    assert "--during:" in (said := capsys.readouterr().err)
    assert "10000 clients in all conversations together; 999 are the most; use fewer" in said


def test_the_options_make_the_story() -> None:
    wish = Wish(words=("deploy",), during="x", within="7s", clients=20, conversations=4, rate="5/s")
    story = deploy_story(wish)
    assert story is not None
    assert (story.name, story.clients, story.conversations) == ("deploy", 20, 4)
    deploy = story.steps[2].step
    assert (getattr(deploy, "within", None), getattr(deploy, "traffic", None)) == (Duration(7), "5/s")
    assert words_of(wish) == [
        "--during", "x", "--within", "7s", "--clients", "20", "--conversations", "4", "--rate", "5/s",
    ]  # fmt: skip


def test_without_a_command_there_is_no_such_story() -> None:
    assert deploy_story(Wish(words=("deploy",))) is None
    assert words_of(Wish(words=("deploy",))) == []


@pytest.mark.parametrize(
    ("word", "words", "named"),
    [
        ("a.yaml", ("a.yaml",), True),
        ("a.yaml", ("./a.yaml",), True),
        ("stories/a.yaml", ("stories",), False),
        ("deploy", (), False),
    ],
)
def test_a_folder_is_no_consent(word: str, words: tuple[str, ...], named: bool) -> None:
    assert is_named(word, words) is named
