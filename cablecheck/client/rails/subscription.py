"""The page's subscription on the official client: when it is asked for, and which frames are its own."""

from __future__ import annotations

from cablecheck.cable import commands
from cablecheck.cable.json_values import JsonValue
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import UNDEFINED, ThrownError, to_string
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.rails.connection import Connection
from cablecheck.client.rails.guarantor import Guarantor


class Subscription:
    """At most one at a time, since the page has one; `wanted` is its identifier, None once it was given up or rejected."""

    def __init__(self, profile: Profile, connection: Connection, act: Act) -> None:
        self._profile = profile
        self._connection = connection
        self.guarantor = Guarantor(profile, act, self._subscribe)
        self.wanted: str | None = None
        self._asked = False

    def create(self, identifier: str, now: float) -> None:
        """Want it: connect if need be, and ask at once where a socket is open, else when the server welcomes the client."""
        self.wanted, self._asked = identifier, False
        self._connection.open(now)
        self._subscribe()

    def remove(self, identifier: str) -> None:
        """Give it up; on a socket that is not open the server is never told."""
        self._forget()
        self._connection.send(commands.unsubscribe(identifier, bare=True))

    def reload(self) -> None:
        """The server is ready, perhaps anew."""
        if not self._asked or Rule.RESUBSCRIBE in self._profile:
            self._subscribe()

    def confirmed(self, identifier: JsonValue) -> None:
        """It need not be asked for again."""
        if self.owns(identifier):
            self.guarantor.forget()

    def rejected(self, identifier: JsonValue) -> None:
        """It is forgotten for good: no later connection asks for it."""
        if self.owns(identifier) and Rule.FORGET_REJECTED in self._profile:
            self._forget()

    def owns(self, identifier: JsonValue) -> bool:
        """Whether a frame with this identifier is its own: the same text, character by character."""
        if self.wanted is None:
            return False
        return identifier == self.wanted or Rule.MATCH_IDENTIFIER not in self._profile

    def notified(self, identifier: JsonValue) -> bool:
        """Whether its callback is called for this identifier. Raises ThrownError for one that is missing or null."""
        if identifier is None or identifier is UNDEFINED:
            raise ThrownError(f"TypeError: Cannot read properties of {to_string(identifier)}")
        return self.owns(identifier)

    def _subscribe(self) -> None:
        if self.wanted is not None and self._connection.send(commands.subscribe(self.wanted, bare=True)):
            self._asked = True
            self.guarantor.guarantee()

    def _forget(self) -> None:
        self.wanted = None
        self.guarantor.forget()
