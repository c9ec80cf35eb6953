"""Defects of what a message looks like, live or in the answer to its sender, and of whose it is."""

from __future__ import annotations

from abc import abstractmethod

from cablecheck.cable import json_values
from cablecheck.cable.json_values import JsonValue
from cablecheck.chat import stamps
from cablecheck.chat.defects.strangers import A_STRANGERS, Strangers
from cablecheck.chat.defects.twist import Inside, Turn, Twist, post_in, subscription_in
from cablecheck.chat.ledger import MessageSaid
from cablecheck.chat.signals import Answer, Attach, Broadcast, ChatAction, ChatEvent, Later, Store
from cablecheck.scenario.defects import Defect

ANSWER_SECONDS = 6.0


class _Reworded(Twist):
    """Words the live copy of a message in another way than the list."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Broadcast other words."""
        post = post_in(actions)
        changed = None if post is None else self.reworded(post.message)
        if changed is None:
            return None
        return [
            Broadcast(action.conversation, action.payload | changed)
            if isinstance(action, Broadcast)
            else action
            for action in actions
        ]

    @abstractmethod
    def reworded(self, message: MessageSaid) -> dict[str, JsonValue] | None:
        """What the live copy says instead; None: nothing."""


class TruncatedStamps(_Reworded):
    """The live copy's time has lost its fraction of a second."""

    def reworded(self, message: MessageSaid) -> dict[str, JsonValue] | None:
        """Whole seconds."""
        return {"created_at": stamps.write(message.created_milliseconds)[:-5] + "Z"}


class StampsInSeconds(_Reworded):
    """The live copy's time is a number."""

    def reworded(self, message: MessageSaid) -> dict[str, JsonValue] | None:
        """Seconds since 1970."""
        return {"created_at": message.created_milliseconds // 1000}


class PoisonedBroadcast(_Reworded):
    """A live copy can't be rendered; the one in the list can."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn()

    def reworded(self, message: MessageSaid) -> dict[str, JsonValue] | None:
        """Attachments that are no list."""
        return {"attachments": {"count": 1}} if self._turn.comes() else None


class LeakedMessages(Twist):
    """What is said in somebody else's conversation comes in on the visitor's own subscription."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._strangers = Strangers()

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Broadcast the stranger's message too."""
        post = post_in(actions)
        said = None if post is None else self._strangers.hear(post.message)
        if post is None or said is None:
            return None
        leaked = Broadcast(self.conversation_of(post.message), {"type": "message", **said})
        return [post.store, *post.aired, leaked, post.answer]

    def conversation_of(self, message: MessageSaid) -> str:
        """Where it is broadcast: in the visitor's own."""
        return message.conversation


class CrossedStreams(LeakedMessages):
    """It comes in on the same socket, under the identifier of somebody else's subscription."""

    def bend(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction]:
        """Whoever subscribes is attached to the stranger's conversation too, and does not know."""
        subscription = subscription_in(actions)
        if subscription is not None:
            attach = subscription[0]
            identifier = json_values.write(
                json_values.parse(attach.identifier) | {"conversation": A_STRANGERS}
            )
            return [*actions, Attach(attach.socket, identifier, A_STRANGERS)]
        return super().bend(event, actions, now)

    def conversation_of(self, message: MessageSaid) -> str:
        """The stranger's own."""
        return A_STRANGERS


class LateAnswer(Twist):
    """The visitor's own message is stored at once and acknowledged late."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Answer later."""
        match actions:
            case [Store((MessageSaid(by="visitor"),)) as store, Answer() as answer]:
                return [store, Later(ANSWER_SECONDS, (answer,))]
            case _:
                return None


class NamelessConversation(Twist):
    """The answer to the visitor's own message does not say which conversation it is in."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Answer without it."""
        match actions:
            case [Store((MessageSaid(by="visitor"),)) as store, Answer(ask, status, said, headers)]:
                nameless = {name: value for name, value in said.items() if name != "conversation"}
                return [store, Answer(ask, status, nameless, headers)]
            case _:
                return None
