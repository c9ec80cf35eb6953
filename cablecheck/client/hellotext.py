"""The SDK's own line (hellotext.js): its shared cable, its channel, and the handlers that each read every frame for themselves."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import assert_never

from cablecheck.cable.json_values import JsonValue, NotJsonError, parse_shared
from cablecheck.client import signals
from cablecheck.client.connection import RECONNECT_TIMER, Cable
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import UNDEFINED, ThrownError, fields_of, get
from cablecheck.client.line import LineEvent, broadcast
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.reception import Reception
from cablecheck.client.subscription import Subscription

_NO_BROADCAST = ("ping", "confirm_subscription", "welcome")  # top-level types that the SDK's handlers skip
_HANDLERS = 3  # of broadcasts: message, typing, reaction; each reads every frame for itself


class HellotextLine:
    """One channel on the shared cable. Neither the identifier of a broadcast nor the welcome is looked at."""

    def __init__(
        self,
        page: Page,
        profile: Profile,
        rng: random.Random,
        jitter: float,
        reception: Reception,
        act: Act,
    ) -> None:
        self._act = act
        self._reception = reception
        self._cable = Cable(profile, rng, jitter, act)
        self._subscription = Subscription(page, profile, self._cable, act)
        self.on_drop: list[Callable[[], None]] = self._cable.on_drop
        self.on_return: list[Callable[[], None]] = self._subscription.on_reconnect

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._subscription.identifier

    def begin(self, now: float) -> None:  # noqa: ARG002 - the shape of a Line
        """Subscribe; that opens the socket."""
        self._subscription.subscribe()

    def switch(self, conversation: str) -> None:
        """Move the channel to another conversation."""
        self._subscription.switch(conversation)

    def handle(self, event: LineEvent, now: float) -> None:
        """Take in what happened to a socket or a timer, or what the visitor did."""
        match event:
            case signals.Frame(socket=socket, text=text):
                self._frame(socket, text)
            case signals.Opened(socket=socket):
                self._cable.opened(socket)
            case signals.Closing(socket=socket):
                self._cable.closing(socket)
            case signals.Errored(socket=socket) | signals.Closed(socket=socket):
                self._cable.down(socket)
            case signals.TimerFired(name=name):
                self._timer(name)
            case signals.Typed():
                self._subscription.typed(now)
            case signals.Unsubscribed():
                self._subscription.unsubscribe()
            case signals.Subscribed():
                self._subscription.subscribe()
            case _:
                assert_never(event)

    def _timer(self, name: str) -> None:
        if name == RECONNECT_TIMER:
            self._cable.timer_fired()
        else:
            self._subscription.timer_fired(name)

    # Frames: the control handler first, then the three of broadcasts; what one throws does not stop the next ---------------------

    def _frame(self, socket: int, text: str) -> None:
        if not self._cable.delivers(socket):
            return
        try:
            frame = parse_shared(text)
        except NotJsonError as error:
            self._throw(f"SyntaxError: {error}", times=_HANDLERS)
            return
        if frame is None:
            self._throw("TypeError: Cannot read properties of null (reading 'type')", times=1 + _HANDLERS)
            return
        fields = fields_of(frame)
        type_ = fields.get("type")
        if type_ == "confirm_subscription":
            self._confirmed(fields.get("identifier", UNDEFINED))
        if type_ in _NO_BROADCAST:
            return
        message = fields.get("message", UNDEFINED)
        try:
            kind = get(message, "type")
        except ThrownError as thrown:
            self._throw(str(thrown), times=_HANDLERS)
            return
        try:
            broadcast(self._reception, kind, message, socket)
        except ThrownError as thrown:
            self._throw(str(thrown))

    def _confirmed(self, identifier: JsonValue) -> None:
        try:
            self._subscription.confirmed(identifier)
        except ThrownError as thrown:
            self._throw(str(thrown))

    def _throw(self, error: str, times: int = 1) -> None:
        for _ in range(times):
            self._act(signals.Raise(error))
