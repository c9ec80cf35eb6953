"""A PostgreSQL of our own: its data in a folder of its own, for it runs as user postgres where we are root, as which it refuses to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGQUIT

from tests.targets.ports import free_port
from tests.targets.process import Process

_USER = "postgres"


def programs() -> Path | None:
    """Where Debian keeps the programs of its newest PostgreSQL, initdb among them; they are not on the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


class Postgres:
    """A running PostgreSQL."""

    def __init__(self, data: Path, log: Path) -> None:
        self.port = free_port()
        self._data = data
        self._log = log
        self.process = self._begin()

    @property
    def url(self) -> str:
        """As Active Record and libpq take it."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{_USER}"

    def _begin(self) -> Process:
        bin_ = programs()
        assert bin_ is not None
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",  # only a power cut could tell the difference
        }
        command = [str(bin_ / "postgres"), "-D", str(self._data)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # Its quickest way out of its own (SIGQUIT) takes the shared memory along, which a SIGKILL would leave behind.
        return Process("PostgreSQL", command, self._log, environment={}, user=_user(), last_signal="QUIT")

    async def ready(self) -> None:
        """Wait until it answers."""
        await self.process.ready(self._says_so)

    async def _says_so(self) -> bool:
        return "database system is ready to accept connections" in self.process.said()

    def query(self, statement: str) -> list[str]:
        """The lines of an answer, its columns parted by `|`."""
        bin_ = programs()
        assert bin_ is not None
        command = [str(bin_ / "psql"), self.url, "-XAtqc", statement]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=20
        ).stdout.splitlines()


@asynccontextmanager
async def postgres_server(folder: Path) -> AsyncIterator[Postgres]:
    """An empty PostgreSQL that is gone when the block ends, with its data."""
    data = Path(tempfile.mkdtemp(prefix="cablecheck-postgres-"))
    server: Postgres | None = None
    try:
        _fill(data)
        server = Postgres(data, folder / "postgres.log")
        await server.ready()
        yield server
    finally:
        if server is not None:
            await server.process.end(SIGQUIT)
        shutil.rmtree(data, ignore_errors=True)


def _fill(data: Path) -> None:
    """initdb. A folder of pytest's would not do: user postgres may not go there."""
    bin_ = programs()
    assert bin_ is not None
    command = [
        str(bin_ / "initdb"),
        "-D",
        str(data),
        "-U",
        _USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    user = _user()
    if user:
        shutil.chown(data, user, user)
        command = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--", *command]
    subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=60)


def _user() -> str | None:
    return _USER if os.geteuid() == 0 else None
