"""A nemesis of which some faults are only journalled: what would have been without them.

Leaving a fault out altogether would change the story, for its later steps wait for the fault to fire. So it is armed, fires, keeps and
is released in the journal, and nothing of it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cablecheck.nemesis.came import Waiting
from cablecheck.nemesis.fault import As
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import (
    Admit,
    AnswerCame,
    BytesCame,
    CommandCame,
    Deliver,
    Dialled,
    FrameCame,
    Journal,
    Link,
    NemesisEvent,
    NemesisOrder,
    Wake,
)
from cablecheck.scenario import model


class Shadow(Nemesis):
    """Armed, fired, released and healed as written in the journal; everything passes at once."""

    def meet(self, client: str, now: float) -> list[NemesisOrder]:
        """As the nemesis, in words only."""
        return _words(super().meet(client, now))

    def arm(
        self, step: model.Step, *, fault: str, verb: str, number: int, now: float, closing: bool = False
    ) -> list[NemesisOrder]:
        """As the nemesis, in words only."""
        return _words(super().arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing))

    def heal(self, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, in words only."""
        return _words(super().heal(fault, as_, now))

    def release(self, what: str | None, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, in words only."""
        return _words(super().release(what, fault, as_, now))

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        """Let everything pass at once."""
        words = _words(super().handle(event, now))
        match event:
            case Dialled(link):
                return [*words, Admit(link)]
            case (
                FrameCame(link, token)
                | CommandCame(link, token)
                | AnswerCame(link, token)
                | BytesCame(link, token)
            ):
                return [*words, Deliver(link, token)]
            case _:
                return words


def _words(orders: list[NemesisOrder]) -> list[NemesisOrder]:
    return [order for order in orders if isinstance(order, Journal | Wake)]


class PartlyShadow(Nemesis):
    """The real nemesis, but for the steps that `spared` says: those faults are journalled, and nothing of them is done."""

    def __init__(self, rng: Random, spared: Callable[[model.Step], bool]) -> None:
        super().__init__(rng)
        self._spared = spared
        self._shadow = Shadow(rng)

    @property
    def idle(self) -> bool:
        """Whether neither has anything to say."""
        return super().idle and self._shadow.idle

    def learn(self, event: Waiting) -> None:
        """Both take note."""
        super().learn(event)
        self._shadow.learn(event)

    def overhear(self, link: Link, text: str) -> None:
        """Both take note."""
        super().overhear(link, text)
        self._shadow.overhear(link, text)

    def meet(self, client: str, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the shadow."""
        return [*_journal(self._shadow.meet(client, now)), *super().meet(client, now)]

    def arm(
        self, step: model.Step, *, fault: str, verb: str, number: int, now: float, closing: bool = False
    ) -> list[NemesisOrder]:
        """Only the one or the other has this fault."""
        if self._spared(step):
            return _journal(
                self._shadow.arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)
            )
        return super().arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)

    def heal(self, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the shadow."""
        return [*_journal(self._shadow.heal(fault, as_, now)), *super().heal(fault, as_, now)]

    def release(self, what: str | None, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the shadow."""
        return [
            *_journal(self._shadow.release(what, fault, as_, now)),
            *super().release(what, fault, as_, now),
        ]

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        """Both are told of it, and only the real one decides."""
        return [*_journal(self._shadow.handle(event, now)), *super().handle(event, now)]


def _journal(orders: list[NemesisOrder]) -> list[NemesisOrder]:
    return [order for order in orders if isinstance(order, Journal)]
