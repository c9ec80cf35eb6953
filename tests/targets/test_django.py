"""Django Channels as a second server: what it answers, and how it loses messages all by itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest
import trio

from tests.demo.house import TOKEN, served
from tests.targets.channels import Django, django
from tests.targets.playing import STORIES, play, write_target
from tests.targets.test_rest import Place, asked


@pytest.mark.takes(seconds=2)
async def test_every_request_is_answered_as_the_demo_answers_it(tmp_path: Path) -> None:
    async with served() as demo:
        expected = await asked(Place(f"{demo.api}/public/webchats/w1", TOKEN))
    async with django(tmp_path) as target:
        came = await asked(Place(f"{target.api}/public/webchats/{target.webchat}", target.token))
    assert came == expected


@pytest.mark.takes(seconds=30)
@pytest.mark.parametrize(
    ("profile", "without", "word"),
    [("hellotext", (), "lost"), ("hardened", (), "verified"), ("hardened", ("reconcile",), "late")],
)
async def test_a_burst_is_cut_off_at_the_capacity_of_the_channel_layer(
    profile: str, without: tuple[str, ...], word: str, tmp_path: Path
) -> None:
    """The machine pauses while three hundred agents post. All of it is stored, each POST is a 201, and the socket gets what fits.

    On a calm machine that is a hundred and a few of four hundred; on a busy one not all three hundred are there when it goes on.
    """
    async with django(tmp_path) as target, trio.open_nursery() as nursery:
        write_target(
            target, tmp_path, subprotocols=["actioncable-v1-json"]
        )  # it takes nobody who offers none
        nursery.start_soon(_pause, target, tmp_path)
        played = await play([STORIES / "burst.yaml"], tmp_path, profile=profile, without=without)
        nursery.cancel_scope.cancel()
    [run] = played.runs.values()
    assert word in (run.gist, *run.wrong()), played.said
    outcomes = [event["event"] for event in run.happened("publish-acknowledged")]
    assert len(outcomes) == 400 + 2
    heard = {event["id"] for event in run.happened("received") if event["kind"] == "message"}
    assert 100 <= len(heard) <= 300
    if word != "verified":
        assert len(run.wrong()[word]) >= 100


async def _pause(target: Django, folder: Path) -> None:
    """Stop it as soon as the burst has begun, for so long that all of it waits at its door."""
    store = sqlite3.connect(f"file:{folder / 'chat.sqlite3'}?mode=ro", uri=True)
    try:
        while store.execute("SELECT count(*) FROM chat_message").fetchone()[0] < 3:  # noqa: ASYNC110 - another process's doing
            await trio.sleep(0.01)
    finally:
        store.close()
    target.process.send(SIGSTOP)
    await trio.sleep(2)
    target.process.send(SIGCONT)
