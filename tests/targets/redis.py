"""A Redis of our own, without a disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from tests.targets.ports import free_port
from tests.targets.process import Process


class Redis:
    """A running Redis."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self.process = self._begin()

    @property
    def url(self) -> str:
        """As the redis gem takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _begin(self) -> Process:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        return Process("Redis", command, self._folder / "redis.log", environment={})

    async def ready(self) -> None:
        """Wait until it answers."""
        await self.process.ready(self._answers)

    async def _answers(self) -> bool:
        try:
            return await self.ask("PING") == b"+PONG"
        except OSError:
            return False

    async def restart(self) -> None:
        """Begin it again on its port, empty."""
        await self.process.end()
        self.process = self._begin()
        await self.ready()

    async def ask(self, *words: str) -> bytes:
        """One command; the first line of the answer."""
        encoded = [word.encode() for word in words]
        said = b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
        async with await trio.open_tcp_stream("127.0.0.1", self.port) as stream:
            await stream.send_all(said)
            answer = b""
            while b"\r\n" not in answer:
                more = await stream.receive_some(4096)
                if not more:
                    break
                answer += more
        return answer.partition(b"\r\n")[0]


@asynccontextmanager
async def redis_server(folder: Path) -> AsyncIterator[Redis]:
    """A Redis that is gone when the block ends."""
    redis = Redis(folder)
    try:
        await redis.ready()
        yield redis
    finally:
        await redis.process.end()
