"""Django Channels as a second server: what it answers, and how it loses messages all by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo.house import TOKEN, served
from tests.targets.channels import django
from tests.targets.test_rest import Place, asked


@pytest.mark.takes(seconds=2)
async def test_every_request_is_answered_as_the_demo_answers_it(tmp_path: Path) -> None:
    async with served() as demo:
        expected = await asked(Place(f"{demo.api}/public/webchats/w1", TOKEN))
    async with django(tmp_path) as target:
        came = await asked(Place(f"{target.api}/public/webchats/{target.webchat}", target.token))
    assert came == expected
