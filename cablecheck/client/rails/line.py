"""The official client as a page's line: which frame does what, and what the page's own callbacks do on top.

The official client catches nothing up. The page does, as its authors would write it: `disconnected()` notes the last bubble as the
cursor, `connected({reconnected})` asks for what came after it. What that inherits from the callbacks, by the rows of the catalogue:

- C02: on a line that died without a sign `disconnected()` is not called. The cursor is that of the loss before; after the first, none.
- C03: `reconnected` is true for the first confirmation after the monitor's attempts, whose ever it is. A page with one subscription
  shows it only where a foreign confirmation comes first.
- C04: it is false where something else than the monitor opened the socket. A page that is never hidden, as this one, shows it only
  where it moves to another conversation during an outage.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import assert_never

from cablecheck.cable import commands
from cablecheck.cable.json_values import JsonValue, NotJsonError, parse_shared
from cablecheck.client import signals
from cablecheck.client.conversation import Conversation
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import ThrownError, get, truthy
from cablecheck.client.keys import TYPING, Keys
from cablecheck.client.line import LineEvent, broadcast
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.rails.connection import REOPEN_TIMER, Connection
from cablecheck.client.rails.guarantor import GUARANTOR_TIMER
from cablecheck.client.rails.monitor import POLL_TIMER
from cablecheck.client.rails.subscription import Subscription
from cablecheck.client.reception import Reception


class RailsLine:
    """One consumer with one subscription."""

    def __init__(
        self,
        page: Page,
        profile: Profile,
        rng: random.Random,
        jitter: float,
        reception: Reception,
        act: Act,
    ) -> None:
        self._profile = profile
        self._reception = reception
        self._act = act
        self._connection = Connection(
            profile, rng, jitter, act, self._disconnected, round(page.stale_seconds * 1000)
        )
        self._monitor = self._connection.monitor
        self._subscription = Subscription(profile, self._connection, act)
        self._conversation = Conversation(page, act)
        self._keys = Keys(profile)
        self._reconnected = False
        self.on_drop: list[Callable[[], None]] = []
        self.on_return: list[Callable[[], None]] = []

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._conversation.identifier

    def begin(self, now: float) -> None:
        """Want the subscription; that opens the socket."""
        self._subscription.create(self.identifier, now)

    def switch(self, conversation: str) -> None:
        """Leave the conversation now and join another in a second."""
        self._subscription.remove(self.identifier)
        self._conversation.leave_for(conversation)

    def handle(self, event: LineEvent, now: float) -> None:
        """Take in what happened to a socket or a timer, or what the visitor did."""
        match event:
            case signals.Frame(socket=socket, text=text):
                self._frame(socket, text, now)
            case signals.Opened(socket=socket, protocol=protocol):
                self._connection.opened(socket, protocol, now)
                if Rule.AWAIT_WELCOME not in self._profile:
                    self._subscription.reload()
            case signals.Closing(socket=socket):
                self._connection.closing(socket)
            case signals.Closed(socket=socket):
                self._connection.closed(socket, now)
            case signals.Errored():
                pass  # only logged; the close follows
            case signals.TimerFired(name=name):
                self._timer(name, now)
            case signals.Typed():
                if self._keys.tells(now):
                    self._connection.send(commands.perform(self.identifier, TYPING))
            case signals.Unsubscribed():
                self._subscription.remove(self.identifier)
            case signals.Subscribed():
                self.begin(now)
            case _:
                assert_never(event)
        self._monitor.attend(now, well=self._connection.well)

    def _timer(self, name: str, now: float) -> None:
        if name == POLL_TIMER:
            self._monitor.timer_fired(now)
        elif name == REOPEN_TIMER:
            self._connection.open(now)
        elif name == GUARANTOR_TIMER:
            self._subscription.guarantor.timer_fired()
        elif self._conversation.joins(name):
            self.begin(now)

    # Frames: one listener; where it throws, what it had still to do for this frame is not done --------------------------------------

    def _frame(self, socket: int, text: str, now: float) -> None:
        if not self._connection.delivers(socket):
            return
        try:
            self._take(parse_shared(text), socket, now)
        except NotJsonError as error:
            self._act(signals.Raise(f"SyntaxError: {error}"))
        except ThrownError as thrown:
            self._act(signals.Raise(str(thrown)))

    def _take(self, frame: JsonValue, socket: int, now: float) -> None:
        type_, identifier = get(frame, "type"), get(frame, "identifier")
        if Rule.ANY_FRAME_COUNTS in self._profile or type_ in ("welcome", "ping"):
            self._monitor.heard(now)
        match type_:
            case "welcome":
                self._reconnected = self._connection.welcomed() or self._reconnected
                self._subscription.reload()
            case "ping":
                pass
            case "disconnect":
                if Rule.OBEY_DISCONNECT in self._profile:
                    self._connection.close(now, allow_reconnect=truthy(get(frame, "reconnect")))
            case "confirm_subscription":
                self._confirmed(identifier)
            case "reject_subscription":
                self._subscription.rejected(identifier)
            case _:
                message = get(frame, "message")
                if self._subscription.notified(identifier):
                    broadcast(self._reception, get(message, "type"), message, socket)

    def _confirmed(self, identifier: JsonValue) -> None:
        """The flag is spent by whatever confirmation comes first. Before 7.1 there was none: there the page catches up each time."""
        self._subscription.confirmed(identifier)
        reconnected, self._reconnected = self._reconnected, False
        if self._subscription.notified(identifier) and (
            reconnected or Rule.TELL_RECONNECTED not in self._profile
        ):
            for returned in self.on_return:
                returned()

    def _disconnected(self) -> None:
        if self._subscription.wanted is not None:
            for dropped in self.on_drop:
                dropped()
