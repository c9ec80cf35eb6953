"""The warden of one command of the user's own: a process that stands between it and us, and outlives neither.

    python -m cablecheck.live.warden FD GRACE WORD...

It runs the words in a session of their own, and tells on the file descriptor FD how that goes, a line each: `began PID`,
`unstarted WHY`, `exited CODE`, `signalled NAME`. When its standard input ends, whoever asked for the command wants it no more, or is gone,
however it went: then the command's process group is asked to end (SIGTERM), and after GRACE seconds made to (SIGKILL). What the command
leaves running when it ends by itself is what it deployed, and none of the warden's business.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

# How often it looks whether a process group is gone, which no event tells.
_LOOK_SECONDS = 0.02


def watch(fd: int, grace_seconds: float, words: list[str]) -> None:
    """Run the words until they end, or are wanted no more."""
    woken = _woken_by_signals()
    try:
        command = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - the user's own
    except (OSError, ValueError) as error:
        _tell(fd, f"unstarted {getattr(error, 'strerror', None) or error}")
        return
    _tell(fd, f"began {command.pid}")
    wanted = True
    while wanted and command.poll() is None:
        ready, _, _ = select.select([0, woken], [], [])
        wanted = 0 not in ready or bool(os.read(0, 4096))
        if woken in ready:
            os.read(woken, 4096)
    if not wanted:
        _end(command, grace_seconds)
    code = command.wait()
    _tell(fd, f"exited {code}" if code >= 0 else f"signalled {signal.Signals(-code).name}")


def _woken_by_signals() -> int:
    """Where a byte arrives with every signal. None ends the warden; the command gets them all as they were."""
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    return woken


def _end(command: subprocess.Popen[bytes], grace_seconds: float) -> None:
    """Ask the whole group to end, and make it."""

    def gone() -> bool:
        command.poll()  # what nobody has waited for stays in its group
        return not _signalled(command.pid, 0)

    _signalled(command.pid, signal.SIGTERM)
    if not _within(grace_seconds, gone):
        _signalled(command.pid, signal.SIGKILL)
        _within(grace_seconds, gone)


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds  # noqa: TID251 - a process of its own, without Trio
    while not happened():
        if time.monotonic() >= until:  # noqa: TID251 - the same
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _signalled(group: int, number: int) -> bool:
    """Whether there was anybody in the group to send this signal to."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # who is left runs as somebody else: more can't be done
    return True


def _tell(fd: int, line: str) -> None:
    try:
        os.write(fd, " ".join(line.split()).encode("utf-8", "replace") + b"\n")
    except OSError:
        return  # nobody listens any more


if __name__ == "__main__":
    watch(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
