"""The bundled server as a process of its own: it can be killed like a real one, and it dies with its parent.

It runs with `--until-eof`: when this process goes, however it goes, the pipe to the server's standard input closes and the server ends.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import trio

from cablecheck.errors import UnreachableError
from cablecheck.history import BUNDLED
from cablecheck.live.targets import Place, webchat_place
from cablecheck.scenario.defects import Defect

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


class BundledServer:
    """A `cablecheck demo` process on a port of its own; restarts keep the port, the data and the defects."""

    def __init__(self, folder: Path, defects: Sequence[Defect] = ()) -> None:
        self._data = folder / "chat.sqlite3"
        self._log = folder / "server.log"
        self._process: trio.Process | None = None
        self.cable = self.api = self.webchat = self.token = ""
        self._port = 0
        self._defects = [word for defect in defects for word in ("--defect", defect)]

    async def start(self) -> None:
        """Start it and wait until it listens. Raises UnreachableError."""
        # -P: a file of the user's that is called like one of our modules must not be imported from where the command was given.
        command = [sys.executable, "-P", "-m", "cablecheck", "demo", "--json", "--until-eof"]
        command += ["--port", str(self._port), "--data", str(self._data), *self._defects]
        if self.token:
            command += ["--token", self.token, "--webchat", self.webchat]
        with self._log.open("ab") as log:
            self._process = await trio.lowlevel.open_process(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is ours to handle, not the server's
            )
        line = await self._first_line()
        if not line:
            await self.kill("KILL")
            raise UnreachableError(f"the bundled server did not start: {self._last_words()}")
        said = json.loads(line)
        self._port, self.cable, self.api = said["port"], said["cable"], said["api"]
        self.webchat, self.token = said["webchat"], said["token"]

    @property
    def place(self) -> Place:
        """The bundled chat here, no conversation begun yet."""
        return webchat_place(BUNDLED, self.cable, self.api, self.webchat, self.token)

    async def _first_line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        line = b""
        with trio.move_on_after(_START_SECONDS):
            while not line.endswith(b"\n"):
                part = await self._process.stdout.receive_some(4096)
                if not part:
                    return b""
                line += part
        return line if line.endswith(b"\n") else b""

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"no word within {_START_SECONDS:g} s"

    async def kill(self, how: Literal["TERM", "KILL"]) -> None:
        """Send the signal and wait until the process is gone; TERM becomes KILL when it is not obeyed."""
        process = self._process
        if process is None:
            return
        self._process = None
        with trio.CancelScope(shield=True):
            if process.returncode is None:
                process.send_signal(signal.SIGTERM if how == "TERM" else signal.SIGKILL)
            with trio.move_on_after(_STOP_SECONDS):
                await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    await pipe.aclose()


@asynccontextmanager
async def bundled_server(folder: Path, defects: Sequence[Defect] = ()) -> AsyncIterator[BundledServer]:
    """A running bundled server that keeps its data in `folder`; gone when the block ends."""
    server = BundledServer(folder, defects)
    try:
        await server.start()
        yield server
    finally:
        await server.kill("KILL")
