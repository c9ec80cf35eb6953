"""`cablecheck init`: a file that works as it was written, and is never written over by accident."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cablecheck.cli import main

pytestmark = pytest.mark.takes(seconds=15)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_says_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--preset", "hellotext"]) == 0
    assert capsys.readouterr().out == (
        "cablecheck.toml is written. What to do next:\n"
        "  1. put the addresses of your own server into cablecheck.toml\n"
        "  2. export CHAT_TOKEN=...\n"
        "  3. cablecheck doctor --target staging\n"
        "  4. cablecheck run --target staging\n"
    )
    assert main(["init", "--preset", "anycable", "--name", "edge", "--out", "edge.toml"]) == 0
    assert "  3. cablecheck doctor --target edge --targets edge.toml\n" in capsys.readouterr().out
    assert "[target.edge.cable]" in Path("edge.toml").read_text()


def test_a_file_that_is_there_stays(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cablecheck.toml").write_text("mine")
    assert main(["init", "--preset", "rails"]) == 2
    assert capsys.readouterr().err == (
        "cablecheck.toml: it is there already; give --force to write over it, or another file with --out\n"
    )
    assert Path("cablecheck.toml").read_text() == "mine"
    assert main(["init", "--preset", "rails", "--force"]) == 0
    assert "[target.staging.cable]" in Path("cablecheck.toml").read_text()


def test_what_can_not_be_written_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--preset", "rails", "--out", "no/where.toml"]) == 2
    assert capsys.readouterr().err == (
        "no/where.toml: can't be written: no such file or directory; give another file with --out\n"
    )
    assert main(["init", "--preset", "rails", "--name", "My Server"]) == 2
    assert "--name My Server: no name of a target; use lower case" in capsys.readouterr().err
    assert main(["init", "--preset", "rals"]) == 2


def test_the_preset_of_hellotext_works_as_written_once_it_knows_where_the_chat_is(here: Path) -> None:
    """With nothing but its addresses and its token filled in."""
    token = "agent-token-1"
    demo = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", "demo", "--port", "0", "--json", "--until-eof", "--token", token],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=here,
    )  # fmt: skip
    with demo:
        assert demo.stdout is not None
        assert demo.stdin is not None
        said = json.loads(demo.stdout.readline())
        assert main(["init", "--preset", "hellotext"]) == 0
        file = here / "cablecheck.toml"
        text = file.read_text()
        text = text.replace("wss://chat.example.com/cable", said["cable"])
        text = text.replace("https://chat.example.com/v1", said["api"])
        file.write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "cablecheck", "run", "calm", "socket-kill", "--target", "staging", "--profile", "hardened"],
            cwd=here, env={**os.environ, "CHAT_TOKEN": token}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        demo.stdin.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert token not in done.stdout + done.stderr
    for path in (here / "reports").rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes()
