"""What a run shows on standard error while it goes: a live table for a person at a terminal, plain lines for a log.

A display that fails is reported once and left; it never changes a verdict or an exit code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeAlias, assert_never

from cablecheck.cli.screen import has_colour, is_live, remark

if TYPE_CHECKING:
    from cablecheck.report.progress import Progress

Display: TypeAlias = "Callable[[Progress], None]"


@contextmanager
def displayed(scenarios: int) -> Iterator[Display]:
    """Give the function that shows progress; when the block ends, nothing of a live display is left on the screen."""
    stack = ExitStack()
    try:
        display = stack.enter_context(chosen(scenarios))
    except Exception as error:  # noqa: BLE001 - a display that can't start must not stop the run
        _report(error)
        display = plain(scenarios)
    try:
        yield careful(display)
    finally:
        try:
            stack.close()
        except Exception as error:  # noqa: BLE001 - a display that can't end must not change the verdict
            _report(error)


@contextmanager
def chosen(scenarios: int) -> Iterator[Display]:
    """A live table where a person watches, else plain lines."""
    if not is_live(sys.stderr, os.environ):
        yield plain(scenarios)
        return
    from cablecheck.cli.live_table import live_table  # rich costs more than all the rest of the start

    with live_table(scenarios, coloured=has_colour(sys.stderr, os.environ)) as show:
        yield show


def careful(display: Display) -> Display:
    """The same display, but its first failure is told on standard error and its last."""
    failed = False

    def show(progress: Progress) -> None:
        nonlocal failed
        if failed:
            return
        try:
            display(progress)
        except Exception as error:  # noqa: BLE001 - a display that fails must not stop the run
            failed = True
            _report(error)

    return show


def plain(scenarios: int) -> Display:
    """One line a scenario, once it is finished."""
    from cablecheck.report.progress import Finished, Started, Stepped
    from cablecheck.report.text import headline

    done = 0

    def show(progress: Progress) -> None:
        nonlocal done
        match progress:
            case Started() | Stepped():
                return
            case Finished(judgement=judgement):
                done += 1
                remark(f"[{done}/{scenarios}] {headline(judgement)} ({judgement.verdict.seconds:.1f} s)")
            case _:
                assert_never(progress)

    return show


def _report(error: Exception) -> None:
    remark(f"progress display: {type(error).__name__}: {error}; the run goes on without it")
