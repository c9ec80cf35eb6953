"""One scenario from its first event to its verdict, when cablecheck itself goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import NemesisEvent, NemesisOrder
from tests.runs import cablecheck, play, told


class Broken(Nemesis):
    """A nemesis that fails at the first frame of a message."""

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        if getattr(event, "text", "").find("[cc:") >= 0:
            raise ZeroDivisionError("a fault of the nemesis itself")
        return super().handle(event, now)


def test_an_error_of_our_own_is_a_bug_of_that_run_alone_and_stays_one(tmp_path: Path) -> None:
    with_frames = told("steps:\n  - publish: {count: 1}\n  - await: {shown: m1}\n", "with-frames")
    without = told("steps:\n  - wait: {for: 100ms}\n", "without")
    judged = play([with_frames, without], tmp_path, nemesis=Broken)
    assert judged["with-frames"].standing is Standing.BUG
    assert "ZeroDivisionError: a fault of the nemesis itself" in judged["with-frames"].why
    (run,) = tmp_path.glob("*-with-frames-*")
    again = cablecheck("judge", str(run), folder=tmp_path)
    assert again.returncode == 4
    assert "ZeroDivisionError" in again.stdout + again.stderr


def test_a_story_with_a_defect_has_a_server_of_its_own(tmp_path: Path) -> None:
    text = "steps:\n  - publish: {count: 5}\n  - settle:\n"
    flawed, sound = told(f"defects: [muted-stream]\n{text}", "flawed"), told(text, "sound")
    judged = play([flawed, sound], tmp_path)
    assert judged["flawed"].verdict.labels("lost") == ("m3", "m4")
    assert judged["flawed"].verdict.defects == ("muted-stream",)
    assert judged["sound"].standing is Standing.VERIFIED


def test_a_story_that_publishes_nothing_proves_nothing(tmp_path: Path) -> None:
    judged = play([told("steps:\n  - wait: {for: 100ms}\n")], tmp_path)
    assert judged["told"].verdict.outcome is Outcome.INCONCLUSIVE
    assert "nothing was at stake" in judged["told"].why
