"""The webchat's channel: what it is subscribed to, which confirmation it waits for, and how it moves to another conversation."""

from __future__ import annotations

from collections.abc import Callable

from cablecheck.cable import commands
from cablecheck.cable.identifiers import Routing
from cablecheck.cable.json_values import JsonValue, NotJsonError, parse
from cablecheck.client.connection import Cable
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import get
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import SetTimer

SWITCH_MILLISECONDS = 1000  # hellotext.js, src/channels/webchat_channel.js
TYPING_SECONDS = 3.0  # hellotext.js, src/controllers/webchat_controller.js
SWITCH_TIMER = "switch"


class Subscription:
    """One channel on the shared cable.

    `awaiting` is set by a resubscription only and cleared by nothing but the matching confirmation: not by a drop, not by a switch.
    """

    def __init__(self, page: Page, profile: Profile, cable: Cable, act: Act) -> None:
        self._routing = Routing(page.webchat, page.session, page.conversation)
        self._profile = profile
        self._cable = cable
        self._act = act
        self._subscribed = False
        self._awaiting = False
        self._switches: dict[str, str] = {}
        self._typed_at: float | None = None
        self.on_reconnect: list[Callable[[], None]] = []
        cable.on_reopen.append(self._resubscribe)

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._routing.identifier

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
        if not self._routing.matches(identifier):
            return
        self._awaiting = False
        for reconnected in self.on_reconnect:
            reconnected()

    def switch(self, conversation: str) -> None:
        """Leave the conversation now and join another in a second; the timer is never cancelled, and a second switch has its own."""
        self.unsubscribe()
        name, number = SWITCH_TIMER, 1
        while name in self._switches:
            number += 1
            name = f"{SWITCH_TIMER}-{number}"
        self._switches[name] = conversation
        self._act(SetTimer(name, SWITCH_MILLISECONDS))

    def timer_fired(self, name: str) -> None:
        """The second is over: subscribe to the new conversation, without awaiting its confirmation."""
        if name in self._switches:
            self._routing = Routing(self._routing.id, self._routing.session, self._switches.pop(name))
            self.subscribe()

    def typed(self, now: float) -> None:
        """The visitor touched a key: say so, unless it was said and the keys have not rested for 3 s since."""
        rested = self._typed_at is None or now - self._typed_at >= TYPING_SECONDS
        self._typed_at = now
        if rested or Rule.THROTTLE_TYPING not in self._profile:
            self._cable.send(commands.perform(self.identifier, "started_typing"))

    def _resubscribe(self) -> None:
        if self._subscribed and Rule.RESUBSCRIBE in self._profile:
            self._awaiting = True
            self.subscribe()
