"""Defects of a socket and its subscriptions: welcomed, attached or confirmed at the wrong moment, twice, or never."""

from __future__ import annotations

from collections import defaultdict, deque

from cablecheck.cable import frames, json_values
from cablecheck.chat.defects.twist import Inside, Turn, Twist, subscription_in
from cablecheck.chat.signals import (
    Attach,
    Broadcast,
    ChatAction,
    ChatEvent,
    Commanded,
    Detach,
    Joined,
    Later,
    Transmit,
)
from cablecheck.scenario.defects import Defect

ATTACH_SECONDS = 2.0
DETACH_SECONDS = 1.0
WELCOME_SECONDS = 1.0
REPLAYED = 2


class _EverySecond(Twist):
    """Strikes the second subscription, the fourth, ...: a client's first may go well, and its way back too."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn(first=2, every=2)

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Nothing is sent to the socket; whether it hears anything, `subscribed` says."""
        subscription = subscription_in(actions)
        if subscription is None or not self._turn.comes():
            return None
        return self.subscribed(subscription[0])

    def subscribed(self, attach: Attach) -> list[ChatAction]:
        """What is done instead of attaching and confirming."""
        return []


class ConfirmBeforeAttach(Twist):
    """What is broadcast between the confirmation and the attachment reaches nobody."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Confirm at once, attach later."""
        subscription = subscription_in(actions)
        if subscription is None:
            return None
        attach, confirm = subscription
        return [confirm, Later(ATTACH_SECONDS, (attach,))]


class AttachLate(Twist):
    """What is broadcast between the page and the confirmation reaches nobody."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Do both later."""
        subscription = subscription_in(actions)
        return None if subscription is None else [Later(ATTACH_SECONDS, subscription)]


class ConfirmLost(_EverySecond):
    """It hears everything, and never learns that it is subscribed."""

    def subscribed(self, attach: Attach) -> list[ChatAction]:
        """Attach only."""
        return [attach]


class ZombieSubscription(_EverySecond):
    """It is known to its socket, so that asking again is a silent duplicate, and hears nothing."""


class ReplayedRows(Twist):
    """A new subscriber is sent what others had heard before it came."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._aired: defaultdict[str, deque[Broadcast]] = defaultdict(lambda: deque(maxlen=REPLAYED))

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Send the last broadcasts again, after the confirmation."""
        for action in actions:
            if isinstance(action, Broadcast):
                self._aired[action.conversation].append(action)
        subscription = subscription_in(actions)
        if subscription is None:
            return None
        attach, _ = subscription
        again = [
            Transmit(attach.socket, frames.message(attach.identifier, old.payload))
            for old in self._aired[attach.conversation]
        ]
        return [*actions, *again] if again else None


class GarbledFrame(Twist):
    """A text frame that is no JSON comes right after a confirmation."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Send half a message."""
        subscription = subscription_in(actions)
        if subscription is None:
            return None
        attach, confirm = subscription
        half = frames.message(attach.identifier, {"type": "message"})[:-20]
        return [attach, confirm, Transmit(attach.socket, half)]


class RewrittenIdentifier(Twist):
    """The identifier comes back as the server would write it: the same keys and values in another order."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Attach, confirm and detach under the rewritten one."""
        match actions:
            case [Attach(socket, identifier, conversation), Transmit()]:
                written = _rewritten(identifier)
                return [Attach(socket, written, conversation), Transmit(socket, frames.confirm(written))]
            case [Detach(socket, str(identifier))]:
                return [Detach(socket, _rewritten(identifier))]
            case _:
                return None


def _rewritten(identifier: str) -> str:
    return json_values.write(dict(sorted(json_values.parse(identifier).items())))


class MissingWelcome(Twist):
    """Every second socket is upgraded and never welcomed."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._turn = Turn(first=2, every=2)

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Say nothing."""
        return [] if isinstance(event, Joined) and self._turn.comes() else None


class DeafBeforeWelcome(Twist):
    """What a socket says before it is welcomed is lost, as Rails now and then loses it."""

    def __init__(self, defect: Defect, inside: Inside) -> None:
        super().__init__(defect, inside)
        self._deaf_until: dict[int, float] = {}

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Welcome later, and do nothing that is asked until then."""
        match event:
            case Joined(socket):
                self._deaf_until[socket] = now + WELCOME_SECONDS
                return [Later(WELCOME_SECONDS, tuple(actions))]
            case Commanded(socket) if now < self._deaf_until[socket]:
                return []
            case _:
                return None


class LateUnsubscribe(Twist):
    """A socket's commands run on a pool: an unsubscribe is carried out after the subscribe that follows it."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Detach later."""
        match event, actions:
            case Commanded(), [Detach() as detach]:
                return [Later(DETACH_SECONDS, (detach,))]
            case _:
                return None
