"""Defects of the list that a visitor reads, a catch-up above all. What the agent reads stays the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from cablecheck.cable.json_values import JsonValue
from cablecheck.chat import rest
from cablecheck.chat.defects.strangers import Strangers
from cablecheck.chat.defects.twist import Hand, Inside, post_in
from cablecheck.chat.ledger import MessageSaid, Page
from cablecheck.chat.rest import ProblemError
from cablecheck.chat.signals import Answer, Asked, ChatAction, ChatEvent, PageRead, ReadPage, Store
from cablecheck.scenario.defects import Defect

LAG_SECONDS = 3.0
RETENTION_SECONDS = 2.0
CAP = 2
FRESH_SECONDS = 60
_ALL = 10**9
_FRESH = (("Cache-Control", f"max-age={FRESH_SECONDS}"),)


class VisitorsList(Hand):
    """Makes the visitor's page of everything that the session has, with any number of these defects.

    A defect has touched an answer if the answer would be another without it.
    """

    def __init__(self, defects: frozenset[Defect], inside: Inside) -> None:
        super().__init__(inside)
        self._defects = defects
        self._reads: dict[int, ReadPage] = {}
        self._stored_at: dict[int, float] = {}
        self._strangers = Strangers()

    def bend(self, event: ChatEvent, actions: list[ChatAction], now: float) -> list[ChatAction]:
        """Read all where a visitor asks for a page, and answer with what is left of it."""
        match event, actions:
            case Asked(), [ReadPage() as read] if not self.inside.is_agent(event):
                self._reads[read.ask] = read
                return [ReadPage(read.ask, read.session, None, _ALL)]
            case PageRead(ask, Page(messages)), _ if ask in self._reads:
                ages = {number: now - stored_at for number, stored_at in self._stored_at.items()}
                return [self._answer(Reading(self._reads.pop(ask), messages, ages, self._strangers))]
            case _, [Store((MessageSaid(number),)), *_]:
                self._stored_at[number] = now
                post = post_in(actions)
                if post is not None:
                    self._strangers.hear(post.message)
            case _:
                pass
        return actions

    def _answer(self, reading: Reading) -> Answer:
        answer = reading.answer(self._defects)
        self.touched |= {each for each in self._defects if reading.answer(self._defects - {each}) != answer}
        return answer


@dataclass(frozen=True, slots=True)
class Reading:
    """What a visitor asked for, and all that there is. `ages`: the seconds since each message was stored, as far as they are known."""

    read: ReadPage
    messages: tuple[MessageSaid, ...]
    ages: dict[int, float]
    strangers: Strangers

    def answer(self, defects: frozenset[Defect]) -> Answer:
        """The answer of a chat with these defects."""
        page = self._page(defects)
        if page is None:
            return rest.refusal(self.read.ask, ProblemError(404))
        shown: list[JsonValue] = [item for message in page.messages for item in self._items(message, defects)]
        if shown and Defect.POISONED_LIST in defects:
            shown.insert(-1, None)
        value = rest.listing(page) | {"messages": shown}
        return rest.answer(self.read.ask, 200, value, _FRESH if Defect.CACHEABLE_ANSWERS in defects else ())

    def _page(self, defects: frozenset[Defect]) -> Page | None:
        after, limit = self.read.after, self.read.limit
        cursor = next((message for message in self.messages if message.number == after), None)
        if after is not None and cursor is None:
            return None
        kept = [message for message in self.messages if self._there(message, defects)]
        if cursor is not None:
            kept = [message for message in kept if _follows(message, cursor, defects)]
            kept = kept[1:] if Defect.SKIPPING_CURSOR in defects else kept
        if Defect.ORDER_BY_TIME in defects:
            kept.sort(key=lambda message: message.created_milliseconds)
        if defects & {Defect.ORDER_BY_TIME, Defect.PAGE_CAP}:
            limit = min(limit, CAP)
        more = len(kept) > limit and Defect.PAGE_CAP not in defects
        return Page(tuple(kept[:limit]), more)

    def _there(self, message: MessageSaid, defects: frozenset[Defect]) -> bool:
        """Whether the copy that is read has it yet, and still."""
        age = self.ages.get(message.number, inf)
        young, old = age < LAG_SECONDS, age > RETENTION_SECONDS
        return not (young and Defect.LAGGING_REPLICA in defects) and not (old and Defect.RETENTION in defects)

    def _items(self, message: MessageSaid, defects: frozenset[Defect]) -> Iterator[dict[str, JsonValue]]:
        item = rest.listed(message)
        yield item | {"id": message.number} if Defect.MIXED_IDS in defects else item
        strange = self.strangers.after(message.number)
        if strange is not None and Defect.UNSCOPED_CATCH_UP in defects:
            yield strange | {"from": "agent"}


def _follows(message: MessageSaid, cursor: MessageSaid, defects: frozenset[Defect]) -> bool:
    """Whether a message comes after the one that was named."""
    if Defect.TIME_CURSOR in defects:
        return message.created_milliseconds > cursor.created_milliseconds
    if Defect.INCLUSIVE_CURSOR in defects:
        return message.number >= cursor.number
    return message.number > cursor.number
