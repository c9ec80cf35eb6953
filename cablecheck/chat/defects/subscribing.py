"""Defects of a subscription: it is confirmed or attached at the wrong moment, or not at all."""

from __future__ import annotations

from cablecheck.chat.defects.twist import Twist
from cablecheck.chat.signals import Attach, ChatAction, ChatEvent, Later, Transmit

ATTACH_SECONDS = 2.0


class ConfirmBeforeAttach(Twist):
    """What is broadcast between the confirmation and the attachment reaches nobody."""

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Confirm at once, attach later."""
        match actions:
            case [Attach() as attach, Transmit() as confirm]:
                return [confirm, Later(ATTACH_SECONDS, (attach,))]
            case _:
                return None
