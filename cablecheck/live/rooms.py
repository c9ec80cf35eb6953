"""The rooms of a live run: each is one visitor's conversation, in which the agent posts and of which the target has a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from msgspec import structs

from cablecheck.live.chat_api import ChatApi, api_of
from cablecheck.live.targets import Place
from cablecheck.truth import Truth


class Room:
    """One of them, counted from 1. `conversation` is where the agent posts (a switch moves it), `acknowledged` the ids of what it did."""

    def __init__(self, number: int, place: Place) -> None:
        self.number = number
        self.place = place
        self.chat: ChatApi = api_of(place)
        self.conversation = place.conversation
        self.acknowledged: set[str] = set()

    async def another(self, number: int) -> Room:
        """A room of another visitor at the same target. Raises UnreachableError."""
        session, conversation = await self.chat.open_session()
        return Room(number, replace(self.place, session=session, conversation=conversation))

    async def move(self) -> None:
        """Let the target open a new conversation for its visitor. Raises UnreachableError."""
        self.conversation = await self.chat.open_conversation(self.place.session)

    async def truth(self) -> Truth:
        """What the target stored in it."""
        truth = await self.chat.truth(self.place.session, frozenset(self.acknowledged))
        if self.number == 1:
            return truth
        stored = tuple(structs.replace(message, room=self.number) for message in truth.messages)
        reason = f"conversation {self.number}: {truth.reason}" if truth.reason else None
        return Truth(stored, truth.complete, reason)


def together(truths: Iterable[Truth]) -> Truth:
    """The truth of all rooms, one after the other."""
    truths = tuple(truths)
    messages = tuple(chain.from_iterable(truth.messages for truth in truths))
    reasons = [truth.reason for truth in truths if truth.reason]
    return Truth(messages, all(truth.complete for truth in truths), "; ".join(reasons) or None)
