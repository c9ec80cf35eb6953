"""The faults of a scenario where nobody plays it: its steps in order, as far as a proxy alone can take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Protocol

import trio

from cablecheck.director.tally import COUNTED, QUIET_SECONDS, Counts, Tally
from cablecheck.errors import BadInputError
from cablecheck.history import Event
from cablecheck.live.proxy.notes import Told
from cablecheck.nemesis.fault import As
from cablecheck.nemesis.faults import FAULTS
from cablecheck.scenario import model
from cablecheck.scenario.model import Placed, Scenario, Step

CLIENT = "c1"
_SEEN = {
    "connecting", "connected", "welcomed", "subscribing", "confirmed", "rejected", "pinged", "message", "disconnect", "closed",
    "catch-up-sent", "catch-up-answered",
}  # fmt: skip


class Arms(Protocol):
    """What the steps are done with."""

    def arm(self, step: Step, *, fault: str, verb: str, number: int) -> None:
        """Hand this fault to the nemesis."""

    def heal(self, fault: str | None = None, as_: As = "in-order") -> None:
        """End this fault, or all."""

    def release(self, what: str | None = None, fault: str | None = None, as_: As = "in-order") -> None:
        """End the holds on `what`, or the hold of this id."""


def left_out(scenario: Scenario) -> dict[int, str]:
    """The steps that a proxy alone leaves out, by their number from 1, and why."""
    reasons: dict[int, str] = {}
    missing: set[str | None] = set()
    for number, placed in enumerate(scenario.steps, start=1):
        why = _why_not(placed.step)
        if isinstance(placed.step, model.Await) and placed.step.fired in missing:
            why = f"fault {placed.step.fired} is left out"
        if why is not None:
            reasons[number] = why
            missing.add(getattr(placed.step, "id", None) or f"{placed.verb}-{number}")
    return reasons


def _why_not(step: Step) -> str | None:
    match step:
        case model.Await(event=str(event)) if event not in _SEEN | {"errored"}:
            return f"only a client can tell of {event}"
        case model.Await(shown=str()):
            return "only a client can tell what is shown"
        case model.Connect() | model.Await() | model.Settle() | model.Wait() | model.Heal() | model.Release():
            return None
        case model.Restart():
            return "the server is not ours to restart"
        case model.Refuse(how="port", times=int()):
            return "nobody tells the proxy whom a closed port refuses; write how: reset to count them"
        case model.Selective(label=str()):
            return "messages have labels in a run only"
        case model.Faulty(on=on) if type(step) in FAULTS:
            return None if on in (None, CLIENT) else f"all connections here are those of {CLIENT}"
        case _:
            return "it takes a run"


def checked(scenario: Scenario) -> Scenario:
    """The scenario, if anything of it can be played. Raises BadInputError."""
    missing = left_out(scenario)
    steps = enumerate(scenario.steps, start=1)
    if not any(isinstance(placed.step, model.Faulty) and number not in missing for number, placed in steps):
        raise BadInputError(
            f"{scenario.source}: none of its steps is a fault that a proxy alone can do; write one, such as `- cut: {{how: rst}}`"
        )
    return scenario


class FaultStory:
    """Takes the steps one after the other, once. `tell` is told which are left out, and which waited in vain.

    As in a run the story begins when a client is subscribed, unless it has a `connect`: then at once. What is awaited in vain does not end it.
    """

    def __init__(
        self, scenario: Scenario, arms: Arms, tell: Callable[[Told], None], now: Callable[[], float]
    ) -> None:
        self._scenario = scenario
        self._missing = left_out(scenario)
        self._arms = arms
        self._tell = tell
        self._now = now
        self._tally = Tally()
        self._news = trio.Event()
        self._over = False

    def handle(self, event: Event) -> None:
        """Take note of what happened."""
        count = COUNTED.get(type(event))
        if count is not None and not self._over:
            count(self._tally, event)
            self._news.set()
            self._news = trio.Event()

    async def play(self) -> None:
        """Take every step."""
        for line in self._left_out():
            self._tell(Told(line))
        if not any(isinstance(placed.step, model.Connect) for placed in self._scenario.steps):
            self._tell(Told(f"{self._scenario.name}: it begins once a client is subscribed"))
            await self._until(lambda: self._happened({}, "confirmed") > 0)
        earlier: Counts = {}
        for number, placed in enumerate(self._scenario.steps, start=1):
            began = self._tally.snapshot()
            if number not in self._missing:
                await self._step(number, placed, earlier)
            earlier = began
        self._over = True
        self._tell(Told(f"{self._scenario.name}: its last step is taken; what stands goes on"))

    def _left_out(self) -> Iterator[str]:
        for number, why in self._missing.items():
            yield f"step {number} ({self._scenario.steps[number - 1].verb}) is left out: {why}"
        if self._scenario.defects:
            yield f"its defects are left out: they are the bundled chat's ({', '.join(self._scenario.defects)})"

    async def _step(self, number: int, placed: Placed, earlier: Counts) -> None:
        match placed.step:
            case model.Connect():
                await self._until(lambda: self._happened({}, "connecting") > 0)
            case model.Wait(for_=for_):
                await trio.sleep(for_)
            case model.Await() as step:
                await self._await(step, number, earlier)
            case model.Settle(within=within):
                await self._settle(within)
            case model.Heal(id=id_, as_=as_):
                self._arms.heal(id_, as_)
            case model.Release(what=what, id=id_, as_=as_):
                self._arms.release(what, id_, as_)
            case step:
                fault: str = getattr(step, "id", None) or f"{placed.verb}-{number}"
                if isinstance(step, model.Latency):
                    self._tally.slow_down(fault, step.delay + step.jitter)
                self._arms.arm(step, fault=fault, verb=placed.verb, number=number)

    async def _await(self, step: model.Await, number: int, earlier: Counts) -> None:
        if step.event == "errored":
            self._tell(
                Told(f"step {number} (await): a refused client tells nobody; this waits {step.within:g} s")
            )
            await trio.sleep(step.within)
            return
        if step.fired is not None:
            fault = step.fired
            what = f"fault {fault} did not fire"
            met = await self._until(lambda: self._tally.fired(fault, CLIENT) >= step.count, step.within)
        else:
            word, since = str(step.event), {} if step.total is not None else earlier
            wanted = step.total or step.count
            what = f"{word} did not happen"
            met = await self._until(lambda: self._happened(since, word) >= wanted, step.within)
        if not met:
            self._tell(Told(f"step {number} (await) waited in vain: {what} within {step.within:g} s"))

    async def _settle(self, within: float) -> None:
        entered = self._now()

        def quiet_at() -> float:
            return max(self._tally.quiet_at(), entered + QUIET_SECONDS)

        await self._until(lambda: self._now() >= quiet_at(), within, quiet_at)

    def _happened(self, earlier: Counts, word: str) -> int:
        return self._tally.since(earlier, word, CLIENT)

    async def _until(
        self, met: Callable[[], bool], within: float = inf, due: Callable[[], float] = lambda: inf
    ) -> bool:
        """Wait until this is so. `due`: when it may become so without any news. False: it never was within the time."""
        with trio.move_on_after(within):
            while not met():
                with trio.move_on_after(max(0.0, due() - self._now())):
                    await self._news.wait()
                await trio.lowlevel.checkpoint()
            return True
        return False
