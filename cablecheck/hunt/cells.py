"""The cells of a systematic sweep: where it begins x what strikes at which moment, once or twice x when a message is published.

Bounded exhaustive: at most two strikes and at most six messages, one of them at the cell's own publish point. A cell is an ordinary
scenario; what it waits for in vain, some client never reaches, and the cell is listed as unreachable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from cablecheck.hunt.moments import PATIENCE, Moment, moments
from cablecheck.hunt.strikes import Strike, answer_strikes, door_strikes, strikes
from cablecheck.scenario import model
from cablecheck.scenario.model import Duration, Placed, Scenario, Step

# What a client may take at worst: two strikes, each with its own deadlines, and a reconciling read.
DEADLINE = Duration(60)
MOST_MESSAGES = 6
BEGINNINGS = ("page", "empty-page", "reconnect")
# When the message of the cell is published: before all, at a strike, after it, or at a moment of the connection that follows the last.
_FOLLOWING: tuple[model.Awaited, ...] = (
    "connecting", "connected", "welcomed", "subscribing", "confirmed", "catch-up-sent", "catch-up-answered",
)  # fmt: skip
_DOOR = Moment("before-connect")
_ANSWER = Moment("during-answer")
_VERBS = {kind: verb for verb, kind in model.VERBS.items()}


def placed(steps: Iterable[Step]) -> tuple[Placed, ...]:
    """Steps with their verbs."""
    return tuple(Placed(_VERBS[type(step)], step) for step in steps)


@dataclass(frozen=True, slots=True)
class Blow:
    """A strike at a moment."""

    moment: Moment
    strike: Strike

    @property
    def name(self) -> str:
        """As in `before-confirm-rst`."""
        return f"{self.moment.name}-{self.strike.name}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `publish` names its publish point."""

    beginning: str
    blows: tuple[Blow, ...]
    publish: str

    @property
    def name(self) -> str:
        """The name of its scenario."""
        return "-".join((self.beginning, *(blow.name for blow in self.blows), "publish", self.publish))

    @property
    def messages(self) -> int:
        """How many its story publishes."""
        return sum(step.count for step in self._steps() if isinstance(step, model.Publish))

    def scenario(self) -> Scenario:
        """The cell as a story."""
        steps = placed(self._steps())
        at = " and ".join(
            f"{blow.strike.name} {blow.moment.name.replace('-', ' ', 1)}" for blow in self.blows
        )
        story = f"A cell of the sweep. It begins with a {self.beginning.replace('-', ' ')}; then: {at}."
        return Scenario(name=self.name, story=story, steps=steps, deadline=DEADLINE)

    def _steps(self) -> Iterator[Step]:
        if self.beginning != "empty-page":
            yield model.Publish(count=2)
        if self.beginning == "reconnect":
            yield model.Settle()
        publish = model.Publish()
        if self.publish == "before-all":
            yield publish
        for number, blow in enumerate(self.blows, start=1):
            yield from self._come(number, blow)
            if self.publish == f"at-strike-{number}":
                yield publish
            if number < len(self.blows):
                yield from _arming(self.blows[number])
            yield from blow.strike.acting
            if self.publish == f"after-strike-{number}":
                yield publish
            if blow.moment.kept is not None:
                yield model.Heal(id=blow.moment.kept)
        if self.publish in _FOLLOWING:
            yield model.Await(event=self.publish, within=PATIENCE)
            yield publish
        yield model.Settle(within=DEADLINE)
        yield model.Publish()  # a newer message: a gap that it covers stays one
        yield model.Await(event="published")

    def _come(self, number: int, blow: Blow) -> Iterator[Step]:
        """To the moment of a blow. The first has to make its own connection; a later one has it from the blow before, if that ended one."""
        fresh = number > 1 and self.blows[number - 2].strike.ends
        if number == 1:
            yield from _arming(blow)
            if self.beginning != "reconnect":
                yield model.Connect()
                fresh = True
        if blow.moment.new and not fresh:
            yield model.Cut(how="close")
        elif fresh and not blow.moment.new:
            yield model.Await(event="confirmed", within=PATIENCE)
        yield from blow.moment.prompting
        yield from blow.moment.arriving


def _arming(blow: Blow) -> Iterator[Step]:
    yield from blow.strike.arming
    yield from blow.moment.arming


@cache
def _blows(turn: int) -> tuple[Blow, ...]:
    return (
        *(Blow(_DOOR, strike) for strike in door_strikes(turn)),
        *(Blow(moment, strike) for moment in moments(turn) for strike in strikes(turn)),
        *(Blow(_ANSWER, strike) for strike in answer_strikes(turn)),
    )


def singles() -> Iterator[Cell]:
    """Every cell with one strike."""
    for beginning in BEGINNINGS:
        for blow in _blows(1):
            for publish in ("before-all", "at-strike-1", "after-strike-1", *_FOLLOWING):
                yield Cell(beginning, (blow,), publish)


def pairs() -> Iterator[Cell]:
    """Every cell with two: the second strikes the connection that the first has made necessary, or the same one."""
    for beginning in BEGINNINGS:
        for first in _blows(1):
            for second in _blows(2):
                if Cell(beginning, (first, second), "before-all").messages > MOST_MESSAGES:
                    continue
                for publish in (
                    "before-all", "at-strike-1", "after-strike-1", "at-strike-2", "after-strike-2", *_FOLLOWING,
                ):  # fmt: skip
                    yield Cell(beginning, (first, second), publish)
