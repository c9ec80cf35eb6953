"""The one-liner for CI against a real Rails: a deploy that ends puma, while six clients in two conversations are written to."""

from __future__ import annotations

from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pytest
import trio

from cablecheck.errors import ExitCode
from tests.targets.playing import play, write_target
from tests.targets.puma import Setup, rails
from tests.targets.test_deaths import write_restart


@pytest.mark.takes(seconds=25)
@pytest.mark.parametrize("how", [SIGKILL, SIGTERM], ids=lambda how: how.name)
async def test_a_deploy_of_rails_costs_a_client_that_loses_nothing_nothing(
    how: Signals, tmp_path: Path
) -> None:
    async with rails(Setup("postgresql", "redis"), tmp_path) as target, trio.open_nursery() as nursery:
        write_target(target, tmp_path)
        write_restart(target, how, tmp_path)
        nursery.start_soon(target.stand_by)
        played = await play(
            ["deploy", "--during", "./restart", "--rate", "5/s"], tmp_path, profile="hardened"
        )
        nursery.cancel_scope.cancel()
    run = played.runs["deploy"]
    assert run.gist == "verified", played.said
    assert played.exit_code == ExitCode.VERIFIED
    [deploy] = run.verdict.faults
    assert (deploy.verb, deploy.felt, deploy.mattered) == ("deploy", True, True)
    [ended] = run.happened("deploy-ended")
    assert (ended["how"], ended["code"]) == ("exited", 0)
    rooms = {event["room"] for event in run.happened("publish-invoked") if "room" in event}
    assert rooms == {2}  # the first is what an event without a room is about


@pytest.mark.takes(seconds=100)
async def test_a_deploy_of_rails_costs_a_client_without_a_catch_up_what_was_said(tmp_path: Path) -> None:
    async with rails(Setup("sqlite", "async"), tmp_path) as target, trio.open_nursery() as nursery:
        write_target(target, tmp_path)
        write_restart(target, SIGKILL, tmp_path)
        nursery.start_soon(target.stand_by)
        words = ["deploy", "--during", "./restart", "--clients", "1", "--conversations", "2"]
        played = await play(words, tmp_path, profile="before-catch-up")
        nursery.cancel_scope.cancel()
    assert played.exit_code == ExitCode.VIOLATED, played.said
    lost = played.runs["deploy"].wrong()["lost"]
    assert {label.partition("@")[2] for label in lost} == {"", "2"}
