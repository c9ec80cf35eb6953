"""Random worlds: stories of chance, each from one seed, in words that every scenario has.

A fixed number of slots, most of which may stay empty, finds more than a list of random length (measured: 18 times sooner than
Hypothesis' lists on a planted bug, and it shrinks best).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

from cablecheck.hunt.cells import DEADLINE, placed
from cablecheck.scenario import model, values
from cablecheck.scenario.model import Duration, Scenario, Step
from cablecheck.scenario.units import seconds

SLOTS = 24
_MOST_MESSAGES = 12
_GRID_MILLISECONDS = 50


def random_world(seed: int) -> Scenario:
    """The story of this seed."""
    rng = Random(seed)
    steps = placed((*_beginning(rng), *_middle(rng), *_end()))
    return Scenario(
        name=f"world-{seed}", story=f"A random world, of seed {seed}.", steps=steps, deadline=DEADLINE
    )


def _beginning(rng: Random) -> Iterator[Step]:
    """A page with some messages or none; at times the first connection is a part of the story."""
    if rng.random() < 0.7:
        yield model.Publish(count=rng.randint(1, 2))
    if rng.random() < 0.3:
        yield from _fault(rng)
        yield model.Connect()


def _middle(rng: Random) -> Iterator[Step]:
    messages = 2
    for _ in range(SLOTS):
        chance = rng.random()
        if chance < 0.3:
            continue
        if chance < 0.5 and messages < _MOST_MESSAGES:
            messages += 1
            yield model.Publish()
        elif chance < 0.55 and messages < _MOST_MESSAGES:
            messages += 1
            yield model.Send()
        elif chance < 0.72:
            yield model.Wait(for_=_some(rng, 8 if rng.random() < 0.15 else 1.5))
        elif chance < 0.79:
            yield model.Heal(as_=rng.choice(("in-order", "reset")))
        else:
            yield from _fault(rng)


def _end() -> Iterator[Step]:
    """All is healed, and a newer message comes: a gap that it covers stays one."""
    yield model.Heal()
    yield model.Settle(within=DEADLINE)
    yield model.Publish()


def _some(rng: Random, most_seconds: float) -> Duration:
    """At least one step of the grid, at most so many seconds. On a grid, so that things coincide."""
    steps = rng.randint(1, round(most_seconds * 1000 / _GRID_MILLISECONDS))
    return Duration(seconds(f"{steps * _GRID_MILLISECONDS}ms"))  # as it will be read where it is written down


def _fault(rng: Random) -> Iterator[Step]:
    yield rng.choice(_FAULTS)(rng)


_HELD: tuple[values.FrameWord | values.CommandWord | Literal["catch-up"], ...] = (
    "welcome",
    "confirm",
    "message",
    "subscribe",
    "catch-up",
)
# A forged confirmation of the client's own subscription is left to the stories: beside a dropped subscribe no
# client can tell it from the truth, and a world that nobody can win finds no mistake.
_INJECTED = (
    model.Inject(what="confirm", identifier="other"),
    model.Inject(what="reject", identifier="other"),
    model.Inject(what="reject", identifier="own"),
    model.Inject(what="welcome"),
    model.Inject(what="ping"),
    model.Inject(what="disconnect", reconnect=True),
    model.Inject(what="disconnect", reconnect=False),
)
# Cuts come most often: without one there is no gap.
_FAULTS: tuple[Callable[[Random], Step], ...] = (
    lambda rng: model.Cut(how=rng.choice(("rst", "fin", "close", "close-half"))),
    lambda rng: model.Cut(how=rng.choice(("rst", "fin", "close"))),
    lambda _: model.Cut(how="rst"),
    lambda rng: model.Refuse(
        how=rng.choice(("port", "hang", "reset", 404, 502, 503)),
        what=rng.choice(("all", "cable", "rest")),
        times=rng.randint(1, 2),
    ),
    lambda rng: model.Blackhole(direction=rng.choice(("both", "down", "up"))),
    lambda rng: model.Latency(delay=_some(rng, 0.5), jitter=_some(rng, 0.2)),
    lambda rng: model.Throttle(rate=rng.choice(("100B/s", "1KB/s")), what=rng.choice(("cable", "all"))),
    lambda rng: model.Hold(what=rng.choice(_HELD), count=rng.randint(1, 2)),
    lambda rng: model.Hold(what=rng.choice(_HELD), count=1, nth=rng.randint(1, 2)),
    lambda rng: model.Drop(what=rng.choice((*_HELD, "ping")), count=1),
    lambda rng: model.Repeat(what=rng.choice(("confirm", "message")), count=1, times=rng.randint(1, 2)),
    lambda rng: model.Truncate(what=rng.choice(("welcome", "confirm", "message", "subscribe", "ping"))),
    lambda rng: model.Reorder(window=rng.randint(2, 3)),
    lambda rng: rng.choice(_INJECTED),
    lambda rng: model.Fail(
        as_=rng.choice((404, 500, 503, "broken-json", "truncated", "reset")), times=rng.randint(1, 2)
    ),
    lambda rng: model.Delay(by=_some(rng, 2), times=1),
    lambda rng: model.Page(limit=rng.randint(1, 3), times=rng.randint(1, 3)),
    lambda rng: model.Restart(signal=rng.choice(("TERM", "KILL")), down=_some(rng, 1)),
)
