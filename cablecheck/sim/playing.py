"""A scenario simulated and judged."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from cablecheck import history
from cablecheck.checker.expectation import hold_against
from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import Judgement
from cablecheck.director.patience import longest_seconds
from cablecheck.history import BUNDLED, Event
from cablecheck.sim.world import NONCE, Cast, World
from cablecheck.truth import Truth

# Every simulated run began at the same moment, or its history would not be the same byte for byte.
UTC = "2026-06-01T12:00:00Z"
VERSION = version("cablecheck")


@dataclass(frozen=True)
class Simulated:
    """A simulated run, and what is to be thought of it. `truth` None: the run did not come to its end."""

    events: list[Event]
    truth: Truth | None
    judgement: Judgement


def simulate(cast: Cast) -> Simulated:
    """Play a scenario in virtual time and judge it. The same cast gives the same history, byte for byte."""
    events, truth = played(cast)
    return Simulated(events, truth, hold_against(judge(events, truth), cast.scenario.expect))


def played(cast: Cast) -> tuple[list[Event], Truth | None]:
    """Play a scenario in virtual time: its history and its truth, None if the run did not come to its end."""
    world = World(cast)
    world.record(_began(cast, world.rooms))
    truth: Truth | None = None
    try:
        ended, note = world.play(longest_seconds(cast.scenario))
        if ended == "complete":
            truth = world.truth()
        world.record(history.RunEnded(world.agenda.now, ended, note))
    except Exception as error:  # noqa: BLE001 - an error of ours must not be taken for another scenario's
        said = "".join(traceback.format_exception(error))
        world.record(history.RunEnded(world.agenda.now, "crashed", said))
    return world.events, truth


def _began(cast: Cast, rooms: Mapping[str, int]) -> history.RunBegan:
    return history.RunBegan(
        at=0.0,
        run=f"{cast.seed:06x}",
        scenario=cast.scenario.name,
        profile=cast.profile.name,
        world="sim",
        target=BUNDLED,
        clients=tuple(rooms),
        nonce=NONCE,
        version=VERSION,
        utc=UTC,
        seed=cast.seed,
        steps=len(cast.scenario.steps),
        defects=cast.scenario.defects,
        rooms=tuple(rooms.values()) if cast.scenario.conversations > 1 else (),
    )
