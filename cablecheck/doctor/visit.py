"""One visit at a target: the visitors that it has, what was said there, and what every check may ask."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import trio
from wsproto.events import Request

from cablecheck.cable.answers import Posted
from cablecheck.cable.json_values import UNDEFINED, JsonValue, NotJsonError, parse
from cablecheck.doctor.ear import Ear
from cablecheck.history.marks import mark_in, marked
from cablecheck.live.asking import AskError, exchange, new_http
from cablecheck.live.publishing import publish_otherwise
from cablecheck.live.targets import Place
from cablecheck.live.websocket import upgrade_for
from cablecheck.target.wire import Ask, Headers

# No wait of the doctor's is longer, whatever the file allows: the whole visit is to be over in a minute.
PATIENCE_SECONDS = 8.0
_MOST_KEPT = 500  # characters of an answer


@dataclass(frozen=True, slots=True)
class Answered:
    """A request's answer, and how its text begins; `value` UNDEFINED: it was no JSON. `began` and `ended`: between what moments by our clock it was given."""

    status: int
    value: JsonValue
    text: str
    content: bytes
    headers: Headers
    began: datetime
    ended: datetime

    def header(self, name: str) -> str | None:
        """The values of a header, or None."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that we published, and what we were told about it."""

    label: str
    mark: str
    posted: Posted
    answer: Answered | None
    began: datetime
    ended: datetime


@dataclass
class Visitor:
    """A conversation of its own: the place with its values, the socket that is subscribed to it, what was said in it."""

    place: Place
    ear: Ear | None = None
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """What this visitor subscribes to."""
        return self.place.wire.identifier

    def stored(self) -> list[Said]:
        """What was acknowledged; where nobody acknowledges anything, what may have been stored."""
        known = [said for said in self.said.values() if said.posted.outcome == "ok"]
        return known or [said for said in self.said.values() if said.posted.outcome == "info"]


class Visit:
    """What the checks have in common. `first` is the visitor of most checks, `other` somebody else, once they are there."""

    def __init__(self, place: Place, nursery: trio.Nursery) -> None:
        self.place = place
        self.http: httpx.AsyncClient = new_http(place.reach.route)
        self.nonce = secrets.token_hex(3)
        self.first = Visitor(place)
        self.other: Visitor | None = None
        self.patience = min(place.wire.target.deadlines.answer, PATIENCE_SECONDS)
        self.facts: dict[str, Any] = {}
        self._nursery = nursery
        self._numbers = 0

    def open(self, place: Place, request: Request | None = None) -> Ear:
        """A socket to a place, opening; as its file has it where no other request is given."""
        ear = Ear(place, request or upgrade_for(place.wire))
        self._nursery.start_soon(ear.listen)
        return ear

    async def ask(self, ask: Ask) -> Answered:
        """One request. Raises AskError."""
        began = datetime.now(tz=UTC)
        answer = await exchange(self.http, ask, self.patience)
        text = answer.content.decode("utf-8-sig", "replace")
        try:
            value = parse(text)
        except NotJsonError:
            value = UNDEFINED
        ended = datetime.now(tz=UTC)
        return Answered(answer.status, value, text[:_MOST_KEPT], answer.content, answer.headers, began, ended)

    async def say(self, visitor: Visitor, label: str, created_at: str | None = None, filler: int = 0) -> Said:
        """Publish one message into a visitor's conversation, in its turn; `filler`: how long it is to be.

        Raises UnreachableError.
        """
        await visitor.place.pace.turn()
        wire = visitor.place.wire
        publish = wire.target.publish
        assert publish is not None, "a target is completed before it is spoken to"
        mark = marked(self.nonce, label)
        self._numbers += 1
        body = f"{label} {mark} cablecheck doctor".ljust(filler, ".")
        values = {"body": body, "label": label, "nonce": mark_in(body) or "", "number": str(self._numbers)}
        began = datetime.now(tz=UTC)
        answer = None
        wire = wire.knowing(values)
        if publish.request:
            try:
                answer = await self.ask(wire.publishing(publish, created_at))
                posted = wire.posted(publish, answer.status, answer.content)
            except AskError as error:
                posted = Posted("info" if error.sent else "fail", reason=str(error))
        else:
            posted = await publish_otherwise(replace(visitor.place, wire=wire), publish)
        said = Said(label, mark, posted, answer, began, datetime.now(tz=UTC))
        visitor.said[label] = said
        return said

    async def aclose(self) -> None:
        """Close what is open."""
        await self.http.aclose()
