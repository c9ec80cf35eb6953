"""Signals: the first ends the runs in good order, from then on one ends the process where it stands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import trio

from cablecheck.errors import ExitCode
from cablecheck.live import session
from cablecheck.live.judged import Performance
from cablecheck.live.pace import Pace


def fresh(folder: Path) -> session._Session:
    return session._Session(
        performance=Performance("hellotext", folder, lambda _: None),
        pace=Pace(),
        target=None,
        stop_at_first=False,
        strict=False,
        progress=lambda _: None,
        slots=trio.CapacityLimiter(1),
    )


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
async def test_the_first_signal_stops_the_runs_and_hands_the_next_to_the_exit(
    number: signal.Signals, code: ExitCode, tmp_path: Path
) -> None:
    heeding = fresh(tmp_path)
    before = signal.getsignal(number)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(heeding.heed_signals)
        await trio.testing.wait_all_tasks_blocked()
        os.kill(os.getpid(), number)
        with trio.fail_after(10):
            await heeding.stop.wait()
        assert heeding.stopped_by is code
        assert heeding.stage.cancel_called
        assert signal.getsignal(number) is session._leave_at_once
        nursery.cancel_scope.cancel()
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
def test_the_next_signal_ends_the_process_whatever_it_is_doing(
    number: signal.Signals, code: ExitCode
) -> None:
    program = (
        "import os, signal; from cablecheck.live.session import _leave_at_once;"
        f"signal.signal({int(number)}, _leave_at_once); os.kill(os.getpid(), {int(number)});"
        "[None for _ in iter(int, 1)]"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == code
