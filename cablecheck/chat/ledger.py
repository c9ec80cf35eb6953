"""What a chat keeps, and the least that a place to keep it must be able to do.

The rows are only ever added: a session's current conversation is the one opened last. Message numbers are given out by the chat,
ascending, and are never used for two messages that were both stored. A message may be stored after one with a higher number.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias, assert_never

from msgspec import Struct

By: TypeAlias = Literal["agent", "visitor"]


class SessionOpened(Struct, frozen=True):
    """A visitor began to chat; the token is all that it needs to go on."""

    session: str
    webchat: str


class ConversationOpened(Struct, frozen=True):
    """A session moved to a new conversation."""

    conversation: str
    session: str


class MessageSaid(Struct, frozen=True):
    """One message. `created_milliseconds` since 1970."""

    number: int
    session: str
    conversation: str
    body: str
    created_milliseconds: int
    by: By


Row: TypeAlias = SessionOpened | ConversationOpened | MessageSaid


class Page(Struct, frozen=True):
    """Messages in the order of their numbers; `more` when the list does not end here."""

    messages: tuple[MessageSaid, ...]
    more: bool


class Kept(Struct, frozen=True):
    """All that a chat must know to go on after a restart; `latest_milliseconds` is the latest message of each session."""

    sessions: tuple[SessionOpened, ...] = ()
    conversations: tuple[ConversationOpened, ...] = ()
    latest_milliseconds: dict[str, int] = {}
    last_number: int = 0


class Ledger(Protocol):
    """Where rows are kept."""

    def load(self) -> Kept:
        """What is kept, conversations in the order in which they were opened."""
        ...

    def keep(self, rows: Iterable[Row]) -> None:
        """Commit these rows, all or none."""
        ...

    def page(self, session: str, after: int | None, limit: int) -> Page | None:
        """Messages of a session after that one; None when `after` is no message of this session."""
        ...


def _number(message: MessageSaid) -> int:
    return message.number


@dataclass(slots=True)
class MemoryLedger:
    """A ledger that forgets all when the process ends: the simulator's."""

    sessions: list[SessionOpened] = field(default_factory=list)
    conversations: list[ConversationOpened] = field(default_factory=list)
    messages: dict[str, list[MessageSaid]] = field(default_factory=dict)

    def load(self) -> Kept:
        """What is kept, conversations in the order in which they were opened."""
        return Kept(
            tuple(self.sessions),
            tuple(self.conversations),
            {session: max(m.created_milliseconds for m in said) for session, said in self.messages.items()},
            max((m.number for said in self.messages.values() for m in said), default=0),
        )

    def keep(self, rows: Iterable[Row]) -> None:
        """Commit these rows."""
        for row in rows:
            match row:
                case SessionOpened():
                    self.sessions.append(row)
                case ConversationOpened():
                    self.conversations.append(row)
                case MessageSaid():
                    self._say(row)
                case _:
                    assert_never(row)

    def _say(self, message: MessageSaid) -> None:
        """Keep the order of the numbers, in which messages mostly come."""
        said = self.messages.setdefault(message.session, [])
        if said and said[-1].number > message.number:
            insort(said, message, key=_number)
        else:
            said.append(message)

    def page(self, session: str, after: int | None, limit: int) -> Page | None:
        """Messages of a session after that one; None when `after` is no message of this session."""
        said = self.messages.get(session, [])
        begin = 0
        if after is not None:
            begin = bisect_right(said, after, key=_number)
            if begin == 0 or said[begin - 1].number != after:
                return None
        return Page(tuple(said[begin : begin + limit]), len(said) > begin + limit)
