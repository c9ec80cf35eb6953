"""The rooms of a live run: each is one visitor's conversation, in which the agent posts and of which the target has a list."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from msgspec import structs

from cablecheck.live.chat_api import ChatApi
from cablecheck.live.targets import Place
from cablecheck.truth import Truth


class Room:
    """One of them, counted from 1. `acknowledged` are the ids of what the agent posted there."""

    def __init__(self, number: int, place: Place) -> None:
        self.number = number
        self.chat = ChatApi(place)
        self.acknowledged: set[str] = set()

    @property
    def place(self) -> Place:
        """The place with the conversation in which the agent posts; a switch moves it."""
        return self.chat.place

    async def another(self, number: int) -> Room:
        """A room of another visitor at the same target. Raises UnreachableError."""
        room = Room(number, self.place)
        await room.chat.begin(sign_in=False)
        return room

    async def move(self) -> None:
        """Let the target open a new conversation for its visitor. Raises UnreachableError."""
        await self.chat.open_conversation()

    async def truth(self) -> Truth:
        """What the target stored in it."""
        truth = await self.chat.truth(frozenset(self.acknowledged))
        if self.number == 1:
            return truth
        stored = tuple(structs.replace(message, room=self.number) for message in truth.messages)
        reason = f"conversation {self.number}: {truth.reason}" if truth.reason else None
        return Truth(stored, truth.complete, reason, truth.source)


def together(truths: Iterable[Truth]) -> Truth:
    """The truth of all rooms, one after the other."""
    truths = tuple(truths)
    messages = tuple(chain.from_iterable(truth.messages for truth in truths))
    reasons = [truth.reason for truth in truths if truth.reason]
    source = truths[0].source
    return Truth(messages, all(truth.complete for truth in truths), "; ".join(reasons) or None, source)
