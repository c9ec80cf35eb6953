"""Which conversation the page is in, and how it moves to another."""

from __future__ import annotations

from cablecheck.cable.identifiers import Routing
from cablecheck.cable.json_values import JsonValue
from cablecheck.client.fetches import Act
from cablecheck.client.page import Page
from cablecheck.client.signals import SetTimer

SWITCH_MILLISECONDS = 1000  # hellotext.js, src/channels/webchat_channel.js
SWITCH_TIMER = "switch"


class Conversation:
    """The subscription's routing. A second after the page left it joins the other; the timer is never cancelled, and a second move
    under way has its own.
    """

    def __init__(self, page: Page, act: Act) -> None:
        self._routing = Routing(page.webchat, page.session, page.conversation)
        self._act = act
        self._moves: dict[str, str] = {}

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._routing.identifier

    def matches(self, identifier: JsonValue) -> bool:
        """Whether a decoded identifier is this conversation's."""
        return self._routing.matches(identifier)

    def leave_for(self, conversation: str) -> None:
        """Set the timer after which the page is to join this conversation."""
        name, number = SWITCH_TIMER, 1
        while name in self._moves:
            number += 1
            name = f"{SWITCH_TIMER}-{number}"
        self._moves[name] = conversation
        self._act(SetTimer(name, SWITCH_MILLISECONDS))

    def joins(self, timer: str) -> bool:
        """Whether this timer was one of a move; if so the page is in the new conversation from here on."""
        if timer not in self._moves:
            return False
        self._routing = Routing(self._routing.id, self._routing.session, self._moves.pop(timer))
        return True
