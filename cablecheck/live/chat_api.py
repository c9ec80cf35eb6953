"""What the runner itself asks of a target: a conversation, the agent's messages, and the truth at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import trio

from cablecheck.cable.answers import Posted, text_or_none
from cablecheck.errors import UnreachableError
from cablecheck.live.asking import AskError, ask_json, ask_well, asked, exchange, new_http
from cablecheck.live.publishing import publish_otherwise
from cablecheck.live.stored_rows import MOST_ROWS, rows_of
from cablecheck.live.targets import Place
from cablecheck.report.visible import visible
from cablecheck.scenario.units import shift_seconds
from cablecheck.target import model as targets
from cablecheck.target.secrets import is_telling
from cablecheck.target.stamps import iso_of, moment_of
from cablecheck.target.wire import Ask, Listed, Wire, said_in
from cablecheck.truth import Stored, Truth

# How long the target's list may take to name every acknowledged message; if it does so only then, it lags.
LAG_SECONDS = 3.0
# How long a list may take to be read, and how much text it may have: one without an end is no list.
LISTING_SECONDS = 60.0
MOST_CHARACTERS = 64 << 20


class ChatApi:
    """The REST side of a target, for one conversation. Every request has a connection of its own, a deadline, and no retry."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._last_created_at: str | None = None
        self._http = new_http(place.reach.route)
        self._ledger: list[Stored] = []

    async def aclose(self) -> None:
        """Close what is open."""
        await self._http.aclose()

    # A conversation

    async def begin(self, *, sign_in: bool = True) -> Place:
        """Sign in and begin a conversation, as the target file says; the place in which both are known. Raises UnreachableError."""
        target = self.place.wire.target
        for step in target.auth if sign_in else ():
            await self._step(step, secret=True)
        for step in target.conversation:
            await self._step(step, secret=False)
        return self.place

    async def open_conversation(self) -> str:
        """Move the session to a new conversation. Raises UnreachableError."""
        switch = self.place.wire.target.switch
        assert switch is not None, "a story that switches is played only where the target can"
        await self._step(switch, secret=False)
        return self.place.conversation

    async def _step(self, step: targets.Capturing, *, secret: bool) -> None:
        await self.place.pace.turn()
        wire = self.place.wire
        ask = wire.ask(step)
        answer = await ask_well(self._http, ask, step.accept, within_seconds=wire.target.deadlines.answer)
        try:
            found = wire.captured(step, answer.content, answer.headers)
        except LookupError as missing:
            where = step.capture[str(missing.args[0])]
            fact = f"the answer has no {missing.args[0]} ({where})"
            raise UnreachableError(f"{asked(ask)}: {fact}; see what it answers, and mend `capture`") from None
        for name, value in found.items():
            if secret or (is_telling(name) and not self.place.bundled):
                self.place.secrets.learn(value)
        self.place = self.place.knowing(**found)

    # Publishing

    async def publish(self, body: str, created_at: str | None = None) -> Posted:
        """The agent posts a message; `created_at` is None, `same`, or a shift such as `-3s`, from the message before."""
        chosen = None
        if created_at is not None and self._last_created_at is not None:
            chosen = _shifted(self._last_created_at, created_at)
        posted = await self._post(self.place.wire.knowing(said_in(body)), chosen)
        self._last_created_at = posted.created_at or self._last_created_at
        if posted.outcome == "ok":
            self._ledger.append(Stored(posted.id, body, posted.created_at))
        return posted

    async def _post(self, wire: Wire, created_at: str | None) -> Posted:
        publish = wire.target.publish
        assert publish is not None, "a target is completed before it is spoken to"
        if not publish.request:
            return await publish_otherwise(replace(self.place, wire=wire), publish)
        try:
            ask = wire.publishing(publish, created_at)
            answer = await exchange(self._http, ask, wire.target.deadlines.answer)
        except AskError as error:
            reason = str(error) if error.sent else f"not connected: {error}"
            return Posted("info" if error.sent else "fail", reason=reason)
        return wire.posted(publish, answer.status, answer.content)

    # What is stored

    async def listed(self) -> list[Listed]:
        """The target's own list of the conversation's messages, all of them, in its order. Raises UnreachableError.

        It is asked for as the agent: the defects of the bundled chat touch only what a visitor reads.
        """
        truth = self.place.wire.target.truth
        if truth.ledger:
            return [
                {"id": each.id, "body": each.body, "created_at": each.created_at} for each in self._ledger
            ]
        if truth.sql is not None:
            return self._in_order(await rows_of(self.place, truth))
        with trio.move_on_after(LISTING_SECONDS):
            return self._in_order(await self._pages(truth))
        fact = f"the target's list was not read to its end within {LISTING_SECONDS:g} s"
        raise UnreachableError(
            f"{fact}; let it give longer pages, or name a conversation with fewer messages"
        )

    async def _pages(self, truth: targets.Truth) -> list[Listed]:
        wire = self.place.wire
        items: list[Listed] = []
        seen: set[str] = set()
        size = 0
        ask = wire.listing(truth, None)
        assert ask is not None, "a truth is asked for without a cursor too"
        while True:
            answer = await ask_json(self._http, ask, within_seconds=wire.target.deadlines.answer)
            page = wire.page(truth, answer)
            if page is None:
                fact = f"the target's list of messages has no list at '{truth.items}'"
                raise UnreachableError(f"{asked(ask)}: {fact}; see what it answers, and mend truth.items")
            items += page[0]
            size += sum(len(str(item.get("body"))) + len(str(item.get("id"))) for item in page[0])
            if len(items) > MOST_ROWS or size > MOST_CHARACTERS:
                fact = f"the target's list has over {MOST_ROWS:,} messages, or {MOST_CHARACTERS >> 20} MB of them"
                raise UnreachableError(
                    f"{asked(ask)}: {fact}; see what it answers, and name a conversation with fewer"
                )
            cursor = page[1]
            if cursor is None:
                return items
            if cursor in seen:
                fact = f"the pages of the target's list go round in circles at {visible(cursor)}"
                raise UnreachableError(f"{asked(ask)}: {fact}; see what it answers, and mend truth.next")
            seen.add(cursor)
            try:
                ask = wire.following(truth, cursor)
            except ValueError as error:
                raise UnreachableError(f"{asked(ask)}: {error}; no token of this one is sent there") from None

    def _in_order(self, items: list[Listed]) -> list[Listed]:
        """By the file's keys; without any as the target lists them."""
        order = self.place.wire.target.order
        keys = (*order.keys, "id") if order.keys and order.tie == "id" else order.keys
        return sorted(items, key=lambda item: [_rank(item, key) for key in keys]) if keys else items

    async def touched(self) -> tuple[str, ...]:
        """The defects of the bundled chat that have changed anything so far. Raises UnreachableError."""
        values = self.place.wire.values
        headers = (("Authorization", f"Bearer {values['token']}"),)
        url = f"{values['api']}/public/webchats/{values['webchat']}/defects"
        answer = await ask_json(self._http, Ask("GET", url, headers))
        return tuple(answer["touched"])

    async def truth(self, acknowledged: frozenset[str]) -> Truth:
        """What the target stored. A list that names an acknowledged message only at a later look is incomplete: it lags."""
        if self.place.wire.target.truth.ledger:
            return Truth(tuple(self._ledger), source="ledger")
        try:
            stored = self._stored(await self.listed())
            behind = acknowledged - {message.id for message in stored}
            deadline = trio.current_time() + LAG_SECONDS
            while behind - {message.id for message in stored} and trio.current_time() < deadline:
                await trio.sleep(0.25)
                stored = self._stored(await self.listed())
        except UnreachableError as error:
            return Truth(complete=False, reason=str(error))
        ids = [message.id for message in stored]
        if len(set(ids)) < len(ids):
            return Truth(stored, complete=False, reason="the target's list names an id twice")
        caught_up = behind & set(ids)
        if caught_up:
            were = "message was" if len(caught_up) == 1 else "messages were"
            reason = f"the target's list lags: {len(caught_up)} acknowledged {were} missing at the first look"
            return Truth(stored, complete=False, reason=reason)
        return Truth(stored)

    def _stored(self, items: list[Listed]) -> tuple[Stored, ...]:
        order = self.place.wire.target.order
        keys = order.keys if order.tie == "any" else ()
        return tuple(_as_stored(item, keys) for item in items)


