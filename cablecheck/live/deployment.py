"""One command of the user's own, run while clients are connected: begun, watched, ended in time, and all of it recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import trio

from cablecheck.history import DeployBegan, DeployEnded, Event
from cablecheck.live import warden
from cablecheck.live.command_log import CommandLog
from cablecheck.scenario.model import Deploy
from cablecheck.scenario.telling import typed

# How long a command that is asked to end may take before it is made to.
GRACE_SECONDS = 5.0
# How long the rest of what it wrote may be on its way when it has ended.
_DRAIN_SECONDS = 0.5
# A command that writes without end is read at 65 MB a second, and leaves the clients their time.
_MOST_AT_ONCE = 65_536
_PAUSE_SECONDS = 0.001

_Word: TypeAlias = Literal["exited", "signalled", "late", "unstarted", "interrupted"]
_How: TypeAlias = tuple[_Word, int | None, str]


class Deployment:
    """Runs one command; its output goes to `log`, without what `mask` hides. `environment` is what it is told beyond our own.

    It is run by a warden, a process of its own: whatever becomes of us, also a kill -9, the command does not outlive us. Its process
    group is ended at its deadline and when `run` is cancelled. What it has left running when it ends by itself stays.
    """

    def __init__(
        self,
        step: Deploy,
        fault: str,
        log: Path,
        environment: dict[str, str],
        *,
        record: Callable[[Event], None],
        now: Callable[[], float],
        mask: Callable[[str], str] | None = None,
    ) -> None:
        self._step = step
        self._fault = fault
        self._log = CommandLog(log, mask=mask)
        self._environment = environment
        self._record = record
        self._now = now
        self._heard = b""
        self._drained = trio.Event()
        self._group: int | None = None

    async def run(self, nursery: trio.Nursery) -> None:
        """Run it to its end. What processes that it leaves behind still write is read in `nursery`, as long as that lives."""
        command = self._step.command
        words = ["sh", "-c", command] if isinstance(command, str) else list(command)
        mouth_fd, ear_fd = reversed(os.pipe())
        try:
            process = await trio.lowlevel.open_process(
                [sys.executable, "-P", "-m", warden.__name__, str(mouth_fd), str(GRACE_SECONDS), *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(mouth_fd,),
                start_new_session=True,  # a Ctrl-C is ours to handle
                env=os.environ | self._environment,
            )
        finally:
            os.close(mouth_fd)
        assert process.stdin is not None
        assert process.stdout is not None
        nursery.start_soon(self._keep, process.stdout)
        how: _How = "interrupted", None, ""
        try:
            async with trio.lowlevel.FdStream(ear_fd) as ear:
                how = await self._watched(ear, process.stdin)
        finally:
            with trio.CancelScope(shield=True):
                await process.stdin.aclose()
                await self._see_it_gone(process)
                self._tell(*how)

    async def _watched(self, ear: trio.lowlevel.FdStream, hand: trio.abc.AsyncResource) -> _How:
        """How it ended. Its deadline is counted from when it began."""
        word, rest = await self._line(ear)
        if word != "began":
            return "unstarted", None, rest or "its warden said nothing"
        self._group = int(rest)
        self._record(DeployBegan(self._now(), self._fault, typed(self._step)))
        with trio.move_on_after(self._step.within):
            return _ended(*await self._line(ear))
        await hand.aclose()
        word, rest = await self._line(ear)
        return "late", None, f"by {rest}" if word == "signalled" else ""

    async def _line(self, ear: trio.lowlevel.FdStream) -> tuple[str, str]:
        """The next line of the warden's: its first word, and the rest of it; two empty ones when it says no more."""
        while b"\n" not in self._heard:
            more = await ear.receive_some()
            if not more:
                return "", ""
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        word, _, rest = line.decode("utf-8", "replace").partition(" ")
        return word, rest

    async def _see_it_gone(self, process: trio.Process) -> None:
        """The warden ends when the command has; one that does not is killed, and so is the command."""
        with trio.move_on_after(3 * GRACE_SECONDS):
            await process.wait()
        if process.returncode is None or process.returncode < 0:
            with suppress(ProcessLookupError, PermissionError):
                process.kill()
                if self._group is not None:
                    os.killpg(self._group, signal.SIGKILL)
        with trio.move_on_after(_DRAIN_SECONDS):
            await self._drained.wait()

    def _tell(self, how: _Word, code: int | None, reason: str) -> None:
        log = self._log
        ended = DeployEnded(
            self._now(), self._fault, how, code, reason, log.path.name, log.wrote, log.last_words()
        )
        self._record(ended)

    async def _keep(self, output: trio.abc.ReceiveStream) -> None:
        try:
            async with output:
                while data := await output.receive_some(_MOST_AT_ONCE):
                    self._log.take(bytes(data))
                    await trio.sleep(_PAUSE_SECONDS)
        finally:
            self._log.close()
            self._drained.set()


def _ended(word: str, rest: str) -> _How:
    if word == "exited":
        return "exited", int(rest), ""
    return "signalled", None, rest or "something that took its warden along"
