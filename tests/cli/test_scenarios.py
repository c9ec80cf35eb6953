from __future__ import annotations

import pytest

from cablecheck.cli import main
from cablecheck.scenario.shelf import shipped


def test_every_shipped_scenario_is_listed_with_its_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [path.stem for path in shipped()]
    assert lines[lines.index("calm") + 1].startswith("    Nothing goes wrong.")
    assert max(map(len, lines)) <= 100
