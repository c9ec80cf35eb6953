"""The reading of the server's list: when it is read, from where, and that every read is followed to its end."""

from __future__ import annotations

import random
from collections.abc import Callable

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.catch_up import messages_path
from cablecheck.client.fetches import Answer
from cablecheck.client.hardened.fetches import Fetches
from cablecheck.client.hardened.reception import Reception
from cablecheck.client.hardened.timeline import Timeline
from cablecheck.client.hardened.timers import Timer, Timers
from cablecheck.client.hardened.waits import (
    AWAY_DOUBLINGS,
    FETCH_MILLISECONDS,
    FETCH_MOST_MILLISECONDS,
    LOOK_MILLISECONDS,
    LOOK_MOST_MILLISECONDS,
    OVERLAP,
    BackOff,
    doubled,
)
from cablecheck.client.javascript import encoded_query, to_string
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import Answered
from cablecheck.client.timeline import Node


class Reading:
    """One read at a time, which belongs to no socket and outlives them all.

    `_calm` counts the reads in a row that brought nothing new: each doubles the wait for the next one, and a sign of life ends it. A
    read that may not have seen what the sign was of is followed by another as if it had brought something (-1).
    """

    def __init__(
        self,
        page: Page,
        profile: Profile,
        timeline: Timeline,
        reception: Reception,
        fetches: Fetches,
        timers: Timers,
        rng: random.Random,
        jitter: float,
    ) -> None:
        self._page = page
        self._profile = profile
        self._timeline = timeline
        self._reception = reception
        self._fetches = fetches
        self._timers = timers
        self._rng = rng
        self._back_off = BackOff(rng, jitter)
        self._wanted = True
        self._away = False
        self._ever_confirmed = False
        self._asking = False
        self._again = False
        self._failures = 0
        self._unknown = False  # the server did not know the message that a page was asked for after
        self._calm = 1
        self._news = False
        self._anchor: Node | None = None  # the listed bubble behind which the next page is put
        self._looked: list[
            Node | None
        ] = []  # where the last looks would have begun by themselves, the oldest first
        self._told: set[str] = set()  # the ids that this read has brought
        self.on_done: list[Callable[[], None]] = []

    # When ------------------------------------------------------------------------------------------------------------------------

    def confirmed(self) -> None:
        """The subscription is confirmed: read what the socket did not bring, and look again, for the stream may not be attached yet."""
        first, self._ever_confirmed = not self._ever_confirmed, True
        self._away, self._wanted = False, True
        if Rule.CATCH_UP not in self._profile or (first and Rule.FIRST_CATCH_UP not in self._profile):
            return
        self._calm = -1 if Rule.SECOND_CATCH_UP in self._profile else 0
        self.begin()

    def stirred(self) -> None:
        """A sign of life: something is being said, so something may be missing."""
        if self._away or Rule.RECONCILE not in self._profile:
            return
        if self._asking or self._failures:
            self._calm = -1
        elif self._calm != 0:
            self._calm = 0
            self._plan()

    def away(self) -> None:
        """There is no confirmed subscription. Its coming will start a read; should it not come, the list is looked at rarely."""
        if self._away:
            return
        self._away = True
        self._calm = max(self._calm, AWAY_DOUBLINGS)
        self._timers.cancel(Timer.READ)
        if not self._asking:
            self._plan()

    def stop(self) -> None:
        """The page wants to hear no more."""
        self._wanted = self._again = False
        self._timers.cancel(Timer.READ)

    def begin(self, *, looking: bool = False) -> None:
        """Read the list from where it is known to be complete. While a read is under way another one is owed."""
        if self._asking:
            self._again = Rule.QUEUE_CATCH_UP in self._profile
            return
        self._timers.cancel(Timer.READ)
        if self._timeline.newest_id is None and Rule.CATCH_UP_FROM_NOTHING not in self._profile:
            return
        self._again = self._news = False
        self._told.clear()
        self._ask(self._start(looking=looking and not self._failures))

    def _plan(self) -> None:
        """Set the timer of the next read: soon after a failure or a sign of life, else later, and then nobody waits for it."""
        calm = max(self._calm, AWAY_DOUBLINGS) if self._away else self._calm
        if not self._wanted:
            return
        if self._failures and not self._away:
            self._timers.set(Timer.READ, self._back_off.milliseconds(self._failures - 1))
        elif calm == 0 or Rule.RECONCILE in self._profile:
            wait = doubled(LOOK_MILLISECONDS, calm, LOOK_MOST_MILLISECONDS)
            self._timers.set(Timer.READ, wait, watch=calm > 0)

    # Where -----------------------------------------------------------------------------------------------------------------------

    def _start(self, *, looking: bool) -> str | None:
        """After which id: a few before the end of what is known to be complete, for what was late to be stored. None: from the first.

        A look goes back to where the look before the last began by itself: what had been overtaken then by however many, and was
        committed before the next, is listed by now.
        """
        if self._unknown:
            self._anchor = None
            return None
        listing = self._timeline.listing
        if Rule.SAFE_CURSOR not in self._profile:
            self._anchor = listing.before_end(0)
            return self._timeline.newest_id
        self._anchor = listing.before_end(0)
        if Rule.OVERLAP in self._profile:
            own = listing.before_end(OVERLAP)
            self._looked = self._looked or [own]
            self._anchor = self._looked[0] if looking else own
            self._looked = [self._looked[-1], own] if looking else self._looked
        return None if self._anchor is None else self._anchor.id

    def _ask(self, after: str | None) -> None:
        """Ask for a page. An address of its own makes sure that no cache answers."""
        self._asking = True
        query = {} if after is None else {"after_id": after}
        query["session"] = self._page.session
        if Rule.FRESH_ANSWER in self._profile:
            query["fresh"] = f"{self._rng.getrandbits(64):016x}"
        path = f"{messages_path(self._page)}?{encoded_query(query)}"
        within = doubled(FETCH_MILLISECONDS, self._failures, FETCH_MOST_MILLISECONDS)
        self._fetches.ask("GET", path, self._answered, within_milliseconds=within, catch_up=True)

    # To its end ------------------------------------------------------------------------------------------------------------------

    def _answered(self, answer: Answer) -> None:
        self._asking = False
        messages = _list_in(answer)
        self._unknown = isinstance(answer, Answered) and answer.status in (404, 410)
        if messages is None and Rule.RETRY_CATCH_UP in self._profile:
            self._failures += 1
            self._plan()
        else:
            self._take(messages or [], answer.fetch)

    def _take(self, messages: list[JsonValue], fetch: int) -> None:
        """Take a page. Unless it named what was listed already, to its end, it is not the last, whatever the server says."""
        nodes, listing = self._reception.bubbles(messages), self._timeline.listing
        listed = sum(node in listing for node in nodes)
        self._news |= self._timeline.follow(self._anchor, nodes, fetch)
        self._anchor = next((node for node in reversed(nodes) if node in listing), self._anchor)
        last = listed == len(messages) and self._anchor is listing.before_end(0)
        told = [to_string(each["id"]) for each in messages if isinstance(each, dict) and "id" in each]
        advanced = not self._told.issuperset(told)
        self._told.update(told)
        if advanced and not last and Rule.FOLLOW_PAGES in self._profile:
            self._ask(told[-1])
        else:
            self._done()

    def _done(self) -> None:
        self._failures = 0
        self._calm = 0 if self._news and Rule.RECONCILE in self._profile else self._calm + 1
        for done in self.on_done:
            done()
        if self._again:
            self.begin()
        else:
            self._plan()


def _list_in(answer: Answer) -> list[JsonValue] | None:
    """The messages of a page: a 2xx whose body has a list of them. None for anything else."""
    if not isinstance(answer, Answered) or not 200 <= answer.status < 300:
        return None
    messages: JsonValue = answer.json.get("messages") if isinstance(answer.json, dict) else None
    return messages if isinstance(messages, list) else None
