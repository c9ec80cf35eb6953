"""The live display, drawn on a terminal of strings."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from cablecheck.checker.verdict import Judgement, Outcome, Standing, Verdict
from cablecheck.cli.live_table import STYLES, live_table
from cablecheck.report.progress import Finished, Started, Stepped
from tests.report.samples import VERIFIED, VIOLATED


def drawn(width: int = 100) -> tuple[Console, io.StringIO]:
    paper = io.StringIO()
    return Console(file=paper, force_terminal=True, width=width, color_system="standard"), paper


def test_what_plays_is_shown_with_its_step() -> None:
    console, paper = drawn()
    with live_table(2, coloured=True, console=console) as show:
        show(Started("calm"))
        show(Stepped("calm", 3, "settle"))
        show(Stepped("not begun", 1, "cut"))
    assert "calm" in paper.getvalue()
    assert "step 3: settle" in paper.getvalue()
    assert "not begun" not in paper.getvalue()


def test_what_is_done_stays_with_its_verdict() -> None:
    console, paper = drawn()
    with live_table(2, coloured=True, console=console) as show:
        show(Started("calm"))
        show(Finished(VERIFIED, Path("x")))
        show(Finished(VIOLATED, Path("y")))
    assert "\x1b[32m[1/2] VERIFIED calm (hellotext)" in paper.getvalue()
    assert "\x1b[1;31m[2/2] VIOLATED socket-kill (before-catch-up): lost m6, m7, m10" in paper.getvalue()


def test_a_hostile_name_cannot_draw_on_the_screen() -> None:
    console, paper = drawn()
    hostile = "[red]\x1b]0;title\x07[/red]"
    verdict = Verdict(outcome=Outcome.VERIFIED, scenario=hostile, profile="hellotext")
    with live_table(1, coloured=False, console=console) as show:
        show(Started(hostile))
        show(Stepped(hostile, 1, "\x1b[2J"))
        show(Finished(Judgement(verdict=verdict, standing=Standing.VERIFIED), Path("x")))
    assert "[red]\\x1b]0;title\\x07[/red]" in paper.getvalue()
    assert "\x1b]0;" not in paper.getvalue()
    assert "\x1b[2J" not in paper.getvalue()


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_a_style(standing: Standing) -> None:
    assert standing in STYLES