def _as_stored(item: Listed, keys: Sequence[str]) -> Stored:
    return Stored(
        id=str(item.get("id")),
        body=str(item.get("body")),
        created_at=text_or_none(item.get("created_at")),
        conversation=text_or_none(item.get("conversation")),
        key=" ".join(str(item.get(key)) for key in keys) or None,
    )


def _rank(item: Listed, key: str) -> tuple[float, str]:
    """Where an item stands by one key: a time, a number, or else its text."""
    value = str(item.get(key))
    if key == "created_at":
        moment = moment_of(value)
        return (math.inf if moment is None else moment.timestamp(), "")
    return (float(value), "") if value.isdecimal() else (math.inf, value)


def _shifted(created_at: str, wanted: str) -> str:
    if wanted == "same":
        return created_at
    moment = moment_of(created_at)
    if moment is None:
        fact = f"the target's created_at '{visible(created_at[:40])}' is no ISO 8601 time"
        raise UnreachableError(f"{fact}; say which one it is by publish.created_at_format")
    try:
        return iso_of(moment + timedelta(seconds=shift_seconds(wanted)))
    except OverflowError:
        fact = f"the target's created_at '{visible(created_at[:40])}' can't be shifted by {wanted}"
        raise UnreachableError(f"{fact}; no calendar has that day") from None
