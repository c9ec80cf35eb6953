"""What each verb means for the director: the orders of a step, and what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from cablecheck.director.cast import Cast
from cablecheck.director.closing import Appear, Arrive, Ask, Curtain, Probe
from cablecheck.director.orders import (
    Arm,
    Deploy,
    Heal,
    Note,
    OpenConversation,
    OpenPage,
    Order,
    Publish,
    ReadTimelines,
    Release,
    Visit,
)
from cablecheck.director.tally import QUIET_SECONDS, Counts, Tally
from cablecheck.director.traffic import Traffic
from cablecheck.history import (
    ClosingBegan,
    Event,
    PublishAcknowledged,
    PublishRefused,
    PublishUnknown,
    marked,
)
from cablecheck.scenario import model
from cablecheck.scenario.model import Step
from cablecheck.scenario.rooms import label_in, room_in
from cablecheck.scenario.units import per_second

# How long the clients may take to subscribe for the first time before the story is given up.
FIRST_SUBSCRIPTION_SECONDS = 10.0
# How long a visitor's send may keep the next step waiting: its POST may be what the story breaks.
SEND_PATIENCE_SECONDS = 2.0
# How long the bundled server may take to go down once it is told to.
RESTART_SECONDS = 15.0

Ended: TypeAlias = Literal["done", "ran-out", "unmet", "failed"]
EVERYTHING: frozenset[type[Event]] = frozenset(get_args(Event))
OUTCOMES: frozenset[type[Event]] = frozenset({PublishAcknowledged, PublishRefused, PublishUnknown})


class Opening(Step, frozen=True):
    """The step that comes first in a story without a `connect`: every client subscribes."""


def _at_once(_: float) -> bool:
    return True


def _never() -> float:
    return inf


class Stride(Struct, frozen=True):
    """Orders to give, and what to wait for then.

    `met` is asked, with the time, after every event of a kind that it `heeds` and every alarm; once `within` seconds have passed the
    step ends as `otherwise`. `wake_at` names the time at which `met` may come true without any event.
    """

    orders: list[Order]
    met: Callable[[float], bool] = _at_once
    within: float = inf
    otherwise: Ended = "done"
    wake_at: Callable[[], float] = _never
    note: str | None = None
    heeds: frozenset[type[Event]] = EVERYTHING


class Entry(Struct, frozen=True):
    """The step that is about to be played: where it stands, its labels, and the counts when the step before it began."""

    step: Step
    verb: str
    number: int
    closing: bool
    labels: tuple[str, ...]
    earlier: Counts


class Play:
    """Plays single steps against what has happened. `nonce` marks this run's messages.

    A `prompt` target broadcasts a message before it acknowledges the next one, so after a second of silence nothing is on its way.
    """

    def __init__(self, tally: Tally, traffic: Traffic, cast: Cast, nonce: str, *, prompt: bool) -> None:
        self._tally = tally
        self._traffic = traffic
        self._prompt = prompt
        self._cast = cast
        self._nonce = nonce

    def strides(self, entry: Entry, now: float) -> Iterator[Stride]:
        """A step as strides: each is asked for when the one before has met what it waited for."""
        match entry.step:
            case Opening():
                yield self._open_pages(self._cast.clients, "confirmed")
            case model.Connect(on=on):
                yield self._open_pages(self._cast.on(on), "connecting")
            case model.Publish() as step:
                yield from self._publish(step, entry.labels, now)
            case model.Send(on=on):
                for label in entry.labels:
                    yield self._visit("send", self._cast.firsts() if on is None else (on,), label)
                    yield Stride([], self._known(label), SEND_PATIENCE_SECONDS)
            case model.Type(on=on):
                yield self._visit("type", self._cast.on(on))
            case model.Subscribe(on=on):
                yield self._visit("subscribe", self._cast.on(on))
            case model.Unsubscribe(on=on):
                yield self._visit("unsubscribe", self._cast.on(on))
            case model.Switch():
                yield Stride(
                    [OpenConversation()], self._rises("switched"), FIRST_SUBSCRIPTION_SECONDS, "failed"
                )
            case model.Await() as step:
                yield self._await(step, entry.earlier)
            case model.Settle() as step:
                yield self._settle(step, now)
            case model.Wait() as step:
                end = now + step.for_
                yield Stride([], lambda at: at >= end, wake_at=lambda: end)
            case _:
                yield self._short(entry, now)

    def _short(self, entry: Entry, now: float) -> Stride:
        """The steps that wait for nothing but their own doing."""
        match entry.step:
            case Curtain():
                return Stride([Note(ClosingBegan(now))])
            case Ask():
                return Stride([ReadTimelines()])
            case Probe(label=label):
                return Stride(self._everywhere(Publish(label, probe=True)), self._known(label))
            case model.Heal() as step:
                return Stride([Heal(step.id, step.as_)])
            case model.Release() as step:
                return Stride([Release(step.what, step.id, step.as_)])
            case step:
                return self._armed(entry, step, now)

    def _armed(self, entry: Entry, step: Step, now: float) -> Stride:
        """A fault: of most there is nothing to wait for."""
        fault: str = getattr(step, "id", None) or f"{entry.verb}-{entry.number}"
        arm = Arm(step, fault, entry.verb, entry.number, entry.closing)
        match step:
            case model.Latency():
                self._tally.slow_down(fault, step.delay + step.jitter)
            case model.Restart():
                return Stride([arm], self._rises("server-stopped"), RESTART_SECONDS, "failed")
            case model.Deploy():
                self._tally.deploys.add(fault)
                self._traffic.begin(step, fault, now)
                command = Deploy(step, fault, entry.number)
                return Stride([arm, command], self._rises("deploying"), RESTART_SECONDS, "failed")
            case _:
                pass
        return Stride([arm])

    def _open_pages(self, clients: tuple[str, ...], word: str) -> Stride:
        """A client that reads the list as soon as it is subscribed has read it before the story goes on."""
        return Stride(
            [OpenPage(client) for client in clients],
            lambda _: (
                not self._tally.asking and all(self._tally.since({}, word, client) for client in clients)
            ),
            FIRST_SUBSCRIPTION_SECONDS,
            "unmet",
            note=f"not every client was {word} within {FIRST_SUBSCRIPTION_SECONDS:g} s",
        )

    def _visit(
        self,
        act: Literal["send", "type", "subscribe", "unsubscribe"],
        clients: tuple[str, ...],
        label: str | None = None,
    ) -> Stride:
        """A page that was never opened answers to nobody: what the visitor should do there fails."""
        before = self._tally.snapshot()
        return Stride(
            [Visit(client, act, self._labelled(client, label)) for client in clients],
            lambda _: all(self._tally.since(before, "acted", client) for client in clients),
            SEND_PATIENCE_SECONDS,
            "failed",
            note=f"not every page was open: {', '.join(clients)}",
        )

    def _publish(self, step: model.Publish, labels: tuple[str, ...], now: float) -> Iterator[Stride]:
        spacing = 0.0 if step.rate is None else 1 / per_second(step.rate)
        under_way: list[str] = []
        for turn, label in enumerate(labels, start=1):
            under_way = [*filter(self._is_under_way, under_way), label]
            most = step.at_once - 1 if turn < len(labels) else 0
            order = Publish(label, step.created_at, length=step.length or 0)
            yield self._posted(order, now + turn * spacing, under_way, most)

    def _posted(self, order: Publish, not_before: float, under_way: list[str], most: int) -> Stride:
        """Post this one, and go on when no more than `most` of those that are under way have no outcome yet."""

        def free() -> bool:
            return sum(map(self._is_under_way, under_way)) <= most

        return Stride(
            self._everywhere(order),
            lambda at: at >= not_before and free(),
            wake_at=lambda: not_before if free() else inf,
            heeds=OUTCOMES,
        )

    def _is_under_way(self, label: str) -> bool:
        """Whether a message has no outcome yet, in some room."""
        return not {*self._cast.labels(label)} <= self._tally.known

    def _everywhere(self, order: Publish) -> list[Order]:
        """The same message once for each room."""
        if len(self._cast.rooms) == 1:
            return [order]
        return [replace(order, label=label, room=room_in(label)) for label in self._cast.labels(order.label)]

    def _labelled(self, client: str, label: str | None) -> str | None:
        return None if label is None else label_in(self._cast.room_of(client), label)

    def _await(self, step: model.Await, earlier: Counts) -> Stride:
        met: Callable[[float], bool]
        if step.shown is not None:
            wanted = [*self._cast.sights(self._nonce, step.shown, self._cast.on(step.on))]
            what, met = f"{step.shown} was not shown", lambda _: self._tally.shown(wanted)
        elif step.fired is not None:
            what, met = f"fault {step.fired} did not fire", self._fires(step, step.fired)
        elif step.event == "deployed":
            return Stride([], lambda _: not self._tally.deploys)
        else:
            what, met = f"{step.event} did not happen", self._counted(step, earlier)
        return Stride([], met, step.within, "unmet", note=f"{what} within {step.within:g} s")

    def _fires(self, step: model.Await, fault: str) -> Callable[[float], bool]:
        def met(_: float) -> bool:
            clients = self._cast.on(step.on or self._tally.armed_for(fault))
            return all(self._tally.fired(fault, client) >= step.count for client in clients)

        return met

    def _counted(self, step: model.Await, earlier: Counts) -> Callable[[float], bool]:
        word = str(step.event)
        since = {} if step.total is not None else earlier
        wanted = step.total or step.count
        whose = (None,) if word in {"published", "server-started"} else self._cast.on(step.on)
        return lambda _: all(self._tally.since(since, word, client) >= wanted for client in whose)

    def _settle(self, step: model.Settle, entered: float) -> Stride:
        def quiet_at() -> float:
            return max(self._tally.quiet_at(), entered + QUIET_SECONDS)

        def met(now: float) -> bool:
            silent = now >= quiet_at()
            match step:
                case Appear(label=label):
                    return all(map(self._shows, self._cast.labels(label))) or (silent and self._prompt)
                case Arrive():
                    return silent and (self._prompt or all(map(self._shows, self._tally.acknowledged)))
                case _:
                    return silent

        return Stride([], met, step.within, "ran-out", quiet_at)

    def _shows(self, label: str) -> bool:
        """Whether everybody in its room shows the message of this label, which tells its room."""
        mark = marked(self._nonce, label)
        return self._tally.shown((client, mark) for client in self._cast.members(label))

    def _known(self, label: str) -> Callable[[float], bool]:
        labels = {*self._cast.labels(label)}
        return lambda _: labels <= self._tally.known

    def _rises(self, word: str) -> Callable[[float], bool]:
        before = self._tally.snapshot()
        return lambda _: self._tally.since(before, word, None) > 0
