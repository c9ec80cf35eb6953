"""Chats that word everything in their own way, over real sockets and by the real command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import trio

from tests.cli import runs
from tests.foreign import anycable, chatwoot
from tests.foreign.house import House, opened

pytestmark = pytest.mark.takes(seconds=20)

# Stories in which no visitor sends: "quiet" loses nothing, in "gap" m3 and m4 are said while nobody can connect.
STORIES = ("quiet.yaml", "socket-kill", "half-open")
ENVIRONMENT = {"DESK_KEY": chatwoot.KEY, "ANY_KEY": anycable.KEY}


async def cablecheck(
    folder: Path, text: str, *words: str, environment: Mapping[str, str] = ENVIRONMENT
) -> subprocess.CompletedProcess[bytes]:
    """Run the command against the target that this file describes, while its server runs here."""
    (folder / "cablecheck.toml").write_text(text)
    for name, story in runs.STORIES.items():
        (folder / f"{name}.yaml").write_text(story)
    with trio.fail_after(100):
        return await trio.run_process(
            [sys.executable, "-m", "cablecheck", *words],
            cwd=folder, env={**os.environ, **environment}, capture_stdout=True, capture_stderr=True, check=False,
        )  # fmt: skip


def verdicts(done: subprocess.CompletedProcess[bytes]) -> dict[str, str]:
    """How each story stands."""
    assert done.stdout, done.stderr.decode()
    told = json.loads(done.stdout)["runs"]
    return {run["verdict"]["scenario"]: f"{run['standing']} {run.get('why', '')}".strip() for run in told}


async def test_a_chat_in_the_shape_of_chatwoot_is_verified_for_a_client_that_loses_nothing(
    tmp_path: Path,
) -> None:
    house = House()
    async with opened(chatwoot.Chatwoot(house, cap=3), house):
        done = await cablecheck(
            tmp_path,
            chatwoot.target_file(house),
            "run",
            *STORIES,
            "--target",
            "desk",
            "--profile",
            "hardened",
            "--json",
        )
    assert verdicts(done) == dict.fromkeys((word.removesuffix(".yaml") for word in STORIES), "verified"), (
        done.stderr.decode()
    )
    assert done.returncode == 0
    assert chatwoot.KEY not in (done.stdout + done.stderr).decode()


async def test_the_same_chat_is_violated_for_a_client_without_a_catch_up(tmp_path: Path) -> None:
    house = House()
    async with opened(chatwoot.Chatwoot(house), house):
        done = await cablecheck(
            tmp_path, chatwoot.target_file(house), "run", "quiet.yaml", "socket-kill", "--target", "desk", "--profile", "before-catch-up", "--json",
        )  # fmt: skip
    assert done.returncode == 1
    assert verdicts(done)["quiet"] == "verified", done.stderr.decode()
    assert verdicts(done)["socket-kill"].startswith("violated lost m3 m4")


async def test_a_loss_that_the_file_accepts_is_known_and_said_each_time(tmp_path: Path) -> None:
    house = House()
    known = "known = {gap = {hellotext-without-catch-up = {lost = ['m3', 'm4']}}}"
    words = ("run", "gap.yaml", "--target", "desk", "--profile", "hellotext", "--without", "catch-up")
    async with opened(chatwoot.Chatwoot(house), house):
        done = await cablecheck(tmp_path, chatwoot.target_file(house, known), *words)
        [folder] = (tmp_path / "reports").iterdir()
        again = await cablecheck(tmp_path, chatwoot.target_file(house, known), "judge", str(folder))
    out = done.stdout.decode()
    assert "lost m3 m4" in out, out
    assert "by target.desk.known.gap" in out
    assert again.returncode == done.returncode
    assert "by target.desk.known.gap" in again.stdout.decode()


async def test_a_chat_in_the_shape_of_anycable_is_verified_by_the_publishers_own_ledger(
    tmp_path: Path,
) -> None:
    house = House()
    async with opened(anycable.AnyCable(house), house):
        done = await cablecheck(
            tmp_path,
            anycable.target_file(house),
            "run",
            "quiet.yaml",
            "socket-kill",
            "--target",
            "any",
            "--profile",
            "hardened",
        )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert b"of quiet, socket-kill: the truth is the publisher's own ledger" in done.stdout


async def test_a_cable_without_anything_to_ask_loses_what_is_said_while_a_client_is_away(
    tmp_path: Path,
) -> None:
    house = House()
    async with opened(anycable.AnyCable(house), house):
        file = anycable.target_file(house, catch_up="")
        done = await cablecheck(
            tmp_path,
            file,
            "run",
            "quiet.yaml",
            "socket-kill",
            "--target",
            "any",
            "--profile",
            "hellotext",
            "--json",
        )
    assert done.returncode == 1, done.stderr.decode()
    assert verdicts(done)["quiet"] == "verified"
    assert verdicts(done)["socket-kill"].startswith("violated lost m3 m4")


async def test_what_is_performed_is_acknowledged_when_it_comes_back(tmp_path: Path) -> None:
    house = House()
    async with opened(anycable.AnyCable(house), house):
        file = anycable.target_file(house, publish=anycable.PERFORM)
        done = await cablecheck(
            tmp_path,
            file,
            "run",
            "quiet.yaml",
            "socket-kill",
            "--target",
            "any",
            "--profile",
            "hardened",
            "--json",
        )
    assert verdicts(done) == {"quiet": "verified", "socket-kill": "verified"}, done.stderr.decode()
