"""The evidence is real: a nemesis that only says it did something is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.checker.verdict import Outcome
from cablecheck.nemesis.shadow import Shadow
from tests.runs import play, shelf

pytestmark = pytest.mark.takes(seconds=40)


def test_with_a_nemesis_that_only_journals_every_story_with_a_fault_is_inconclusive(tmp_path: Path) -> None:
    judged = play(shelf(), tmp_path, nemesis=Shadow, jobs=40)
    assert judged.pop("calm").verdict.outcome is Outcome.VERIFIED
    believed = {
        name: judgement.standing for name, judgement in judged.items() if judgement.standing != "inconclusive"
    }
    assert believed == {}
