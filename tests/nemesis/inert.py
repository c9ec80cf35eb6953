"""A nemesis that lies: it journals what the real one would and lets everything pass.

The honesty test runs scenarios with it. A verifier that believes the journal calls them verified; ours must call them inconclusive.
"""

from __future__ import annotations

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
