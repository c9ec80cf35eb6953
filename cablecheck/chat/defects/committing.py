"""Defects of the order of commit, broadcast and answer. In all of them one of the agent's messages is struck, the third of eight."""

from __future__ import annotations

from abc import abstractmethod

from cablecheck.cable import json_values
from cablecheck.chat import rest
from cablecheck.chat.defects.twist import Inside, Post, Turn, Twist, post_in
from cablecheck.chat.rest import ProblemError
from cablecheck.chat.signals import Broadcast, ChatAction, ChatEvent, Later
from cablecheck.scenario.defects import Defect

COMMIT_SECONDS = 3.0
PAYLOAD_BYTES = 8000  # what a PostgreSQL NOTIFY does not carry any more: PostgreSQL manual, SQL NOTIFY


class _Struck(Twist):
    """Strikes one of the agent's messages."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn()

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """What is done about the message instead, if it is this one's turn."""
        post = post_in(actions)
        return None if post is None or not self._turn.comes() else self.struck(post)

    @abstractmethod
    def struck(self, post: Post) -> list[ChatAction]:
        """What is done instead."""


class BroadcastBeforeCommit(_Struck):
    """Live there is a message that no list has yet."""

    def struck(self, post: Post) -> list[ChatAction]:
        """Broadcast and answer now, commit later."""
        return [*post.aired, post.answer, Later(COMMIT_SECONDS, (post.store,))]


class CommitOutOfOrder(_Struck):
    """A message with an older id appears when newer ones have been there for seconds."""

    def struck(self, post: Post) -> list[ChatAction]:
        """Answer now, commit and broadcast later."""
        return [post.answer, Later(COMMIT_SECONDS, (post.store, *post.aired))]


class PolledBroadcast(_Struck):
    """The stream is a poll for ids above the last: a row that commits behind a newer one is passed over."""

    def struck(self, post: Post) -> list[ChatAction]:
        """Answer now, commit later, broadcast never."""
        return [post.answer, Later(COMMIT_SECONDS, (post.store,))]


class RolledBackBroadcast(_Struck):
    """Live there is a message that is never stored."""

    def struck(self, post: Post) -> list[ChatAction]:
        """Broadcast, then fail."""
        return [*post.aired, rest.refusal(post.answer.ask, ProblemError(500))]


class ReusedId(_Struck):
    """Live there is a message that is never stored, and the next one gets its id."""

    def struck(self, post: Post) -> list[ChatAction]:
        """Broadcast, then fail, and count on from before."""
        self.inside.rooms.take_back(post.message)
        return [*post.aired, rest.refusal(post.answer.ask, ProblemError(500))]


class OversizedPayload(Twist):
    """A broadcast that is too large fails after the commit: the row is there, and whoever posted it hears of an error."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Store it, and fail."""
        post = post_in(actions)
        if post is None or not any(map(_oversized, post.aired)):
            return None
        return [post.store, rest.refusal(post.answer.ask, ProblemError(500))]


def _oversized(action: ChatAction) -> bool:
    return isinstance(action, Broadcast) and len(json_values.write(action.payload).encode()) >= PAYLOAD_BYTES
