"""Every defect: what it is in a sentence, which rows of the fault catalogue it provokes, and who does it.

A defect touches what a visitor is told. Whoever reads with the agent's token reads the truth: so a run that reads as the agent learns
what is stored, whatever the visitor's page is made to believe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cablecheck.chat.defects.broadcasting import MutedStream
from cablecheck.chat.defects.subscribing import ConfirmBeforeAttach
from cablecheck.chat.defects.twist import Twist
from cablecheck.scenario.defects import Defect


@dataclass(frozen=True, slots=True)
class Flaw:
    """`mechanism`: one sentence. `rows`: the ids of the catalogue's rows."""

    mechanism: str
    rows: tuple[str, ...]
    twist: Callable[[Defect], Twist]


DEFECTS: dict[Defect, Flaw] = {
    Defect.CONFIRM_BEFORE_ATTACH: Flaw(
        "A subscription is confirmed at once and attached to its stream two seconds later.",
        ("F01", "F02"),
        ConfirmBeforeAttach,
    ),
    Defect.MUTED_STREAM: Flaw(
        "Two broadcasts reach nobody, the third and fourth of every eight, while sockets stay open and are pinged.",
        ("F04",),
        MutedStream,
    ),
}


def twists_of(defects: Iterable[Defect]) -> tuple[Twist, ...]:
    """The hands of these defects, in the order of the registry, whatever the order in which they were named."""
    wanted = set(defects)
    return tuple(flaw.twist(defect) for defect, flaw in DEFECTS.items() if defect in wanted)
