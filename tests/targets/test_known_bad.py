"""How real servers lose, delay and repeat messages all by themselves, and what of it a client survives.

KNOWN_BAD is the table, and every line of it is played: what `hellotext` makes of it, that `hardened` survives it, and that it does so
by the rules that are named, for without them it does not. Nothing is broken by cablecheck in most of them; where something is, the
story says so. What depends on a race is played until it was seen, so often that it would have been but for bad luck of one in a million.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any

import pytest
import trio

from cablecheck.checker.verdict import Outcome
from cablecheck.errors import ExitCode
from cablecheck.hunt.catalogue import CATALOGUE
from tests.targets.distance import distant
from tests.targets.playing import STORIES, Run, play, write_target
from tests.targets.puma import Rails, Setup, beside, rails
from tests.targets.test_deaths import write_restart


@dataclass(frozen=True)
class Bad:
    """One way in which a server fails. `plays`: a profile, with the rules that it is without, and the word of its verdict."""

    what: str
    row: str  # of the catalogue
    story: str
    plays: dict[str, str]
    most: int = 1  # how often it is played until the word is seen


KNOWN_BAD: dict[str, Bad] = {
    "two-workers": Bad(
        "async adapter, two workers: a worker hears only what it was itself posted, so half the broadcasts reach no socket",
        "F14",
        "steady-talk",
        {"hellotext": "lost", "hardened": "verified", "hardened without reconcile": "late"},
    ),
    "second-socket": Bad(
        "postgresql adapter, two sockets on a stream: the second is confirmed up to a second before LISTEN",
        "F01",
        "second-socket",
        {"hellotext": "lost", "hardened": "verified", "hardened without first-catch-up": "late"},
        most=20,
    ),
    "herd": Bad(
        "redis adapter, twenty sockets on a stream after a restart: all but the first are confirmed before SUBSCRIBE",
        "F01",
        "herd",
        {"hellotext": "lost", "hardened": "verified"},
        most=12,
    ),
    "six-agents": Bad(
        "six publishers: ids commit out of order, and a cursor of the newest id passes one that is still to come",
        "F11",
        "six-agents",
        {"hellotext": "lost", "hardened": "verified"},
        most=25,
    ),
    "many-tears": Bad(
        "the same for long, and the line breaks three times: a message is overtaken by more than a client that counts looks back",
        "F11",
        "many-tears",
        {"hellotext": "lost", "hardened": "verified", "hardened without overlap": "lost"},
        most=12,
    ),
    "stalled-redis": Bad(
        "Redis stalls for 7 s: sockets and pings live on, the broadcast comes late, and by the gem's second try twice",
        "F04",
        "stalled-broker",
        {"hellotext": "verified", "hellotext without claim-ids": "duplicated", "hardened": "verified"},
    ),
    "long-message": Bad(
        "postgresql adapter, a payload over 7.9 kB: NOTIFY refuses it, so the POST is a 500, stored and never broadcast",
        "F15",
        "long-message",
        {"hellotext": "lost", "hardened": "verified", "hardened without reconcile": "late"},
    ),
}
PLAYS = [(name, how) for name, bad in KNOWN_BAD.items() for how in bad.plays]


def test_a_failure_names_a_row_of_the_catalogue() -> None:
    assert {bad.row for bad in KNOWN_BAD.values()} <= {row.id for row in CATALOGUE}


@pytest.mark.takes(seconds=25)
@pytest.mark.parametrize(("name", "how"), PLAYS, ids=[f"{name}: {how}" for name, how in PLAYS])
async def test_a_failure_shows_in_the_word_of_the_table(name: str, how: str, tmp_path: Path) -> None:
    bad = KNOWN_BAD[name]
    word = bad.plays[how]
    profile, _, rules = how.partition(" without ")
    seen: list[str] = []
    for time in range(max(bad.most, 3)):
        folder = tmp_path / f"{time}"
        folder.mkdir()
        async with _SERVERS[name](folder):
            stories = [STORIES / f"{bad.story}.yaml"]
            played = await play(stories, folder, profile=profile, without=rules.split(", ") if rules else ())
        [run] = played.runs.values()
        seen.append(run.gist)
        if word == "verified" and run.verdict.outcome is not Outcome.INCONCLUSIVE:
            break  # one violation is one too many; a busy machine proves nothing
        if word in run.wrong():
            assert played.exit_code == ExitCode.VIOLATED, played.said
            break
    assert word in (seen[-1], *run.wrong()), seen
    _PROOFS[name](run, word)


@pytest.mark.takes(seconds=25)
async def test_what_arrives_out_of_order_is_no_violation_when_it_stands_right_in_the_end(
    tmp_path: Path,
) -> None:
    async with rails(Setup("postgresql", "redis"), tmp_path) as target:
        write_target(target, tmp_path)
        played = await play([STORIES / "burst.yaml"], tmp_path, profile="hardened")
    [run] = played.runs.values()
    heard = [int(event["id"]) for event in run.happened("received") if event["kind"] == "message"]
    assert sum(later < earlier for earlier, later in pairwise(heard)) >= 3, "it did not arrive out of order"
    assert (run.gist, played.exit_code) == ("verified", ExitCode.VERIFIED), played.said


# How each is brought about ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _two_workers(folder: Path) -> AsyncIterator[None]:
    async with rails(Setup("sqlite", "async", workers=2), folder) as target:
        write_target(target, folder)
        yield


@asynccontextmanager
async def _by_notify(folder: Path) -> AsyncIterator[None]:
    async with rails(Setup("postgresql", "postgresql"), folder) as target:
        write_target(target, folder)
        # The first stream of all is listened to at once, for the listener begins with it: let that be another.
        before = folder / "before"
        before.mkdir()
        write_target(target, before)
        await play([STORIES / "hello.yaml"], before)
        yield


@asynccontextmanager
async def _herd(folder: Path) -> AsyncIterator[None]:
    """Redis is far away from the cable's puma, which only makes the time longer in which it happens; the other one has it near."""
    near = folder / "near"
    near.mkdir()
    async with rails(Setup("postgresql", "redis"), near) as publisher:
        assert publisher.redis is not None
        async with (
            distant(publisher.redis.port, seconds=0.1) as port,
            beside(publisher, folder, REDIS_URL=f"redis://127.0.0.1:{port}/0") as target,
            trio.open_nursery() as nursery,
        ):
            # Pages of a thousand: that a page of a hundred is too short for a whole outage is another story's matter.
            write_target(target, folder, api=publisher.api, page_limit=1000)
            write_restart(target, SIGKILL, folder)
            nursery.start_soon(target.stand_by)
            yield
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def _slow_commits(folder: Path) -> AsyncIterator[None]:
    async with rails(Setup("postgresql", "redis", settings={"ID_COMMIT_DELAY_MS": "40"}), folder) as target:
        write_target(target, folder)
        yield


