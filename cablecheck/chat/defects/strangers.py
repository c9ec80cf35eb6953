"""Somebody else's conversation in the same chat, of which no visitor but its own may ever see anything."""

from __future__ import annotations

from cablecheck.cable.json_values import JsonValue
from cablecheck.chat import rest
from cablecheck.chat.defects.twist import Turn
from cablecheck.chat.ledger import MessageSaid

A_STRANGERS = "a stranger's"  # conversation


class Strangers:
    """What is said there, `stranger-1`, `stranger-2`, ...: each right after one of the agent's messages, the third of eight."""

    def __init__(self) -> None:
        self._turn = Turn()
        self._said: dict[int, dict[str, JsonValue]] = {}

    def hear(self, message: MessageSaid) -> dict[str, JsonValue] | None:
        """The stranger's message that is said right after this one, if one is."""
        if not self._turn.comes():
            return None
        said = rest.said(message) | {
            "id": f"stranger-{len(self._said) + 1}",
            "body": "for somebody else's eyes",
            "conversation": A_STRANGERS,
        }
        self._said[message.number] = said
        return said

    def after(self, number: int) -> dict[str, JsonValue] | None:
        """What was said right after the message with this number."""
        return self._said.get(number)
