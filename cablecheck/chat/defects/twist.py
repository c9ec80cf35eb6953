"""What a defect is: a hand that bends the actions on which a sound chat has decided."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cablecheck.chat.signals import ChatAction, ChatEvent
from cablecheck.scenario.defects import Defect


class Twist(ABC):
    """One defect, switched on. `touched`: the defects that have changed anything so far, which is at most this one."""

    def __init__(self, defect: Defect) -> None:
        self.defect = defect
        self.touched: set[Defect] = set()

    def bend(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction]:
        """What the chat does instead."""
        bent = self.bent(event, actions, now)
        if bent is None:
            return actions
        self.touched.add(self.defect)
        return bent

    @abstractmethod
    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """The same; None where it changes nothing."""


class Turn:
    """Which of many things a defect strikes: `span` of them from the `first` on, and of every `every` after it."""

    def __init__(self, first: int = 3, every: int = 8, span: int = 1) -> None:
        self._first = first
        self._every = every
        self._span = span
        self._count = 0

    def comes(self) -> bool:
        """Count one more, and say whether it is struck."""
        self._count += 1
        return self._count >= self._first and (self._count - self._first) % self._every < self._span
