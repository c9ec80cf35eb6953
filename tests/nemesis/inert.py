"""A nemesis that lies: it journals what the real one would and lets everything pass.

The honesty test runs scenarios with it. A verifier that believes the journal calls them verified; ours must call them inconclusive.
"""

from __future__ import annotations

import random
from collections.abc import Callable

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
    NemesisEvent,
    NemesisOrder,
    Wake,
)
from cablecheck.scenario import model


class Inert(Nemesis):
    """Armed, fired, released and healed as written in the journal; nothing of it is done."""

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


class PartlyInert(Nemesis):
    """The real nemesis, but for the steps that `lies` says: those faults are journalled, and nothing of them is done."""

    def __init__(self, rng: random.Random, lies: Callable[[model.Step], bool]) -> None:
        super().__init__(rng)
        self._lies = lies
        self._liar = Inert(rng)

    def meet(self, client: str, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the liar."""
        return [*_journal(self._liar.meet(client, now)), *super().meet(client, now)]

    def arm(
        self, step: model.Step, *, fault: str, verb: str, number: int, now: float, closing: bool = False
    ) -> list[NemesisOrder]:
        """Only the one or the other has this fault."""
        if self._lies(step):
            return _journal(
                self._liar.arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)
            )
        return super().arm(step, fault=fault, verb=verb, number=number, now=now, closing=closing)

    def heal(self, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the liar."""
        return [*_journal(self._liar.heal(fault, as_, now)), *super().heal(fault, as_, now)]

    def release(self, what: str | None, fault: str | None, as_: As, now: float) -> list[NemesisOrder]:
        """As the nemesis, and in words as the liar."""
        return [*_journal(self._liar.release(what, fault, as_, now)), *super().release(what, fault, as_, now)]

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        """Both are told of it, and only the real one decides."""
        return [*_journal(self._liar.handle(event, now)), *super().handle(event, now)]


def _journal(orders: list[NemesisOrder]) -> list[NemesisOrder]:
    return [order for order in orders if isinstance(order, Journal)]
