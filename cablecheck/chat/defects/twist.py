"""What a defect is: a hand that bends the actions on which a sound chat has decided."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from cablecheck.chat.ledger import MessageSaid
from cablecheck.chat.rooms import Rooms
from cablecheck.chat.signals import Answer, Asked, Attach, ChatAction, ChatEvent, Store, Transmit
from cablecheck.scenario.defects import Defect


@dataclass(frozen=True, slots=True)
class Inside:
    """What a defect may look into, or lay hands on: the rooms, and whether it is the agent who asks."""

    rooms: Rooms
    is_agent: Callable[[Asked], bool]


class Hand(ABC):
    """Bends actions. `touched`: the defects that have changed anything so far."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        self.touched: set[Defect] = set()

    @abstractmethod
    def bend(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction]:
        """What the chat does instead."""


class Twist(Hand):
    """The hand of one defect."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(inside)
        self.defect = defect

    def bend(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction]:
        """What the chat does instead."""
        bent = self.bent(event, actions, now)
        if bent is None:
            return actions
        self.touched.add(self.defect)
        return bent

    @abstractmethod
    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """What the chat does instead; None where this defect changes nothing."""


class Turn:
    """Which of many things a defect strikes: `span` of them from the `first` on, and of every `every` after it.

    By default the third of eight: a short story has two that go well, then the one that does not, and probes that nothing happens to.
    """

    def __init__(self, first: int = 3, every: int = 8, span: int = 1) -> None:
        self._first = first
        self._every = every
        self._span = span
        self._count = 0

    def comes(self) -> bool:
        """Count one more, and say whether it is struck."""
        self._count += 1
        return self._count >= self._first and (self._count - self._first) % self._every < self._span


@dataclass(frozen=True, slots=True)
class Post:
    """What is done about a message of the agent's. `aired`: its broadcast, and what other defects have made of it."""

    message: MessageSaid
    store: Store
    aired: tuple[ChatAction, ...]
    answer: Answer


def post_in(actions: list[ChatAction]) -> Post | None:
    """The agent's message that these actions are about, if they are about one and nothing has reordered them."""
    match actions:
        case [Store((MessageSaid(by="agent") as message,)) as store, *aired, Answer() as answer]:
            return Post(message, store, tuple(aired), answer)
        case _:
            return None


def subscription_in(actions: list[ChatAction]) -> tuple[Attach, Transmit] | None:
    """The attachment and the confirmation of a subscription, if these actions are about one."""
    match actions:
        case [Attach() as attach, Transmit() as confirm]:
            return attach, confirm
        case _:
            return None
