"""The reference client: a page's webchat as a pure state machine, told what happened and saying what to do.

The rules are the SDK's (hellotext.js), each in the module of its noun: connection, subscription, catch_up, scroll_back, reception,
timeline, own.
Whatever comes, `handle` does not raise: an event about a socket, timer or fetch that is no longer there is ignored, and where the
SDK's own code would throw there is a Raise action.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import assert_never

from cablecheck.cable.json_values import JsonValue, NotJsonError, parse_shared
from cablecheck.client import signals
from cablecheck.client.catch_up import CatchUp
from cablecheck.client.connection import RECONNECT_TIMER, Cable
from cablecheck.client.fetches import Fetches
from cablecheck.client.javascript import UNDEFINED, ThrownError, get
from cablecheck.client.own import OwnMessages
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.reception import Reception
from cablecheck.client.scroll_back import ScrollBack
from cablecheck.client.subscription import Subscription
from cablecheck.client.timeline import Node, Timeline

_NO_BROADCAST = ("ping", "confirm_subscription", "welcome")  # top-level types that the SDK's handlers skip
_HANDLERS = 3  # of broadcasts: message, typing, reaction; each reads every frame for itself


class Client:
    """One page's webchat. `jitter` scales the random part of the reconnect delay; 0 leaves it out."""

    def __init__(self, page: Page, profile: Profile, rng: random.Random, jitter: float = 1.0) -> None:
        self._page = page
        self._actions: list[signals.ClientAction] = []
        self._timeline = Timeline()
        self._cable = Cable(profile, rng, jitter, self._act)
        self._fetches = Fetches(self._act)
        self._reception = Reception(page, profile, self._timeline, self._act)
        self._subscription = Subscription(page, profile, self._cable, self._act)
        self._own = OwnMessages(
            page, profile, self._timeline, self._reception, self._fetches, self._subscription, self._act
        )
        self._scroll_back = ScrollBack(page, self._reception, self._fetches, self._act)
        catch_up = CatchUp(page, profile, self._timeline, self._reception, self._fetches, self._act)
        self._cable.on_drop.append(catch_up.capture)
        self._subscription.on_reconnect.append(catch_up.begin)

    @property
    def timeline(self) -> Sequence[Node]:
        """The bubbles that are shown now, in order."""
        return tuple(self._timeline)

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._subscription.identifier

    def start(self, now: float) -> list[signals.ClientAction]:  # noqa: ARG002 - the shape of `handle`
        """Load the page: show what was rendered into it, then connect and subscribe."""
        for message in self._page.initial:
            self._reception.show_initial(message)
        self._subscription.subscribe()
        return self._done()

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        """What the client does about an event. `now` is in seconds, from any beginning, and never goes back."""
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
            case signals.Answered() | signals.AnswerUnreadable() | signals.FetchFailed():
                self._fetches.answered(event)
            case signals.Submitted(text=text):
                self._own.submit(text)
            case signals.QuickReplied(text=text):
                self._own.quick_reply(text)
            case signals.Typed():
                self._subscription.typed(now)
            case signals.Unsubscribed():
                self._subscription.unsubscribe()
            case signals.Subscribed():
                self._subscription.subscribe()
            case signals.ScrolledBack():
                self._scroll_back.begin()
            case _:
                assert_never(event)
        return self._done()

    def _act(self, action: signals.ClientAction) -> None:
        self._actions.append(action)

    def _done(self) -> list[signals.ClientAction]:
        actions, self._actions = self._actions, []
        return actions

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
        self._guarded(lambda: self._control(frame))
        try:
            type_ = get(frame, "type")
            if isinstance(type_, str) and type_ in _NO_BROADCAST:
                return
            message = get(frame, "message")
            kind = get(message, "type")
        except ThrownError as thrown:
            self._throw(str(thrown), times=_HANDLERS)
            return
        self._guarded(lambda: self._broadcast(kind, message, socket))

    def _control(self, frame: JsonValue) -> None:
        type_ = get(frame, "type")
        if isinstance(type_, str) and type_ == "confirm_subscription":
            self._subscription.confirmed(frame.get("identifier", UNDEFINED))

    def _broadcast(self, kind: JsonValue, message: JsonValue, socket: int) -> None:
        """At most one of the three handlers acts. The identifier is not looked at, and typing is only drawn."""
        match kind:
            case "message":
                self._reception.receive_live(message, socket)
            case "reaction.create" | "reaction.destroy":
                self._reception.react(message)
            case _:
                pass

    def _guarded(self, handler: Callable[[], None]) -> None:
        try:
            handler()
        except ThrownError as thrown:
            self._throw(str(thrown))

    def _throw(self, error: str, times: int = 1) -> None:
        for _ in range(times):
            self._act(signals.Raise(error))
