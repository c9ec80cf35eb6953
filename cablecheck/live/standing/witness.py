"""A nemesis that tells, in the words of a history, which frames and commands it lets pass.

In a run the clients themselves say what they were given. Where the proxy stands alone nobody does, and what left it stands for it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cablecheck.cable.commands import identifier_of_command, kind_of_command
from cablecheck.cable.frames import gist_of, read_frame
from cablecheck.history import Event, Received, Sent
from cablecheck.nemesis.fault import As
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import (
    CommandCame,
    Deliver,
    Direction,
    Discard,
    Ended,
    FrameCame,
    Hush,
    Inject,
    Link,
    NemesisEvent,
    NemesisOrder,
    Unhush,
)
from cablecheck.scenario import model


class Witness(Nemesis):
    """Decides as the nemesis does. What a blackhole keeps has not passed until it is given."""

    def __init__(self, rng: Random, record: Callable[[Event], None]) -> None:
        super().__init__(rng)
        self._record = record
        self._waiting: dict[tuple[Link, int], FrameCame | CommandCame] = {}
        self._hushed: dict[tuple[Link, Direction], list[Event]] = {}

    def arm(
        self, step: model.Step, *, fault: str, verb: str, number: int, now: float, closing: bool = False
    ) -> list[NemesisOrder]:
        """As the nemesis."""
        orders = super().arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)
        return self._seen(orders, now)

    def heal(self, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis."""
        return self._seen(super().heal(fault, as_, now), now)

    def release(self, what: str | None, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis."""
        return self._seen(super().release(what, fault, as_, now), now)

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        """As the nemesis."""
        match event:
            case FrameCame(link, token) | CommandCame(link, token):
                self._waiting[link, token] = event
            case Ended(link):
                self._waiting = {key: kept for key, kept in self._waiting.items() if key[0] != link}
                self._hushed = {lane: kept for lane, kept in self._hushed.items() if lane[0] != link}
            case _:
                pass
        return self._seen(super().handle(event, now), now)

    def _seen(self, orders: list[NemesisOrder], now: float) -> list[NemesisOrder]:
        for order in orders:
            match order:
                case Deliver(link, token, keep):
                    came = (
                        self._waiting.get((link, token)) if keep else self._waiting.pop((link, token), None)
                    )
                    if came is not None:
                        self._passed(came, now)
                case Discard(link, token):
                    self._waiting.pop((link, token), None)
                case Inject(link, text):
                    self._passed(FrameCame(link, 0, read_frame(text), text), now)
                case Hush(link, direction):
                    self._hushed.setdefault((link, direction), [])
                case Unhush(link, direction):
                    for event in self._hushed.pop((link, direction), ()):
                        self._record(event)
                case _:
                    pass
        return orders

    def _passed(self, came: FrameCame | CommandCame, now: float) -> None:
        event: Event
        link = came.link
        direction: Direction
        if isinstance(came, FrameCame):
            kind, identifier, id_ = gist_of(came.frame)
            direction, event = "down", Received(now, link.client, link.number, kind, identifier, id_)
        else:
            command = kind_of_command(came.command)
            identifier = identifier_of_command(came.command)
            direction, event = "up", Sent(now, link.client, link.number, command, identifier)
        hushed = self._hushed.get((link, direction))
        if hushed is None:
            self._record(event)
        else:
            hushed.append(event)
