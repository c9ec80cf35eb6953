from __future__ import annotations

import json

import pytest

from cablecheck.cli import main
from cablecheck.scenario.json_schema import schema


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()
