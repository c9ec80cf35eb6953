"""The moments of a connection's life at which a fault may strike, and how a story gets there.

Each moment is reached by words that every story has: something is held, and has been; or something has happened. So each cell of a
sweep is an ordinary scenario, which can be written down and played again, over real sockets too. (Before a close is after the last live
frame, and after it is before the next connection: these need no moments of their own.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cablecheck.scenario import model
from cablecheck.scenario.model import Duration, Step

# How long a story waits for a moment before the cell counts as unreachable: longer than any client's back-off.
PATIENCE = Duration(40)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment. `arming` is what must stand before, `prompting` what brings it about where a new connection alone does not, and
    `arriving` what the story then waits for.

    `new`: it comes with every new connection. `kept`: the fault that stands at the moment, to be healed once the story is past it.
    """

    name: str
    arming: tuple[Step, ...] = ()
    prompting: tuple[Step, ...] = ()
    arriving: tuple[Step, ...] = ()
    new: bool = True
    kept: str | None = None


def moments(turn: int) -> tuple[Moment, ...]:
    """All moments of one connection, in the order in which they come; `turn` tells the faults of one moment from another's."""
    id_ = f"at-{turn}"
    return (
        _before("upgrade", model.Refuse(how="hang", what="cable", times=1, id=id_)),
        _after("upgrade", "connected"),
        _before("welcome", model.Hold(what="welcome", count=1, id=id_)),
        _after("welcome", "welcomed"),
        _before("subscribe", model.Hold(what="subscribe", count=1, id=id_)),
        _after("subscribe", "subscribing"),
        _before("confirm", model.Hold(what="confirm", count=1, id=id_)),
        _after("confirm", "confirmed"),
        _before("catch-up", model.Refuse(how="hang", what="rest", times=1, id=id_)),
        _after("catch-up", "catch-up-sent"),
        _before("answer", model.Hold(what="catch-up", count=1, id=id_)),
        _after("answer", "catch-up-answered"),
        *_live(id_),
    )


def _live(id_: str) -> Iterator[Moment]:
    """Before and after each of two live frames."""
    for nth in (1, 2):
        said = model.Publish(count=nth)
        hold = model.Hold(what="message", nth=nth, count=1, id=id_)
        held = (model.Await(fired=id_, within=PATIENCE),)
        yield Moment(f"before-live-{nth}", (hold,), (said,), held, new=False, kept=id_)
        yield Moment(f"after-live-{nth}", (), (said,), (_await("message", nth),), new=False)


def _before(name: str, kept: model.Hold | model.Refuse) -> Moment:
    """Something is kept from going on, and has been."""
    return Moment(
        f"before-{name}", (kept,), arriving=(model.Await(fired=kept.id, within=PATIENCE),), kept=kept.id
    )


def _after(name: str, event: model.Awaited) -> Moment:
    return Moment(f"after-{name}", arriving=(_await(event),))


def _await(event: model.Awaited, count: int = 1) -> model.Await:
    return model.Await(event=event, count=count, within=PATIENCE)
