"""The director: a scenario's steps, one after the other, each held until what it waits for has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from cablecheck.director.cast import Cast
from cablecheck.director.closing import DEPLOYED, closing_steps
from cablecheck.director.orders import Alarm, Finish, Note, Order
from cablecheck.director.playing import Ended, Entry, Opening, Play, Stride
from cablecheck.director.tally import COUNTED, Counts, Tally
from cablecheck.director.traffic import Traffic
from cablecheck.history import Event, StepBegan, StepEnded
from cablecheck.scenario.labels import labels_of
from cablecheck.scenario.model import Deploy, Placed, Scenario
from cablecheck.scenario.rooms import rooms_by_label, rooms_of

_OPENING = Placed("open", Opening())


class Director:
    """Reads the steps: given what has happened, says what the scenario does next.

    It must be told every event that is recorded, its own notes included, in order, and be woken at the time it last asked for. A story
    whose `await` is not met goes straight to its end: what stands behind that step could not happen as written. A target that is not
    `prompt` gets the whole deadline to bring what it acknowledged. Steps are numbered from 1 as in the file; the opening that a story
    without a `connect` gets is step 0. While a command of the user's own runs, its traffic goes on beside whatever step is played.
    """

    def __init__(self, scenario: Scenario, nonce: str, *, prompt: bool = True) -> None:
        bare = not any(placed.verb == "connect" for placed in scenario.steps)
        self._story = ((_OPENING,) if bare else ()) + scenario.steps
        deploys = any(isinstance(placed.step, Deploy) for placed in scenario.steps)
        self._steps = self._story + ((DEPLOYED,) if deploys else ()) + closing_steps(scenario.deadline)
        self._labels = (((),) if bare else ()) + tuple(labels_of(scenario))
        self._first_number = 0 if bare else 1
        self._tally = Tally()
        self._traffic = Traffic(self._tally, scenario.conversations)
        cast = Cast(rooms_of(scenario), rooms_by_label(scenario))
        self._play = Play(self._tally, self._traffic, cast, nonce, prompt=prompt)
        self._index = -1
        self._earlier: Counts = {}  # when the step before this one began
        self._strides: Iterator[Stride] = iter(())
        self._stride: Stride | None = None
        self._until = inf  # when the stride has run out of time
        self._heeds: frozenset[type[Event]] = frozenset()  # what may be its end
        self._due = inf  # when it may be over without any event

    def begin(self, now: float) -> list[Order]:
        """The first orders of the run."""
        return self._enter_next(now)

    def handle(self, events: Iterable[Event], now: float) -> list[Order]:
        """Take note of what was recorded in one breath; what is to be done because of all of it."""
        heeded = now >= self._due
        for event in events:
            kind = type(event)
            count = COUNTED.get(kind)
            if count is not None:
                count(self._tally, event)
            heeded = heeded or kind in self._heeds
        if self._traffic.streams:
            return self.woke(now)
        return self._look(now) if heeded else []

    def woke(self, now: float) -> list[Order]:
        """Look whether the current step has got what it waits for, or has run out of time; and what the traffic posts."""
        posts = self._traffic.posts(now) if self._traffic.streams else []
        return [*posts, *self._look(now)]

    def _look(self, now: float) -> list[Order]:
        stride = self._stride
        if stride is None:
            return []
        if stride.met(now):
            return self._next_stride(now)
        if now >= self._until:
            return self._leave(now, stride.otherwise, stride.note)
        return self._alarm(stride, now)

    def _next_stride(self, now: float) -> list[Order]:
        stride = next(self._strides, None)
        if stride is None:
            return self._leave(now, "done")
        self._stride = stride
        self._until = now + stride.within
        self._heeds = stride.heeds
        return [*stride.orders, *self._alarm(stride, now)]

    def _alarm(self, stride: Stride, now: float) -> list[Order]:
        wake_at = stride.wake_at()
        self._due = min(self._until, wake_at)
        if self._traffic.streams:
            self._due = min(self._due, self._traffic.due())
        at = self._due if self._due > now else max(self._until, wake_at)
        return [Alarm(at)] if now < at < inf else []

    def _leave(self, now: float, ended: Ended, note: str | None = None) -> list[Order]:
        number = self._index + self._first_number
        if ended == "unmet":
            self._index = max(self._index, len(self._story) - 1)
        return [
            Note(StepEnded(now, number, ended, note if ended != "done" else None)),
            *self._enter_next(now),
        ]

    def _enter_next(self, now: float) -> list[Order]:
        self._index += 1
        if self._index >= len(self._steps):
            self._stride, self._heeds, self._due = None, frozenset(), inf
            return [Finish()]
        placed = self._steps[self._index]
        closing = self._index >= len(self._story)
        entry = Entry(
            step=placed.step,
            verb=placed.verb,
            number=self._index + self._first_number,
            closing=closing,
            labels=() if closing else self._labels[self._index],
            earlier=self._earlier,
        )
        self._earlier = self._tally.snapshot()
        self._strides = self._play.strides(entry, now)
        return [Note(StepBegan(now, entry.number, placed.verb, closing)), *self._next_stride(now)]
