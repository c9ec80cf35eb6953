"""Defects of the way from a stored message to the sockets."""

from __future__ import annotations

from cablecheck.chat.defects.twist import Turn, Twist
from cablecheck.chat.signals import Broadcast, ChatAction, ChatEvent
from cablecheck.scenario.defects import Defect


class MutedStream(Twist):
    """Two broadcasts in a row reach nobody, and the sockets are pinged on."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect)
        self._turn = Turn(span=2)

    def bent(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction] | None:
        """Leave the broadcast out."""
        if not any(isinstance(action, Broadcast) for action in actions) or not self._turn.comes():
            return None
        return [action for action in actions if not isinstance(action, Broadcast)]
