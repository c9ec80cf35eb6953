"""Defects of the way from a stored message to the sockets: it is left out, sent late, or sent to some."""

from __future__ import annotations

from cablecheck.chat.defects.twist import Inside, Turn, Twist, post_in, subscription_in
from cablecheck.chat.signals import Attach, Beat, Broadcast, ChatAction, ChatEvent, Joined, Later, Transmit
from cablecheck.scenario.defects import Defect

OVERTAKE_SECONDS = 1.5
BUFFERED = 5
BUFFER_SECONDS = 5.0


def unaired(actions: list[ChatAction]) -> list[ChatAction]:
    """The same without its broadcasts."""
    return [action for action in actions if not isinstance(action, Broadcast)]


class MutedStream(Twist):
    """Two broadcasts in a row reach nobody, and the sockets are pinged on."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn(span=2)

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave the broadcast out."""
        return unaired(actions) if post_in(actions) is not None and self._turn.comes() else None


class DeadListener(Twist):
    """From the third message on the process has no ear: it passes nothing on and confirms nobody, until it is started again."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn(every=1)
        self._dead = False

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave the broadcast out, and the whole subscription."""
        if post_in(actions) is not None and self._turn.comes():
            self._dead = True
            return unaired(actions)
        return [] if self._dead and subscription_in(actions) is not None else None


class TwoWorkers(Twist):
    """Sockets and messages are dealt to two processes in turn; what one of them broadcasts the other's sockets never hear."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._joins = Turn(first=2, every=2)
        self._posts = Turn(first=2, every=2)
        self._sockets: set[int] = set()

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Give the second process streams of its own."""
        if isinstance(event, Joined) and self._joins.comes():
            self._sockets.add(event.socket)
        subscription = subscription_in(actions)
        if subscription is not None and subscription[0].socket in self._sockets:
            attach, confirm = subscription
            return [Attach(attach.socket, attach.identifier, _elsewhere(attach.conversation)), confirm]
        if post_in(actions) is not None and self._posts.comes():
            return [
                Broadcast(_elsewhere(action.conversation), action.payload)
                if isinstance(action, Broadcast)
                else action
                for action in actions
            ]
        return None


def _elsewhere(conversation: str) -> str:
    """The stream of a conversation in the second process."""
    return f"{conversation}@2"


class ParallelBroadcast(Twist):
    """A broadcast is overtaken by all that follow within a second and a half."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn()

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Broadcast later, answer now."""
        post = post_in(actions)
        if post is None or not self._turn.comes():
            return None
        return [post.store, Later(OVERTAKE_SECONDS, post.aired), post.answer]


class FoldedBroadcasts(Twist):
    """Of two broadcasts with the same stamp the second counts as a copy of the first."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._latest: dict[str, int] = {}

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave the second out."""
        post = post_in(actions)
        if post is None:
            return None
        message = post.message
        before = self._latest.get(message.conversation)
        self._latest[message.conversation] = message.created_milliseconds
        return unaired(actions) if before == message.created_milliseconds else None


class FullBuffer(Twist):
    """Between the processes there is room for a few broadcasts at a time; the rest of a burst is dropped."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._began = float("-inf")
        self._count = 0

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave out what does not fit."""
        if post_in(actions) is None:
            return None
        if now - self._began >= BUFFER_SECONDS:
            self._began, self._count = now, 0
        self._count += 1
        return unaired(actions) if self._count > BUFFERED else None


class NoPings(Twist):
    """The socket is alive, and no ping says so."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave the pings out."""
        pings = isinstance(event, Beat) and any(isinstance(action, Transmit) for action in actions)
        return [] if pings else None