@asynccontextmanager
async def _stalled_redis(folder: Path) -> AsyncIterator[None]:
    async with rails(Setup("postgresql", "redis"), folder) as target, trio.open_nursery() as nursery:
        write_target(target, folder)
        nursery.start_soon(_stall, target)
        yield
        nursery.cancel_scope.cancel()


async def _stall(target: Rails) -> None:
    """Stop Redis between the second message and the third."""
    assert target.postgres is not None
    assert target.redis is not None
    while target.postgres.query("SELECT count(*) FROM messages") != ["2"]:  # noqa: ASYNC110 - another process's doing
        await trio.sleep(0.1)
    await trio.sleep(0.5)  # until the second is shown
    target.redis.process.send(SIGSTOP)
    await trio.sleep(7)
    target.redis.process.send(SIGCONT)


_SERVERS: dict[str, Callable[[Path], Any]] = {
    "two-workers": _two_workers,
    "second-socket": _by_notify,
    "herd": _herd,
    "six-agents": _slow_commits,
    "many-tears": _slow_commits,
    "stalled-redis": _stalled_redis,
    "long-message": _by_notify,
}


# What shows that it was this and nothing else -----------------------------------------------------------------------------------------


def _half_was_heard(run: Run, _word: str) -> None:
    posted = [event.get("status", 201) for event in run.happened("publish-acknowledged")]
    assert posted == [201] * len(posted)
    assert 1 <= len(_heard(run)) < 20


def _the_second_was_confirmed_first(run: Run, _word: str) -> None:
    confirmed = [event["client"] for event in run.happened("received") if event["kind"] == "confirm"]
    assert confirmed[:2] == ["c2", "c1"]


def _subscribed_and_not_told(run: Run, word: str) -> None:
    if word == "lost":
        assert any(
            "subscribed, and its socket never brought it" in finding.reached
            for finding in run.verdict.findings
        )


def _passed_by_the_cursor(run: Run, word: str) -> None:
    if word == "lost":
        lost = [finding for finding in run.verdict.findings if finding.word == "lost"]
        assert any("asked only for what came after" in (finding.reason) for finding in lost)


def _late_and_twice(run: Run, _word: str) -> None:
    invoked = {event["label"]: event["at"] for event in run.happened("publish-invoked")}
    ids = {event["label"]: event["id"] for event in run.happened("publish-acknowledged")}
    heard = [event["at"] for event in run.happened("received") if event.get("id") == ids["m3"]]
    assert len(heard) == 2
    assert min(heard) - invoked["m3"] > 4
    assert not [event for event in run.happened("closed") if invoked["m1"] < event["at"] < min(heard)]
    pings = [event["at"] for event in run.happened("received") if event["kind"] == "ping"]
    assert [at for at in pings if invoked["m3"] < at < min(heard)]


def _stored_and_answered_500(run: Run, _word: str) -> None:
    unknown = [(event["label"], event["reason"]) for event in run.happened("publish-unknown")]
    assert [label for label, reason in unknown if "500" in reason] == ["m2"]
    assert "m2" in {finding.label for finding in run.verdict.findings} | set(run.verdict.recovered)


def _heard(run: Run) -> set[str]:
    """The ids of the story's messages that the socket brought before the closing protocol."""
    [closing] = [event["at"] for event in run.happened("closing-began")]
    return {
        event["id"]
        for event in run.happened("received")
        if event["kind"] == "message" and event["at"] < closing
    }


_PROOFS: dict[str, Callable[[Run, str], None]] = {
    "two-workers": _half_was_heard,
    "second-socket": _the_second_was_confirmed_first,
    "herd": _subscribed_and_not_told,
    "six-agents": _passed_by_the_cursor,
    "many-tears": _passed_by_the_cursor,
    "stalled-redis": _late_and_twice,
    "long-message": _stored_and_answered_500,
}
