"""The hardened client: what happens, and whom it concerns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import assert_never

from cablecheck.cable.frames import Confirm, Message, Welcome, read_frame
from cablecheck.client import signals
from cablecheck.client.hardened.connection import Connection
from cablecheck.client.hardened.fetches import Fetches
from cablecheck.client.hardened.own import OwnMessages
from cablecheck.client.hardened.reading import Reading
from cablecheck.client.hardened.reception import Reception
from cablecheck.client.hardened.subscription import Subscription
from cablecheck.client.hardened.timeline import Timeline
from cablecheck.client.hardened.timers import Timer, Timers
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.timeline import Node


class HardenedClient:
    """One page's webchat. `jitter` scales the random part of its waits; 0 leaves it out."""

    def __init__(self, page: Page, profile: Profile, rng: random.Random, jitter: float = 1.0) -> None:
        self._actions: list[signals.ClientAction] = []
        act = self._act
        self._timers = timers = Timers(act)
        self._fetches = fetches = Fetches(profile, timers, act)
        self._timeline = timeline = Timeline(profile, act)
        self._reception = reception = Reception(page, profile, timeline, act)
        self._connection = Connection(profile, rng, jitter, timers, act, page.stale_seconds)
        self._subscription = Subscription(page, profile, self._connection, timers)
        self._reading = Reading(page, profile, timeline, reception, fetches, timers, rng, jitter)
        self._own = OwnMessages(page, reception, fetches, self._subscription, self._reading)

    @property
    def timeline(self) -> Sequence[Node]:
        """The bubbles that are shown now, in order."""
        return tuple(self._timeline)

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._subscription.identifier

    def start(self, now: float) -> list[signals.ClientAction]:  # noqa: ARG002 - the shape of `handle`
        """Load the page: show what was rendered into it, then connect."""
        self._reception.show_initial()
        self._connection.open()
        self._reading.away()
        return self._done()

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        """What the client does about an event. Whatever comes, it does not raise."""
        match event:
            case signals.Frame(socket=socket, text=text):
                if self._connection.hears(socket, now):
                    self._frame(socket, text)
            case signals.Opened(socket=socket):
                if self._connection.opened(socket):
                    self._subscription.ask()
            case signals.Closing(socket=socket):
                self._connection.closing(socket)
            case signals.Errored(socket=socket) | signals.Closed(socket=socket):
                if self._connection.ended(socket):
                    self._lost()
            case signals.TimerFired(name=name):
                if self._timers.rang(name):
                    self._rang(name, now)
            case signals.Answered() | signals.AnswerUnreadable() | signals.FetchFailed():
                self._fetches.answered(event)
            case signals.Submitted(text=text) | signals.QuickReplied(text=text):
                self._own.submit(text)
            case signals.Typed():
                self._subscription.typed(now)
            case signals.Unsubscribed():
                self._subscription.unsubscribe()
                self._reading.stop()
            case signals.Subscribed():
                self._subscription.subscribe()
            case signals.ScrolledBack():
                pass  # what is older than the page is none of this client's business
            case _:
                assert_never(event)
        return self._done()

    def _frame(self, socket: int, text: str) -> None:
        match read_frame(text):
            case Welcome():
                if self._connection.welcomed():
                    self._subscription.ask()
            case Confirm(identifier=identifier):
                if self._subscription.confirm(identifier):
                    self._connection.proved()
                    self._reading.confirmed()
            case Message(identifier=identifier, message={"type": "message"} as message):
                if self._subscription.owns(identifier):
                    self._reception.show_live(message, socket)
                    self._reading.stirred()
            case _:
                pass  # a ping was heard; a rejection and a farewell are answered by the deadline and the end that follow

    def _rang(self, timer: str, now: float) -> None:
        match timer:
            case Timer.RECONNECT:
                self._connection.open()
            case Timer.WELCOME:
                self._give_up()
            case Timer.WATCHDOG:
                if self._connection.is_silent(now):
                    self._give_up()
            case Timer.SUBSCRIBE:
                if self._subscription.is_hopeless():
                    self._give_up()
            case Timer.READ:
                self._reading.begin(looking=True)
            case _:
                self._fetches.overdue(timer)

    def _give_up(self) -> None:
        self._connection.give_up()
        self._lost()

    def _lost(self) -> None:
        self._subscription.lost()
        self._reading.away()

    def _act(self, action: signals.ClientAction) -> None:
        self._actions.append(action)

    def _done(self) -> list[signals.ClientAction]:
        actions, self._actions = self._actions, []
        return actions
