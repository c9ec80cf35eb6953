"""The proxy is watched too: one that drops a byte is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

from cablecheck.checker.expectation import exit_code
from cablecheck.checker.verdict import Standing
from cablecheck.errors import ExitCode
from cablecheck.live.proxy.lane import write_all
from tests.runs import play, shelf

pytestmark = pytest.mark.takes(seconds=20)


@pytest.mark.parametrize("place", [40, 400, 900])
def test_a_proxy_that_drops_one_byte_unasked_ends_with_exit_4(place: int, tmp_path: Path) -> None:
    passed = 0
    dropped = False

    async def lossy(stream: trio.abc.Stream, data: bytes) -> None:
        nonlocal passed, dropped
        passed += len(data)
        if not dropped and passed > place:
            dropped = True
            data = data[:-1]
        await write_all(stream, data)

    stories = [story for story in shelf() if story.name == "calm"]
    judgement = play(stories, tmp_path, pump=lossy)["calm"]
    assert dropped
    assert judgement.standing is Standing.BUG
    assert exit_code(judgement, strict=False) is ExitCode.BUG
    assert "bytes" in str(judgement.verdict.bug)
