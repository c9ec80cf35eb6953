"""SIGINT and SIGTERM while something long is computed: the first is heeded in good order, the second at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cablecheck.errors import ExitCode

_EXIT_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


@contextmanager
def signals_heeded() -> Iterator[list[ExitCode]]:
    """The first signal is kept for whoever looks, in the list; the second ends the process where it stands."""
    stopped_by: list[ExitCode] = []

    def heed(number: int, _frame: FrameType | None) -> None:
        code = _EXIT_CODES[signal.Signals(number)]
        if stopped_by:
            os._exit(code)
        stopped_by.append(code)

    before = {number: signal.signal(number, heed) for number in _EXIT_CODES}
    try:
        yield stopped_by
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
