"""Who hears a conversation: the streams behind the subscriptions.

A subscription may be known to its socket and attached to nothing (early confirm), so the two are kept apart, as in Rails.
"""

from __future__ import annotations

from cablecheck.cable import frames
from cablecheck.chat.signals import Attach, Broadcast, Detach, Transmit


class Hub:
    """The attached subscriptions; each conversation's in the order in which they were attached."""

    def __init__(self) -> None:
        self._audience: dict[str, dict[tuple[int, str], None]] = {}
        self._attached: dict[int, dict[str, str]] = {}

    def attach(self, action: Attach) -> None:
        """Let a subscription hear a conversation, from the next broadcast on."""
        self._attached.setdefault(action.socket, {})[action.identifier] = action.conversation
        self._audience.setdefault(action.conversation, {})[action.socket, action.identifier] = None

    def detach(self, action: Detach) -> None:
        """Let one subscription, or the whole socket, hear nothing more; what was never attached is no error."""
        attached = self._attached.get(action.socket, {})
        leaving = list(attached) if action.identifier is None else [action.identifier]
        for identifier in leaving:
            conversation = attached.pop(identifier, None)
            if conversation is not None:
                self._leave(conversation, (action.socket, identifier))
        if not attached:
            self._attached.pop(action.socket, None)

    def _leave(self, conversation: str, subscription: tuple[int, str]) -> None:
        audience = self._audience[conversation]
        del audience[subscription]
        if not audience:
            del self._audience[conversation]

    def transmissions(self, action: Broadcast) -> list[Transmit]:
        """The frames that this broadcast means now, one for each attached subscription."""
        return [
            Transmit(socket, frames.message(identifier, action.payload))
            for socket, identifier in self._audience.get(action.conversation, ())
        ]
