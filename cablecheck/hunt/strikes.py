"""What strikes at a moment: the five ways in which a line goes, and what can become of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cablecheck.hunt.moments import PATIENCE
from cablecheck.scenario import model
from cablecheck.scenario.model import Duration, Step

# Longer than a client that watches for pings (6 s in the official one) takes to notice.
DEAD_SECONDS = Duration(8)


@dataclass(frozen=True, slots=True)
class Strike:
    """`arming` has to stand before the moment, `acting` is done at it. `ends`: the client needs a new connection then."""

    name: str
    acting: tuple[Step, ...]
    arming: tuple[Step, ...] = ()
    ends: bool = True


def strikes(turn: int) -> tuple[Strike, ...]:
    """What can become of the line; `turn` tells the faults of one strike from another's."""
    id_ = f"void-{turn}"
    dead = (model.Blackhole(id=id_), model.Wait(for_=DEAD_SECONDS), model.Heal(id=id_))
    refused = (model.Refuse(how="reset", what="cable", times=1, id=f"door-{turn}"), model.Cut(how="fin"))
    return (
        Strike("rst", (model.Cut(how="rst"),)),
        Strike("fin", (model.Cut(how="fin"),)),
        Strike("close", (model.Cut(how="close", code=1001),)),
        Strike("blackhole", dead, ends=False),
        Strike("refuse", refused),
    )


def door_strikes(turn: int) -> tuple[Strike, ...]:
    """What can become of the next connection, before the client connects."""
    id_ = f"door-{turn}"
    fired = model.Await(fired=id_, within=PATIENCE)

    def refused(how: Literal["port", "hang", "reset", 503], what: Literal["all", "cable"]) -> model.Refuse:
        return model.Refuse(how=how, what=what, times=1, id=id_)

    return (
        Strike("rst", (fired,), (refused("reset", "cable"),)),
        Strike("refuse", (fired,), (refused("port", "all"),)),
        Strike("503", (fired,), (refused(503, "cable"),)),
        Strike(
            "hang",
            (fired, model.Wait(for_=DEAD_SECONDS), model.Heal(id=id_, as_="reset")),
            (refused("hang", "cable"),),
        ),
    )


def answer_strikes(turn: int) -> tuple[Strike, ...]:
    """What can become of the answer to a catch-up, at its head and at its end; the line stays as it is."""
    id_ = f"answer-{turn}"
    fired = model.Await(fired=id_, within=PATIENCE)
    hold = model.Hold(what="catch-up", count=1, id=id_)
    return (
        Strike("rst", (fired,), (model.Fail(as_="reset", id=id_),), ends=False),
        Strike("fin", (fired,), (model.Fail(as_="truncated", id=id_),), ends=False),
        Strike("garbled", (fired,), (model.Fail(as_="broken-json", id=id_),), ends=False),
        Strike("503", (fired,), (model.Fail(as_=503, id=id_),), ends=False),
        Strike("blackhole", (fired, model.Wait(for_=DEAD_SECONDS), model.Heal(id=id_)), (hold,), ends=False),
        Strike("refuse", (fired,), (model.Refuse(how="reset", what="rest", times=1, id=id_),), ends=False),
    )
