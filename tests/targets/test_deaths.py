"""puma is ended, by kill -9 and by TERM, under traffic and in the middle of handshakes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pytest
import trio

from cablecheck.errors import ExitCode
from cablecheck.live.dialling import straight_to
from cablecheck.live.targets import Place, webchat_place
from cablecheck.live.websocket import Heard, Over, Upgraded, WebSocket, upgrade_for
from tests.targets.playing import STORIES, Run, play, write_target
from tests.targets.puma import Rails, Setup, rails

TIMES = int(os.environ.get("CABLECHECK_TIMES", "1"))


def write_restart(target: Rails, how: Signals, folder: Path) -> None:
    """The story's command: it ends puma, whom its supervisor begins again, and returns when that one serves."""
    script = folder / "restart"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, time, urllib.request\n"
        f"os.kill({target.process.pid}, {how.value})\n"
        "while True:\n"
        "    time.sleep(0.1)\n"
        "    try:\n"
        f"        urllib.request.urlopen('{target.url}/up', timeout=5)\n"
        "        break\n"
        "    except OSError:\n"
        "        pass\n"
    )
    script.chmod(0o755)


@pytest.mark.takes(seconds=16 * TIMES)
@pytest.mark.parametrize("profile", ["hardened", "hellotext"])
@pytest.mark.parametrize("how", [SIGKILL, SIGTERM], ids=lambda how: how.name)
async def test_a_server_that_is_ended_under_traffic_costs_no_message(
    how: Signals, profile: str, tmp_path: Path
) -> None:
    """But for a client that asks before it is welcome: it may have to wait."""
    for time in range(TIMES):
        folder = tmp_path / f"{time}"
        folder.mkdir()
        async with rails(Setup("postgresql", "redis"), folder) as target, trio.open_nursery() as nursery:
            write_target(target, folder)
            write_restart(target, how, folder)
            nursery.start_soon(target.stand_by)
            played = await play([STORIES / "server-under-traffic.yaml"], folder, profile=profile)
            nursery.cancel_scope.cancel()
        run = played.runs["server-under-traffic"]
        if profile == "hellotext" and _was_asked_before_its_welcome(run):
            assert set(run.wrong()) <= {"late"}, played.said
            continue
        assert run.gist == "verified", f"in round {time + 1} of {TIMES}\n{played.said}"
        assert played.exit_code == ExitCode.VERIFIED
        [death] = run.verdict.faults
        assert death.mattered
        assert any(
            event["how"] == "fin" for event in run.happened("closed")
        )  # no Close frame: puma never says one


def _was_asked_before_its_welcome(run: Run) -> bool:
    """Whether Rails never heard a subscribe that came before its welcome: a race of its MessageBuffer, some in a thousand (measured).

    Pings come, so nothing but the next loss of the socket brings such a client back. `hardened` waits for the welcome.
    """
    confirmed = {event["socket"] for event in run.happened("received") if event["kind"] == "confirm"}
    welcomed = {e["socket"]: e["at"] for e in run.happened("received") if e["kind"] == "welcome"}
    asked = {
        event["socket"]: event["at"] for event in run.happened("sent") if event["command"] == "subscribe"
    }
    return any(asked.get(socket, at) < at for socket, at in welcomed.items() if socket not in confirmed)


@pytest.mark.takes(seconds=10)
async def test_a_death_in_the_handshake_costs_no_time(tmp_path: Path) -> None:
    """An upgrade that is answered by a FIN or an RST is over at once, and not when somebody's patience ends."""
    endings: Counter[str] = Counter()
    longest = 0.0

    async def knock(place: Place) -> None:
        nonlocal longest
        while True:
            began = trio.current_time()
            ending = await handshake(place)
            longest = max(longest, trio.current_time() - began)
            endings[ending] += 1
            await trio.sleep(0.005)

    async with rails(Setup("sqlite", "async"), tmp_path) as target, trio.open_nursery() as nursery:
        place = webchat_place("here", target.cable, target.api, target.webchat, target.token)
        for _ in range(16):
            nursery.start_soon(knock, place)
        for _ in range(20):
            await target.restart(SIGKILL)
            await trio.sleep(0.2)
            if endings["rst"] + endings["fin"] >= 5:
                break
        nursery.cancel_scope.cancel()
    assert endings["rst"] + endings["fin"] >= 5, endings
    assert longest < 5, (
        endings
    )  # hardened gives a socket up that is not welcomed by then; trio-websocket would have waited for 60 s


async def handshake(place: Place) -> str:
    """How one attempt to upgrade ends: `opened`, or as a socket ends. What was opened is left at once."""
    ending = ""

    def hear(heard: Heard) -> None:
        nonlocal ending
        match heard:
            case Upgraded():
                ending = "opened"
                socket.abandon()
            case Over(how=how):
                ending = how
            case _:
                pass

    socket = WebSocket(hear)
    await socket.run(partial(straight_to(place), "cable", 0, False), upgrade_for(place.wire))
    return ending
