"""A secret that the environment holds is found nowhere in what a run writes or says, whatever a server makes of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import trio

from tests.cli.runs import STORIES
from tests.foreign.echo import Echo, spellings
from tests.foreign.house import House, opened

pytestmark = pytest.mark.takes(seconds=15)

SECRETS = {
    "CHAT_TOKEN": 'bearer/"token"+1&2',
    "CHAT_PASSWORD": "pässwörd <of> the agent",
    "CHAT_COOKIE": "cookie-value-1",
    "CHAT_JID": "query=parameter&of the cable",
    "CHAT_SQL": "postgresql://user:sql-passw%2Frd@127.0.0.1:1/db",
    "CHAT_REDIS": "redis://:redis-passw0rd@127.0.0.1:1/0",
}
# Not in the environment, and secrets all the same: parts of those, and what the server gives out.
PARTS = (
    "sql-passw%2Frd",
    "sql-passw/rd",
    "redis-passw0rd",
    "token-that-was-given-out",
    "cookie-of-a-session",
)

FILE = """
[target.echo]
values = {root = "%(api)s", chat_token = "${CHAT_TOKEN}", jid = "${CHAT_JID}", sql = "${CHAT_SQL}", redis = "${CHAT_REDIS}"}
[target.echo.cable]
url = "%(cable)s"
query = {jid = "{jid}"}
cookies = {chat = "${CHAT_COOKIE}", sid = "{sid}"}
headers = {Authorization = "Bearer {token}"}
[[target.echo.auth]]
request = "POST {root}/session"
json = {password = "${CHAT_PASSWORD}"}
capture = {token = "json:token", sid = "cookie:sid"}
[[target.echo.conversation]]
request = "POST {root}/session"
[target.echo.subscription]
identifier = '{"channel":"EchoChannel","token":"{chat_token}"}'
[target.echo.live]
select = {kind = "said"}
[target.echo.publish]
request = "POST {root}/say"
headers = {X-Token = "${CHAT_TOKEN}"}
json = {body = "{body}"}
[target.echo.catch_up]
request = "GET {root}/list?after={cursor}&token={chat_token}"
%(truth)s
"""
LIST = """
[target.echo.truth]
request = "GET {root}/list?token={chat_token}"
"""
SQL = """
[target.echo.truth]
sql = "${CHAT_SQL}"
query = "select 1 as id, 'b' as body"
"""
UNREACHABLE = """
[target.echo.truth]
request = "GET http://127.0.0.1:1/list?token={chat_token}"
"""
NO_NAME = """
[target.echo.truth]
request = "GET http://${CHAT_COOKIE}.invalid/list?token={chat_token}"
"""
BAD = """
[target.echo.truth]
request = "${CHAT_SQL}"
items = ["${CHAT_TOKEN}"]
"""
SENSELESS = """
[target.echo.truth]
request = "${CHAT_SQL}"
query = "${CHAT_REDIS}"
"""

CASES: dict[str, tuple[str, int, tuple[str, ...], int]] = {
    "verified": (LIST, 0, ("quiet.yaml", "--profile", "hardened"), 0),
    "verified, in JSON": (LIST, 0, ("quiet.yaml", "--profile", "hardened", "--json"), 0),
    "violated": (LIST, 0, ("gap.yaml", "--without", "catch-up"), 1),
    "violated, in JSON": (LIST, 0, ("gap.yaml", "--without", "catch-up", "--json"), 1),
    "refused": (LIST, 403, ("quiet.yaml",), 3),
    "broken": (LIST, 500, ("quiet.yaml", "--json"), 3),
    "redirected": (LIST, 302, ("quiet.yaml",), 3),
    "a database that is not there": (SQL, 0, ("quiet.yaml",), 3),
    "a list that is not there": (UNREACHABLE, 0, ("quiet.yaml",), 3),
    "a name that nobody knows": (NO_NAME, 0, ("quiet.yaml", "--yes"), 3),
    "a bad file": (BAD, 0, ("quiet.yaml",), 2),
    "a file without sense": (SENSELESS, 0, ("quiet.yaml", "--json"), 2),
}


async def run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    with trio.fail_after(100):
        return await trio.run_process(
            [sys.executable, "-m", "cablecheck", *words],
            cwd=folder, env={**os.environ, **SECRETS}, capture_stdout=True, capture_stderr=True, check=False,
        )  # fmt: skip


def leaks(text: str) -> set[str]:
    """What of the secrets stands in a text, in any spelling."""
    every = {*SECRETS.values(), *PARTS}
    return {secret for secret in every for spelt in spellings(secret) if spelt in text}


@pytest.mark.parametrize("case", CASES)
async def test_no_secret_is_written_or_said(case: str, tmp_path: Path) -> None:
    truth, broken, words, code = CASES[case]
    for name in ("quiet", "gap"):
        (tmp_path / f"{name}.yaml").write_text(STORIES[name])
    house = House()
    echo = Echo(house, [*SECRETS.values(), *PARTS], broken)
    async with opened(echo, house):
        values = {"api": house.api, "cable": house.cable, "truth": truth}
        (tmp_path / "cablecheck.toml").write_text(FILE % values)
        said = [await run(tmp_path, "run", *words, "--target", "echo", "--report", "text,json,junit,md")]
        folders = [path for path in (tmp_path / "reports").glob("*") if path.is_dir()]
        if folders:
            said.append(await run(tmp_path, "judge", *map(str, folders)))
            said.append(await run(tmp_path, "judge", "--json", *map(str, folders)))
    out = b"".join(each.stdout + each.stderr for each in said).decode()
    assert said[0].returncode == code, out
    assert leaks(out) == set()
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert not folders or {"history.jsonl", "target.toml", "truth.json"} <= {path.name for path in written}
    assert {path.name: leaks(path.read_text()) for path in written if leaks(path.read_text())} == {}


def test_the_server_was_heard_in_every_spelling() -> None:
    """The test above would find what it looks for."""
    assert leaks(Echo(House(), [*SECRETS.values()]).everything()) >= set(SECRETS.values())


async def test_a_traceback_shows_no_secret(tmp_path: Path) -> None:
    """Whatever fails in cablecheck itself, its last words are masked too."""
    (tmp_path / "quiet.yaml").write_text(STORIES["quiet"])
    values = {"api": "http://127.0.0.1:1", "cable": "ws://127.0.0.1:1/cable", "truth": LIST}
    (tmp_path / "cablecheck.toml").write_text(FILE % values)
    secret = repr(SECRETS["CHAT_TOKEN"])
    broken = (
        "import sys\n"
        "from cablecheck.cli import main, playing\n"
        f"def fail(*_, **__): raise ZeroDivisionError({secret})\n"
        "playing._play_all = fail\n"
        "sys.exit(main(['run', 'quiet.yaml', '--target', 'echo']))\n"
    )
    done = await trio.run_process(
        [sys.executable, "-c", broken], cwd=tmp_path, env={**os.environ, **SECRETS},
        capture_stdout=True, capture_stderr=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert b"ZeroDivisionError: ***" in done.stderr
    assert leaks(done.stderr.decode()) == set()
