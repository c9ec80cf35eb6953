"""The Django target: uvicorn with the application in django/, which keeps its channel layer in memory."""

from __future__ import annotations

import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.targets.ports import free_port
from tests.targets.process import Process

APPLICATION = Path(__file__).parent / "django"


class Django:
    """A uvicorn that serves the webchat."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        self.webchat = "w1"
        self.token = secrets.token_urlsafe(12)
        # wsproto and h11 are cablecheck's own already, so no further parsers are needed.
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "--app-dir",
            str(APPLICATION),
            "--ws",
            "wsproto",
            "--http",
            "h11",
        ]
        command += ["--port", str(self.port), "--no-access-log", "chat:application"]
        environment = {
            "DATA": str(folder / "chat.sqlite3"),
            "WEBCHAT": self.webchat,
            "AGENT_TOKEN": self.token,
        }
        self.process = Process("uvicorn", command, folder / "uvicorn.log", environment=environment | settings)

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

    async def ready(self) -> None:
        """Wait until it serves."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            await self.process.ready(lambda: self._serves(client))

    async def _serves(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/up")).text == self.webchat
        except httpx.TransportError:
            return False


@asynccontextmanager
async def django(folder: Path, **settings: str) -> AsyncIterator[Django]:
    """A running Django target that is gone when the block ends."""
    server = Django(folder, settings)
    try:
        await server.ready()
        yield server
    finally:
        await server.process.end()
