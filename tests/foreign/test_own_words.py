"""The bundled chat as a target: described by [webchat], in words of its own, and restarted by a command of the user's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from cablecheck.checker.verdict import Judgement, Standing
from cablecheck.scenario.model import Scenario
from cablecheck.target.fitting import unfit
from cablecheck.target.reading import Described, read_text
from tests import runs
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.takes(seconds=60)

TOKEN = "agent-token-1"
# All play at once: at the usual pace a message might come after the hold into which its story has it fall.
WEBCHAT = """
[target.demo]
max_rate = "1000/s"
cable = {url = "%(cable)s"}
webchat = {api = "%(api)s", id = "%(webchat)s", token = "${TOKEN}"}
"""
# The same without a word of hellotext.js in it but the chat's own.
OWN_WORDS = """
[target.demo]
max_rate = "1000/s"
values = {root = "%(api)s/public/webchats/%(webchat)s", agent = "${TOKEN}"}
cable = {url = "%(cable)s"}
[[target.demo.conversation]]
request = "POST {root}/sessions"
json = {}
capture = {visitor = "json:session", room = "json:conversation"}
[target.demo.subscription]
identifier = '{"channel":"WebchatChannel","id":"%(webchat)s","session":"{visitor}","conversation":"{room}"}'
[target.demo.live]
select = {type = "message"}
[target.demo.publish]
request = "POST {root}/messages"
headers = {Authorization = "Bearer {agent}"}
json = {conversation = "{room}", body = "{body}"}
created_at_field = "created_at"
[target.demo.send]
request = "POST {root}/messages"
headers = {Authorization = "Bearer %(webchat)s"}
json = {session = "{visitor}", body = "{body}"}
[target.demo.catch_up]
request = "GET {root}/messages?after_id={cursor}&session={visitor}"
headers = {Authorization = "Bearer %(webchat)s"}
next = "next"
[target.demo.truth]
request = "GET {root}/messages?session={visitor}&after_id={cursor}"
headers = {Authorization = "Bearer {agent}"}
next = "next"
"""


@contextmanager
def demo(folder: Path) -> Iterator[dict[str, Any]]:
    """A bundled chat of our own, and what it says of itself."""
    words = ["demo", "--port", "0", "--json", "--until-eof", "--token", TOKEN]
    process = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
    )
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def described(text: str, said: dict[str, Any]) -> Described:
    return read_text(text % said, "demo.toml", "demo", {"TOKEN": TOKEN})


STORIES = (
    "calm", "socket-kill", "half-open-then-reset", "clean-close", "every-close-code", "early-confirm", "lost-confirm", "duplicate-delivery",
    "reordered-broadcasts", "torn-message", "catch-up-fails", "slow-catch-up", "second-drop-before-catch-up", "overlapping-catch-ups",
    "slow-line", "stripped-subprotocol", "garbled-frame", "rejected-once", "polite-goodbye",
)  # fmt: skip


@pytest.mark.parametrize("profile", ["hellotext", "hardened"])
def test_the_same_chat_in_other_words_has_the_same_verdicts(profile: str, tmp_path: Path) -> None:
    with demo(tmp_path) as said:
        theirs, ours = described(OWN_WORDS, said), described(WEBCHAT, said)
        stories = [each for each in runs.shelf() if each.name in STORIES]
        fit = [each for each in stories if unfit(each, theirs.written, theirs.target) is None]
        assert len(fit) >= 18
        found = [
            _played(fit, tmp_path / name, profile, target)
            for name, target in (("theirs", theirs), ("ours", ours))
        ]
    told = [{name: (each.standing, each.why) for name, each in played.items()} for played in found]
    assert told[0] == told[1]


def _played(stories: list[Scenario], folder: Path, profile: str, target: Described) -> dict[str, Judgement]:
    """What came of these stories. A run that a busy machine made prove nothing is played again by itself, once."""
    with unmeasured():
        played = runs.play(stories, folder, profile=profile, target=target, jobs=12)
        again = [each for each in stories if played[each.name].standing is Standing.INCONCLUSIVE]
        return played | (runs.play(again, folder, profile=profile, target=target, jobs=1) if again else {})


RESTART = """\
#!/bin/sh
[ -f demo.pid ] && kill -KILL $(cat demo.pid)
{python} -m cablecheck demo --port {port} --data chat.sqlite3 --token {token} --webchat demo --json >demo.json 2>&1 &
echo $! >demo.pid
until grep -q cable demo.json; do sleep 0.1; done
"""


def test_a_target_is_restarted_by_the_command_that_its_file_names(tmp_path: Path) -> None:
    with demo(tmp_path) as said:  # a port that is free
        port = int(said["port"])
    script = tmp_path / "restart.sh"
    script.write_text(RESTART.format(python=sys.executable, port=port, token=TOKEN))
    script.chmod(0o700)
    file = WEBCHAT % {
        "cable": f"ws://127.0.0.1:{port}/cable",
        "api": f"http://127.0.0.1:{port}/v1",
        "webchat": "demo",
    }
    (tmp_path / "cablecheck.toml").write_text(file + 'restart = {command = "./restart.sh", within = "30s"}\n')
    try:
        subprocess.run([str(script)], cwd=tmp_path, check=True, timeout=30)
        good = _run(tmp_path, "server-killed", "--profile", "hardened", "--json")
        script.write_text("#!/bin/sh\nexit 7\n")
        bad = _run(tmp_path, "server-killed", "--profile", "hardened")
    finally:
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((tmp_path / "demo.pid").read_text()), signal.SIGKILL)
    assert good.returncode == 0, good.stdout + good.stderr
    assert json.loads(good.stdout)["runs"][0]["verdict"]["faults"][0]["mattered"] is True
    assert bad.returncode == 3
    assert "restart.command: it did not restart the target (exit code 7); see restart-1.log" in bad.stdout


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cablecheck", "run", *words, "--target", "demo"],
        cwd=folder, env={**os.environ, "TOKEN": TOKEN}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
