"""The reference client: a page's webchat as a pure state machine, told what happened and saying what to do.

The page's rules are the SDK's (hellotext.js), each in the module of its noun: catch_up, scroll_back, reception, timeline, own. How it
hears and speaks is its line's business, the SDK's own (hellotext: connection, subscription) or another's.
Whatever comes, `handle` does not raise: an event about a socket, timer or fetch that is no longer there is ignored, and where the
SDK's own code would throw there is a Raise action.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from cablecheck.client import signals
from cablecheck.client.catch_up import CatchUp
from cablecheck.client.fetches import Fetches
from cablecheck.client.hellotext import HellotextLine
from cablecheck.client.line import LineOf
from cablecheck.client.own import OwnMessages
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.reception import Reception
from cablecheck.client.scroll_back import ScrollBack
from cablecheck.client.timeline import Node, Timeline


class Client:
    """One page's webchat. `jitter` scales the random part of the waits; 0 leaves it out."""

    def __init__(
        self,
        page: Page,
        profile: Profile,
        rng: random.Random,
        jitter: float = 1.0,
        line_of: LineOf = HellotextLine,
    ) -> None:
        self._page = page
        self._actions: list[signals.ClientAction] = []
        self._act = self._actions.append
        self._timeline = Timeline()
        self._fetches = Fetches(self._act)
        self._reception = Reception(page, profile, self._timeline, self._act)
        self._line = line_of(page, profile, rng, jitter, self._reception, self._act)
        self._own = OwnMessages(
            page, profile, self._timeline, self._reception, self._fetches, self._line, self._act
        )
        self._scroll_back = ScrollBack(page, self._reception, self._fetches, self._act)
        catch_up = CatchUp(page, profile, self._timeline, self._reception, self._fetches, self._act)
        self._line.on_drop.append(catch_up.capture)
        self._line.on_return.append(catch_up.begin)

    @property
    def timeline(self) -> Sequence[Node]:
        """The bubbles that are shown now, in order."""
        return tuple(self._timeline)

    @property
    def identifier(self) -> str:
        """The identifier that a command would carry now."""
        return self._line.identifier

    def start(self, now: float) -> list[signals.ClientAction]:
        """Load the page: show what was rendered into it, then connect and subscribe."""
        for message in self._page.initial:
            self._reception.show_initial(message)
        self._line.begin(now)
        return self._done()

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        """What the client does about an event. `now` is in seconds, from any beginning, and never goes back."""
        match event:
            case signals.Frame():  # what a page is told most comes first
                self._line.handle(event, now)
            case signals.Answered() | signals.AnswerUnreadable() | signals.FetchFailed():
                self._fetches.answered(event)
            case signals.Submitted(text=text):
                self._own.submit(text)
            case signals.QuickReplied(text=text):
                self._own.quick_reply(text)
            case signals.ScrolledBack():
                self._scroll_back.begin()
            case _:
                self._line.handle(event, now)
        return self._done()

    def _done(self) -> list[signals.ClientAction]:
        actions = self._actions.copy()
        self._actions.clear()
        return actions
