"""The subscription: asked for on every socket until it is confirmed there, and moved when the conversation moves."""

from __future__ import annotations

from cablecheck.cable import commands
from cablecheck.cable.identifiers import Routing, same
from cablecheck.client.hardened.connection import Connection
from cablecheck.client.hardened.timers import Timer, Timers
from cablecheck.client.hardened.waits import CONFIRM_MILLISECONDS, CONFIRM_TRIES, TYPING_SECONDS
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule


class Subscription:
    """The one channel. `asked` and `confirmed` are of the socket that counts, and forgotten with it."""

    def __init__(self, page: Page, profile: Profile, connection: Connection, timers: Timers) -> None:
        self._routing = Routing(page.webchat, page.session, page.conversation)
        self._profile = profile
        self._connection = connection
        self._timers = timers
        self._wanted = True
        self._asked = False
        self._confirmed = False
        self._ever_asked = False
        self._tries = 0
        self._typed_at = -TYPING_SECONDS

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._routing.identifier

    def ask(self) -> None:
        """Ask for it, if it is wanted and the connection is ready; else the next one that is will ask."""
        again = self._ever_asked and Rule.RESUBSCRIBE not in self._profile
        if not self._wanted or not self._connection.ready or again:
            return
        self._asked = self._ever_asked = True
        self._tries = 1
        self._connection.send(commands.subscribe(self.identifier))
        self._timers.set(Timer.SUBSCRIBE, CONFIRM_MILLISECONDS)

    def is_hopeless(self) -> bool:
        """It is not confirmed in time, be it rejected or not answered: ask again, or say that this socket will never do it.

        A subscribe too many is met with silence by Rails, and with another confirmation elsewhere.
        """
        if self._tries >= CONFIRM_TRIES and Rule.CONFIRM_DEADLINE in self._profile:
            return True
        self._tries += 1
        if Rule.SUBSCRIBE_AGAIN in self._profile:
            self._connection.send(commands.subscribe(self.identifier))
        self._timers.set(Timer.SUBSCRIBE, CONFIRM_MILLISECONDS)
        return False

    def confirm(self, identifier: str | None) -> bool:
        """A confirmation came; whether it is the one that was waited for."""
        own = (self._asked and self._means_this(identifier)) or Rule.OWN_CONFIRM not in self._profile
        if not own or self._confirmed:
            return False
        self._timers.cancel(Timer.SUBSCRIBE)
        self._confirmed = True
        return True

    def owns(self, identifier: str | None) -> bool:
        """Whether a broadcast is of this subscription: others may share the socket."""
        return self._means_this(identifier) or Rule.OWN_FRAMES not in self._profile

    def lost(self) -> None:
        """Nothing of it is left: the socket ended, or it is given up."""
        self._asked = self._confirmed = False
        self._timers.cancel(Timer.SUBSCRIBE)

    def unsubscribe(self) -> None:
        """The page wants it no more, and no later socket asks for it."""
        self._wanted = False
        self._connection.send(commands.unsubscribe(self.identifier))
        self.lost()

    def subscribe(self) -> None:
        """The page wants it again."""
        self._wanted = True
        self.ask()

    def follow(self, conversation: str) -> None:
        """Move to this conversation at once, if it is another one; what is said meanwhile is in the list."""
        if conversation == self._routing.conversation or Rule.FOLLOW_CONVERSATION not in self._profile:
            return
        if self._asked:
            self._connection.send(commands.unsubscribe(self.identifier))
        self.lost()
        self._routing = Routing(self._routing.id, self._routing.session, conversation)
        self.ask()

    def typed(self, now: float) -> None:
        """The visitor touched a key: say so, unless it was said and the keys have not rested since."""
        rested = now - self._typed_at >= TYPING_SECONDS
        self._typed_at = now
        if rested and self._asked:
            self._connection.send(commands.perform(self.identifier, "started_typing"))

    def _means_this(self, identifier: str | None) -> bool:
        if identifier is None or Rule.PARSE_IDENTIFIER not in self._profile:
            return identifier == self.identifier
        return same(identifier, self.identifier)
