"""The live display: what plays now and at which step, above it a line for each scenario that is done. Imports rich: import it late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import assert_never

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from cablecheck.checker.verdict import Standing
from cablecheck.report.progress import Finished, Progress, Started, Stepped
from cablecheck.report.text import headline
from cablecheck.report.visible import visible

STYLES: dict[Standing, str] = {
    Standing.VERIFIED: "green",
    Standing.KNOWN: "yellow",
    Standing.VIOLATED: "bold red",
    Standing.GONE: "bold red",
    Standing.INCONCLUSIVE: "magenta",
    Standing.BUG: "bold red",
}


@contextmanager
def live_table(
    scenarios: int, *, coloured: bool, console: Console | None = None
) -> Iterator[Callable[[Progress], None]]:
    """Show a spinner, the step and the time of each scenario that plays; it vanishes when the block ends.

    Standard output is left alone (`redirect_stdout`): answers are printed after the display, not through it.
    """
    screen = console or _Screen(stderr=True, no_color=not coloured)
    bars = Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[doing]}", markup=False),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with bars:
        yield _Table(bars, scenarios)


class _Screen(Console):
    """rich's console, which must not leave the program (nor silence standard output) when nobody watches any more."""

    def on_broken_pipe(self) -> None:
        """Called by rich inside its handler; its own exits with 1, which means a lost message here."""
        raise BrokenPipeError("nobody watches")


class _Table:
    """Which scenario has which line of the display."""

    def __init__(self, bars: Bars, scenarios: int) -> None:
        self._bars = bars
        self._scenarios = scenarios
        self._done = 0
        self._lines: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        match progress:
            case Started(scenario=scenario):
                self._lines[scenario] = self._bars.add_task(visible(scenario), total=None, doing="")
            case Stepped(scenario=scenario, step=step, verb=verb):
                if scenario in self._lines:
                    self._bars.update(self._lines[scenario], doing=f"step {step}: {visible(verb)}")
            case Finished(judgement=judgement):
                self._done += 1
                if (line := self._lines.pop(judgement.verdict.scenario, None)) is not None:
                    self._bars.remove_task(line)
                told = f"[{self._done}/{self._scenarios}] {headline(judgement)}"
                self._bars.console.print(Text(told, style=STYLES[judgement.standing]))
            case _:
                assert_never(progress)
