"""A server as a process of ours: it says its last words in every error, and it never outlives the tests.

How it dies with us, however we end (a failed test, a Ctrl-C, a kill -9 of pytest): `setpriv --pdeathsig` asks the kernel to end it with
the thread that began it. So it is begun here and not through Trio, whose Popen runs in a worker thread that ends after ten idle
seconds and would take the server along. The children of a server go with it: puma's workers and PostgreSQL's backends each watch a pipe
to their parent.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import trio

START_SECONDS = 30.0  # a deadline, not a measure: puma takes one second, four on a busy machine
STOP_SECONDS = 10.0
_LAST_LINES = 12


class Process:
    """One process, begun at once. `last_signal` is what it gets when we are gone; `user` whom it runs as, if that is another than we."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environment: dict[str, str],
        user: str | None = None,
        last_signal: str = "KILL",
    ) -> None:
        self.name = name
        self._log = log
        as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
        setpriv = ["setpriv", *as_user, "--pdeathsig", last_signal, "--"]
        with log.open("ab") as output:
            self._log_began = output.tell()
            self._process = subprocess.Popen(
                [*setpriv, *command],
                cwd=log.parent,
                env={"PATH": _path(), "LANG": "C.UTF-8", "HOME": str(log.parent), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is ours to handle
            )

    @property
    def pid(self) -> int:
        """Its number; setpriv has become the server by the time that it is ready."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it is alive: one that has died is reaped here, so a zombie is not taken for a living one."""
        return self._process.poll() is None

    def said(self) -> str:
        """What it has logged since it began."""
        with self._log.open("rb") as log:
            log.seek(self._log_began)
            return log.read().decode(errors="replace")

    def last_words(self) -> str:
        """The end of its log, for an error; a backtrace's frames would push out what it is about."""
        lines = [line for line in self.said().splitlines() if line.strip() and not line.startswith("\t")]
        return "\n".join([f"{self.name} (process {self.pid}) said last:", *lines[-_LAST_LINES:]])

    async def ready(self, look: Callable[[], Awaitable[bool]]) -> None:
        """Look again and again until it is ready. Raises AssertionError with its last words when it is not, or died."""
        with trio.move_on_after(START_SECONDS):
            while self.runs:
                if await look():
                    return
                await trio.sleep(0.03)
        fact = (
            f"was not ready within {START_SECONDS:g} s"
            if self.runs
            else f"ended by itself ({self._process.returncode})"
        )
        raise AssertionError(f"{self.name} {fact}\n{self.last_words()}")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it is gone."""
        if self.runs:
            self._process.send_signal(number)

    async def gone(self) -> None:
        """Wait until it has ended."""
        if not self.runs:
            return
        handle = os.pidfd_open(self.pid)
        try:
            await trio.lowlevel.wait_readable(handle)
        finally:
            os.close(handle)
        self._process.wait()

    async def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal and wait until it is gone, and all that it began; one that does not obey is killed."""
        with trio.CancelScope(shield=True):
            self.send(number)
            with trio.move_on_after(STOP_SECONDS):
                await self.gone()
            self.send(signal.SIGKILL)
            await self.gone()
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)  # its own session: nobody else is in there


def _path() -> str:
    """Ruby as Debian has it comes first: another one would not find Debian's gems."""
    return os.pathsep.join(["/usr/bin", "/usr/sbin", "/bin", os.environ.get("PATH", "")])


def found(program: str) -> str | None:
    """Where a program is, for servers."""
    return shutil.which(program, path=_path())
