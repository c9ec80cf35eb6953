"""The webchat's channel: what it is subscribed to, which confirmation it waits for, and how it moves to another conversation."""

from __future__ import annotations

from collections.abc import Callable

from cablecheck.cable import commands
from cablecheck.cable.json_values import JsonValue, NotJsonError, parse
from cablecheck.client.connection import Cable
from cablecheck.client.conversation import Conversation
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import get
from cablecheck.client.keys import TYPING, Keys
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule


class Subscription:
    """One channel on the shared cable.

    `awaiting` is set by a resubscription only and cleared by nothing but the matching confirmation: not by a drop, not by a switch.
    """

    def __init__(self, page: Page, profile: Profile, cable: Cable, act: Act) -> None:
        self._conversation = Conversation(page, act)
        self._keys = Keys(profile)
        self._profile = profile
        self._cable = cable
        self._subscribed = False
        self._awaiting = False
        self.on_reconnect: list[Callable[[], None]] = []
        cable.on_reopen.append(self._resubscribe)

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._conversation.identifier

    def subscribe(self) -> None:
        """Ask for the subscription."""
        self._subscribed = True
        self._cable.send(commands.subscribe(self.identifier))

    def unsubscribe(self) -> None:
        """Give it up; reconnecting will not bring it back."""
        self._subscribed = False
        self._cable.send(commands.unsubscribe(self.identifier))

    def confirmed(self, identifier: JsonValue) -> None:
        """A confirmation came, on whatever socket. Raises ThrownError for a missing or null identifier."""
        if not self._awaiting:
            return
        if isinstance(identifier, str):
            try:
                identifier = parse(identifier)
            except NotJsonError:
                return
        get(identifier, "channel")
        if not self._conversation.matches(identifier):
            return
        self._awaiting = False
        for reconnected in self.on_reconnect:
            reconnected()

    def switch(self, conversation: str) -> None:
        """Leave the conversation now and join another in a second."""
        self.unsubscribe()
        self._conversation.leave_for(conversation)

    def timer_fired(self, name: str) -> None:
        """The second is over: subscribe to the new conversation, without awaiting its confirmation."""
        if self._conversation.joins(name):
            self.subscribe()

    def typed(self, now: float) -> None:
        """The visitor touched a key."""
        if self._keys.tells(now):
            self._cable.send(commands.perform(self.identifier, TYPING))

    def _resubscribe(self) -> None:
        if self._subscribed and Rule.RESUBSCRIBE in self._profile:
            self._awaiting = True
            self.subscribe()
