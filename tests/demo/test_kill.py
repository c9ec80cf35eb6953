"""kill -9 of the real process under load, again and again on the same data."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from subprocess import PIPE
from types import SimpleNamespace

import pytest
import trio

from tests.demo.house import TOKEN, Rest, everything, rest, until, upgraded
from tests.unmeasured import unmeasured

pytestmark = pytest.mark.takes(seconds=17)

KILLS = 20
PUBLISHERS = 8
PUBLISHES_PER_SECOND = 200


@asynccontextmanager
async def process(data: Path, port: int) -> AsyncIterator[tuple[trio.Process, SimpleNamespace]]:
    """`cablecheck demo`, listening. It can't outlive us: its standard input is ours."""
    argv = [sys.executable, "-m", "cablecheck", "demo", "--json", "--until-eof", "--port", str(port),
            "--data", str(data), "--token", TOKEN, "--webchat", "w1"]  # fmt: skip
    with unmeasured():  # one that is killed could not tell
        running = await trio.lowlevel.open_process(argv, stdin=PIPE, stdout=PIPE)
    assert running.stdin is not None
    assert running.stdout is not None
    async with running.stdin, running.stdout:
        try:
            yield running, SimpleNamespace(**json.loads(await until(running.stdout, b"\n")))
        finally:
            running.kill()
            await running.wait()


class Publishers:
    """Publish at a steady rate until the server is gone; remember what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}
        self.invoked = 0
        self.wanted = 0
        self.enough = trio.Event()

    async def publish(self, port: int, conversation: str, offset_seconds: float) -> None:
        """Over bare bytes: whatever the client library makes of a dead server is no matter of this test."""
        due = trio.current_time() + offset_seconds
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            while True:
                await trio.sleep_until(due)
                due += PUBLISHERS / PUBLISHES_PER_SECOND
                self.invoked += 1
                body = f"message {self.invoked}"
                id_ = await self._acknowledged(stream, conversation, body)
                if id_ is None:
                    return
                assert id_ not in self.acknowledged
                self.acknowledged[id_] = body
                if len(self.acknowledged) >= self.wanted:
                    self.enough.set()

    async def _acknowledged(self, stream: trio.SocketStream, conversation: str, body: str) -> str | None:
        """The id in a whole answer. None: the server is gone, and nobody knows whether it stored the message."""
        values = json.dumps({"conversation": conversation, "body": body}).encode()
        head = (
            "POST /v1/public/webchats/w1/messages HTTP/1.1\r\nHost: h\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(values)}\r\n\r\n"
        )
        received = b""
        try:
            await stream.send_all(head.encode() + values)
            while not received.endswith(b"}"):
                more = await stream.receive_some()
                if not more:
                    return None
                received += more
        except trio.BrokenResourceError:
            return None
        assert received.startswith(b"HTTP/1.1 201 ")
        return str(json.loads(received.partition(b"\r\n\r\n")[2])["id"])


async def checked(api: Rest, session: str, acknowledged: dict[str, str], before: list[str]) -> list[str]:
    """The stored ids: with all that was acknowledged, ascending, in whole pages, and none that was there is gone."""
    stored = await api.listed(session)
    ids = [message["id"] for message in stored]
    assert {m["id"]: m["body"] for m in stored if m["id"] in acknowledged} == acknowledged
    assert ids == sorted(set(ids), key=int)
    assert ids[: len(before)] == before
    assert [m["created_at"] for m in stored] == sorted({m["created_at"] for m in stored})
    assert await api.listed(session, limit=97) == stored
    assert await api.listed(session, after=ids[len(ids) // 2]) == stored[len(ids) // 2 + 1 :]
    return ids


async def test_no_acknowledged_message_is_missing_after_any_of_twenty_kills(tmp_path: Path) -> None:
    rng = Random(2)
    publishers = Publishers()
    session = conversation = ""
    port, ids = 0, list[str]()
    for kill in range(KILLS + 1):
        async with process(tmp_path / "chat.sqlite3", port) as (running, serving):
            port = serving.port
            async with rest(serving) as api:  # type: ignore[arg-type]
                if kill:
                    ids = await checked(api, session, publishers.acknowledged, ids)
                else:
                    session, conversation = await api.begin()
            if kill == KILLS:
                break
            publishers.wanted = len(publishers.acknowledged) + rng.randrange(20, 80)
            publishers.enough = trio.Event()
            async with trio.open_nursery() as nursery:
                for number in range(PUBLISHERS):
                    offset_seconds = number / PUBLISHES_PER_SECOND
                    nursery.start_soon(publishers.publish, port, conversation, offset_seconds)
                await publishers.enough.wait()
                await trio.sleep(rng.random() * PUBLISHERS / PUBLISHES_PER_SECOND)  # anywhere within a commit
                running.send_signal(signal.SIGKILL)
    assert len(ids) >= len(publishers.acknowledged) >= KILLS * 20


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
async def test_however_the_process_is_stopped_sockets_see_a_bare_fin_and_the_port_is_closed(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    async with process(tmp_path / "chat.sqlite3", 0) as (running, serving):
        streams = [await upgraded(serving) for _ in range(3)]  # type: ignore[arg-type]
        running.send_signal(number)
        for stream in streams:
            assert await everything(stream) == b""
            await stream.aclose()
        assert await running.wait() == code
        with pytest.raises(OSError, match="all attempts to connect"):
            await trio.open_tcp_stream("127.0.0.1", serving.port)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_server_does_not_outlive_its_parent(tmp_path: Path) -> None:
    async with process(tmp_path / "chat.sqlite3", 0) as (running, _):
        assert running.stdin is not None
        await running.stdin.aclose()
        assert await running.wait() == 0
    assert names_in(tmp_path) == ["chat.sqlite3"]  # the WAL was written back
