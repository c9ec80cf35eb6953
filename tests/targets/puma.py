"""The Rails target: puma with the rackup file in rails/, and what it needs beside it."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import Literal

import httpx
import trio

from tests.targets.ports import free_port
from tests.targets.postgres import Postgres, postgres_server
from tests.targets.process import Process
from tests.targets.redis import Redis, redis_server

RACKUP = Path(__file__).parent / "rails" / "config.ru"
_THREADS = 5  # puma's default, and Rails'


@dataclass(frozen=True)
class Setup:
    """How a Rails target is set up. `workers` 0: puma's single mode."""

    store: Literal["sqlite", "postgresql"] = "postgresql"
    adapter: Literal["async", "redis", "postgresql"] = "redis"
    workers: int = 0
    settings: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        mode = f"{self.workers} workers" if self.workers else "single"
        return ", ".join(
            [self.store, self.adapter, mode, *(f"{name}={value}" for name, value in self.settings.items())]
        )


class Rails:
    """A puma that serves the webchat. It keeps its port, its data, its webchat and its token when it is begun again."""

    def __init__(
        self, setup: Setup, folder: Path, postgres: Postgres | None, redis: Redis | None, token: str
    ) -> None:
        self.setup = setup
        self.postgres = postgres
        self.redis = redis
        self.port = free_port()
        self.webchat = "w1"
        self.token = token
        self._folder = folder
        self.process = self._begin()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:21234`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        """The root of the REST API."""
        return f"{self.url}/v1"

    @property
    def cable(self) -> str:
        """The address of the cable."""
        return f"ws://127.0.0.1:{self.port}/cable"

    @property
    def _store(self) -> str:
        pool = "pool=32"  # threads of puma, of Action Cable's workers and of its streams
        if self.setup.store == "sqlite":
            return f"sqlite3:{self._folder / 'chat.sqlite3'}?{pool}"
        assert self.postgres is not None
        return f"{self.postgres.url}?{pool}"

    def _begin(self) -> Process:
        # Without low_latency the second small frame within 40 ms waits for the delayed acknowledgement of the first.
        command = ["puma", "-C", "-", "-b", f"tcp://127.0.0.1:{self.port}?low_latency=true"]
        command += ["-t", f"{_THREADS}:{_THREADS}", "-e", "production"]
        command += ["-w", str(self.setup.workers), "--preload"] if self.setup.workers else []
        environment = {
            "DATABASE_URL": self._store,
            "CABLE_ADAPTER": self.setup.adapter,
            "WEBCHAT": self.webchat,
            "AGENT_TOKEN": self.token,
            **({"REDIS_URL": self.redis.url} if self.redis else {}),
            **self.setup.settings,
        }
        return Process("puma", [*command, str(RACKUP)], self._folder / "puma.log", environment=environment)

    async def ready(self) -> None:
        """Wait until it serves, all its workers."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            await self.process.ready(lambda: self._serves(client))

    async def _serves(self, client: httpx.AsyncClient) -> bool:
        if len(self.worker_pids()) < self.setup.workers:
            return False
        try:
            return (await client.get(f"{self.url}/up")).text == self.webchat
        except httpx.TransportError:
            return False

    def worker_pids(self) -> list[int]:
        """The processes of a cluster that are booted."""
        booted = re.findall(r"Worker (\d+) \(PID: (\d+)\) booted", self.process.said())
        return list({number: int(pid) for number, pid in booted}.values())

    async def stop(self, how: Signals = SIGKILL) -> None:
        """End it."""
        await self.process.end(how)

    async def start(self) -> None:
        """Begin it again on its port."""
        self.process = self._begin()
        await self.ready()

    async def restart(self, how: Signals = SIGKILL, *, down_seconds: float = 0.0) -> None:
        """End it and begin it again."""
        await self.stop(how)
        await trio.sleep(down_seconds)
        await self.start()

    async def stand_by(self) -> None:
        """What a supervisor does, for ever: begin it again whenever it has ended, whoever ended it."""
        while True:
            await self.process.gone()
            await self.start()

    async def open_session(self) -> tuple[str, str]:
        """Begin a chat as any visitor may; gives the session's token and its first conversation."""
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            answer = await client.post(f"{self.api}/public/webchats/{self.webchat}/sessions")
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}\n{self.process.last_words()}"
        opened = answer.json()
        return opened["session"], opened["conversation"]


@asynccontextmanager
async def rails(setup: Setup, folder: Path) -> AsyncIterator[Rails]:
    """A running Rails target with its store and its broker; all of it is gone when the block ends."""
    async with AsyncExitStack() as stack:
        needs_postgres = "postgresql" in (setup.store, setup.adapter)
        postgres = await stack.enter_async_context(postgres_server(folder)) if needs_postgres else None
        redis = await stack.enter_async_context(redis_server(folder)) if setup.adapter == "redis" else None
        async with _served(Rails(setup, folder, postgres, redis, secrets.token_urlsafe(12))) as server:
            yield server


@asynccontextmanager
async def beside(target: Rails, folder: Path, **settings: str) -> AsyncIterator[Rails]:
    """A second puma of the same chat, with the same store and broker, in a folder of its own, and with other settings."""
    setup = replace(target.setup, settings=target.setup.settings | settings)
    async with _served(Rails(setup, folder, target.postgres, target.redis, target.token)) as server:
        yield server


@asynccontextmanager
async def _served(server: Rails) -> AsyncIterator[Rails]:
    try:
        await server.ready()
        yield server
    finally:
        await server.stop(SIGTERM if server.setup.workers else SIGKILL)
