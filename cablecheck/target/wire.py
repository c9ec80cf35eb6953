"""A target and the values of one conversation: what is asked of it, word for word, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit, urlunsplit

from cablecheck.cable.answers import Posted, outcome_of, text_or_none
from cablecheck.cable.json_values import UNDEFINED, JsonValue, NotJsonError, parse, text_of, write
from cablecheck.target.model import Capturing, CatchUp, Exchange, Message, Publish, Target, Truth
from cablecheck.target.paths import find
from cablecheck.target.stamps import as_iso
from cablecheck.target.templates import Values, in_json_text, in_url, in_value, plainly

Headers: TypeAlias = tuple[tuple[str, str], ...]
Listed: TypeAlias = dict[str, JsonValue]

# The parameter of a query that names the cursor, with the sign before it.
_CURSOR = re.compile(r"([?&])[^?&={}]+=\{cursor\}(&?)")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it goes out."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What is said to a target about one conversation. `values` fill the names in its templates in."""

    target: Target
    values: Values

    def knowing(self, more: Mapping[str, str]) -> Wire:
        """The same, with more values known."""
        return Wire(self.target, {**self.values, **more})

    # The cable

    @property
    def identifier(self) -> str:
        """What a client subscribes to."""
        assert self.target.subscription is not None, "a target is completed before it is spoken to"
        return in_json_text(self.target.subscription.identifier, self.values)

    @property
    def cable_url(self) -> str:
        """The cable's address, its query included."""
        parts = urlsplit(self.target.cable.url)
        more = urlencode(in_value(self.target.cable.query, self.values))
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, more)))))

    @property
    def origin(self) -> str:
        """What a browser on the target's own page sends as Origin, if the file doesn't say otherwise."""
        parts = urlsplit(self.target.cable.url)
        return self.target.cable.origin or f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"

    @property
    def cable_headers(self) -> Headers:
        """What an upgrade carries besides."""
        return self._headers(self.target.cable.headers, self.target.cable.cookies)

    def heard(self, payload: JsonValue) -> Listed | None:
        """The message in a broadcast, as the reference client knows messages; None where it is none of this conversation's."""
        live = self.target.live
        for path, wanted in live.select.items():
            if text_of(find(payload, path)) != text_of(in_value(wanted, self.values)):
                return None
        message = find(payload, live.message)
        return {"type": "message"} | _canonical(message, live) if isinstance(message, dict) else None

    def id_of(self, payload: JsonValue) -> JsonValue:
        """The id of the message in a broadcast, whosever conversation it is of; None where there is none."""
        message = find(payload, self.target.live.message)
        id_ = find(message, self.target.live.id) if isinstance(message, dict) else UNDEFINED
        return None if id_ is UNDEFINED else id_

    # Requests

    def ask(self, exchange: Exchange, more: Values | None = None) -> Ask:
        """A request as its template has it."""
        values = {**self.values, **(more or {})}
        method, _, url = exchange.request.partition(" ")
        headers = dict(self._headers(exchange.headers, exchange.cookies, values))
        body = None
        if exchange.json is not None:
            body = write(in_value(exchange.json, values)).encode("utf-8", "surrogatepass")
            headers.setdefault("Content-Type", "application/json")
        elif exchange.form is not None:
            body = urlencode(in_value(exchange.form, values)).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return Ask(method, in_url(url.strip(), values), tuple(headers.items()), body)

    def publishing(self, publish: Publish, more: Values, created_at: str | None = None) -> Ask:
        """The request that posts a message; with a time of its own where the target lets one choose it."""
        ask = self.ask(publish, more)
        if created_at is None or publish.created_at is None or ask.body is None:
            return ask
        body = parse(ask.body.decode("utf-8", "surrogatepass")) | {publish.created_at: created_at}
        return Ask(ask.method, ask.url, ask.headers, write(body).encode("utf-8", "surrogatepass"))

    def posted(self, publish: Publish, status: int, content: bytes | str) -> Posted:
        """What the answer to a post is worth."""
        if publish.accept and status not in publish.accept and status < 500:
            return Posted("fail", status=status, reason=f"HTTP {status}, which is none of {publish.accept}")
        try:
            answer = parse(content if isinstance(content, str) else content.decode("utf-8-sig", "replace"))
        except NotJsonError:
            answer = None
        id_ = find(answer, publish.id)
        known = answer if isinstance(answer, dict) else {}
        return outcome_of(status, None if id_ is UNDEFINED else {**known, "id": id_})

    def listing(self, listing: CatchUp | Truth, cursor: str | None) -> Ask | None:
        """The request for a page after `cursor`; None where a client without a cursor asks nothing."""
        assert listing.request is not None, "only what is read by a request is asked for"
        request = listing.request
        empty = listing.empty_cursor if isinstance(listing, CatchUp) else "omit"
        if cursor is None and empty == "skip":
            return None
        if cursor is None and empty == "omit":
            request = _CURSOR.sub(lambda found: found[1] if found[2] else "", request)
        more = {} if cursor is None and empty == "omit" else {"cursor": cursor or "0"}
        exchange = Exchange(request=request, headers=listing.headers, cookies=listing.cookies)
        return self.ask(exchange, more)

    def page(self, listing: CatchUp | Truth, answer: JsonValue) -> tuple[list[Listed], str | None] | None:
        """The messages of a page, as the reference client knows them, and what to ask for next. None: it is no page."""
        items = find(answer, listing.items)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return None
        following = UNDEFINED if listing.next is None else find(answer, listing.next)
        if isinstance(listing, Truth):
            return self.rows(listing, items), text_or_none(following or None)
        return [_canonical(item, listing) for item in items], text_or_none(following or None)

    def rows(self, truth: Truth, items: Iterable[Mapping[str, Any]]) -> list[Listed]:
        """The messages of the truth, as the reference client knows them, each with its conversation."""
        messages = []
        for item in items:
            conversation = UNDEFINED if truth.conversation is None else find(item, truth.conversation)
            named = {} if conversation is UNDEFINED else {"conversation": text_or_none(conversation)}
            messages.append(_canonical(item, truth) | named)
        return messages

    def captured(self, step: Capturing, answer: JsonValue, headers: Headers) -> dict[str, str]:
        """What this step's answer tells. Raises LookupError with the name of what is not there."""
        found = {}
        for name, source in step.capture.items():
            kind, _, where = source.partition(":")
            value = {"json": find(answer, where)}.get(kind, _in_headers(kind, where, headers))
            if value is UNDEFINED or value is None or isinstance(value, dict | list):
                raise LookupError(name)
            found[name] = text_of(value)
        return found

    def _headers(
        self, headers: Mapping[str, str], cookies: Mapping[str, str], values: Values | None = None
    ) -> Headers:
        known = self.values if values is None else values
        filled = {name: plainly(value, known) for name, value in headers.items()}
        if cookies:
            filled["Cookie"] = "; ".join(f"{name}={plainly(value, known)}" for name, value in cookies.items())
        return tuple(filled.items())


def _in_headers(kind: str, where: str, headers: Headers) -> JsonValue:
    if kind == "header":
        return next((value for name, value in headers if name.lower() == where.lower()), UNDEFINED)
    for name, value in headers:
        if name.lower() == "set-cookie":
            try:
                jar = SimpleCookie(value)
            except CookieError:
                continue
            if where in jar:
                return jar[where].value
    return UNDEFINED


def _canonical(item: Mapping[str, Any], message: Message) -> Listed:
    """A message under the names that the reference client reads. What is not there stays away."""
    canonical: Listed = {
        key: value for key, value in item.items() if key in ("conversation", "from", "attachments")
    }
    for name in ("id", "body"):
        value = find(item, getattr(message, name))
        if value is not UNDEFINED:
            canonical[name] = value
    created_at = UNDEFINED if message.created_at is None else find(item, message.created_at)
    if created_at is not UNDEFINED:
        canonical["created_at"] = as_iso(created_at, message.created_at_format)
    return canonical
