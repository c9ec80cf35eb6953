"""The servers that the tests start: they end with the tests, they come back where they were, and they say why when they don't."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

import httpx
import pytest
import trio

from tests.runs import until
from tests.targets.process import Process
from tests.targets.puma import Setup, rails
from tests.targets.redis import redis_server

TOP = Path(__file__).parent.parent.parent


def lives(pid: int) -> bool:
    """Whether it runs; one that waits to be reaped by whoever adopted it does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(") ")[2][0]
            not in "ZX"
        )
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.takes(seconds=5)
def test_no_server_outlives_whoever_began_it_however_that_ended(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.targets.held", str(tmp_path)],
        cwd=TOP,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        pids = [int(pid) for pid in holder.stdout.readline().split()]
        assert len(pids) > 5
        assert all(map(lives, pids))
    finally:
        holder.kill()
        holder.communicate()
    until(lambda: True if not any(map(lives, pids)) else None)


@pytest.mark.takes(seconds=6)
@pytest.mark.parametrize("how", [SIGKILL, SIGTERM], ids=lambda signal: signal.name)
async def test_rails_comes_back_where_it_was_with_what_it_had_acknowledged(how: int, tmp_path: Path) -> None:
    async with (
        rails(Setup("postgresql", "redis"), tmp_path) as target,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        messages = f"{target.api}/public/webchats/{target.webchat}/messages"
        session, _ = await target.open_session()
        said = await client.post(messages, json={"session": session, "body": "still here"})
        assert said.status_code == 201
        await target.stop(SIGKILL if how == SIGKILL else SIGTERM)
        with pytest.raises(httpx.ConnectError):
            await client.get(messages)
        await target.start()
        listed = await client.get(messages, params={"session": session})
        assert [message["id"] for message in listed.json()["messages"]] == [said.json()["id"]]


async def test_one_that_ends_instead_of_serving_says_its_last_words(tmp_path: Path) -> None:
    broken = Setup("sqlite", "async", settings={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"})
    with pytest.raises(AssertionError, match="puma ended by itself") as caught:
        async with rails(broken, tmp_path):
            pytest.fail("nothing serves here")
    assert "ConnectionBad" in str(caught.value) or "Connection refused" in str(caught.value)


async def test_one_whose_port_is_taken_is_not_taken_for_ready(tmp_path: Path) -> None:
    async with redis_server(tmp_path) as redis:
        command = ["redis-server", "--port", str(redis.port), "--bind", "127.0.0.1"]
        second = Process("second", command, tmp_path / "second.log", environment={})
        with pytest.raises(AssertionError, match="Address already in use"):
            await second.ready(_never)


async def test_one_that_is_stopped_is_ended_too(tmp_path: Path) -> None:
    async with redis_server(tmp_path) as redis:
        redis.process.send(SIGSTOP)
        with trio.move_on_after(0.3) as patience:
            await redis.ask("PING")
        assert patience.cancelled_caught
        redis.process.send(SIGCONT)
        assert await redis.ask("PING") == b"+PONG"
        redis.process.send(SIGSTOP)
        pid = redis.process.pid
    assert not lives(pid)


async def _never() -> bool:
    return False
