"""The bundled server as a process: it restarts on its port with its data, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
import trio

from cablecheck.errors import UnreachableError
from cablecheck.live.chat_api import ChatApi
from cablecheck.live.server import BundledServer, bundled_server
from cablecheck.scenario.defects import Defect


@pytest.mark.parametrize("how", ["TERM", "KILL"])
async def test_a_restart_keeps_port_data_and_token(how: Literal["TERM", "KILL"], tmp_path: Path) -> None:
    async with bundled_server(tmp_path) as server:
        before = (server.cable, server.api, server.token)
        chat = ChatApi(server.place)
        await chat.begin()
        assert (await chat.publish("kept")).outcome == "ok"
        await server.kill(how)
        assert (await chat.publish("nobody there")).outcome == "fail"
        await server.start()
        assert (server.cable, server.api, server.token) == before
        assert [item["body"] for item in await chat.listed()] == ["kept"]
        await chat.aclose()


async def test_a_restart_keeps_the_defects_and_forgets_what_they_touched(tmp_path: Path) -> None:
    async with bundled_server(tmp_path, [Defect.MUTED_STREAM]) as server:
        chat = ChatApi(server.place)
        await chat.begin()
        for _ in ("before", "after"):
            for expected in ((), (), ("muted-stream",)):
                await chat.publish("x")
                assert await chat.touched() == expected
            await server.kill("KILL")
            await server.start()
        await chat.aclose()


async def test_a_server_that_can_not_start_is_said_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "chat.sqlite3").write_bytes(b"this is no database, however long one looks at it" * 100)
    with pytest.raises(UnreachableError, match=r"did not start: .*chat\.sqlite3"):
        await BundledServer(tmp_path).start()


PARENT = """
import sys, trio
from pathlib import Path
from cablecheck.live.server import bundled_server
async def main():
    async with bundled_server(Path(sys.argv[1])) as server:
        print(server._process.pid, flush=True)
        await trio.sleep_forever()
trio.run(main)
"""


async def test_a_file_of_the_users_with_the_name_of_a_module_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "h11.py").write_text("raise SystemExit('imported from where the command was given')")
    monkeypatch.chdir(tmp_path)
    async with bundled_server(tmp_path) as server:
        assert server.api


def test_a_killed_parent_leaves_no_server_behind(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    async def child_ends() -> None:
        with trio.fail_after(15):
            await trio.lowlevel.wait_readable(child)

    trio.run(child_ends)
    os.close(child)
