"""A target and the values of one conversation: what is asked of it, word for word, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from msgspec.structs import replace

from cablecheck.cable.answers import Posted, text_or_none
from cablecheck.cable.json_values import UNDEFINED, JsonValue, NotJsonError, parse, text_of, write
from cablecheck.history import mark_in
from cablecheck.target.model import Capturing, Exchange, Listing, Message, Publish, Target, Truth
from cablecheck.target.paths import find, leaves, put
from cablecheck.target.stamps import as_iso, as_written
from cablecheck.target.templates import (
    Values,
    in_cookie,
    in_header,
    in_json_text,
    in_url,
    in_value,
    plainly,
)

Headers: TypeAlias = tuple[tuple[str, str], ...]
Listed: TypeAlias = dict[str, JsonValue]

# The parameter of a query that names the cursor, with the sign before it.
_CURSOR = re.compile(r"([?&])[^?&={}]+=\{cursor\}(&?)")
_A_URL = re.compile(r"https?://|/")


def said_in(body: str) -> dict[str, str]:
    """What templates know of a message besides its `{body}`: its `{label}` in the story, and the `{nonce}` that no other message has."""
    return {"body": body, "label": body.partition(" ")[0], "nonce": mark_in(body) or ""}


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
        return urlunsplit(
            parts._replace(query="&".join(filter(None, (parts.query, self._form(self.target.cable.query)))))
        )

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
        for path, wanted in leaves(live.select):
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

    def ask(self, exchange: Exchange) -> Ask:
        """A request as its template has it."""
        method, _, url = exchange.request.partition(" ")
        headers = dict(self._headers(exchange.headers, exchange.cookies))
        body = None
        if exchange.json is not None:
            body = write(in_value(exchange.json, self.values)).encode("utf-8", "surrogatepass")
            headers.setdefault("Content-Type", "application/json")
        elif exchange.form is not None:
            body = self._form(exchange.form).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return Ask(method, in_url(url.strip(), self.values), tuple(headers.items()), body)

    def publishing(self, publish: Publish, created_at: str | None = None) -> Ask:
        """The request that posts a message; with a time of its own where the target lets one choose it."""
        field = publish.created_at_field
        if created_at is None or field is None:
            return self.ask(publish)
        stamp = as_written(created_at, publish.created_at_format)
        if publish.form is not None:
            dated = replace(publish, form=publish.form | {field: str(stamp)})
        else:
            dated = replace(publish, json=put(publish.json, field, stamp))
        return self.ask(dated)

    def posted(self, publish: Publish, status: int, content: bytes | str) -> Posted:
        """What the answer to a post is worth.

        2xx is good, or what the file accepts. A 4xx certainly stored nothing; what else is not good, or doesn't name the message, leaves
        that open.
        """
        good = status in publish.accept if publish.accept else 200 <= status < 300
        if not good:
            refused = 300 <= status < 500
            return Posted("fail" if refused else "info", status=status, reason=f"HTTP {status}")
        posted = self.named(publish, _json_in(content), status)
        return posted or Posted("info", status=status, reason=f"HTTP {status} without a message id")

    def named(self, publish: Publish, answer: JsonValue, status: int = 200) -> Posted | None:
        """That it is stored, by an answer that names it, or where its own id is enough; None: it is not named."""
        own = None if publish.own_id is None else plainly(publish.own_id, self.values)
        id_ = find(answer, publish.id) if own is None else own
        if id_ is UNDEFINED or id_ is None or isinstance(id_, dict | list):
            return None
        created_at = find(answer, publish.created_at) if publish.created_at else UNDEFINED
        known = None if created_at is UNDEFINED else as_iso(created_at, publish.created_at_format)
        return Posted("ok", text_of(id_), known, status=status)

    def listing(self, listing: Listing, cursor: str | None) -> Ask | None:
        """The request for a page after `cursor`; None where a client without a cursor asks nothing."""
        exchange = Exchange(request=listing.request, headers=listing.headers, cookies=listing.cookies)
        if cursor is not None:
            return self.knowing({"cursor": cursor}).ask(exchange)
        match listing.empty_cursor:
            case "skip":
                return None
            case "0":
                return self.knowing({"cursor": "0"}).ask(exchange)
            case "omit":
                request = _CURSOR.sub(lambda found: found[1] if found[2] else "", listing.request)
                return self.ask(replace(exchange, request=request))
            case _:
                assert_never(listing.empty_cursor)

    def following(self, listing: Listing, cursor: str) -> Ask:
        """The request for the page that another said is `next`: where that is a URL, it is asked as it is.

        Raises ValueError for a URL of another server: what is said to this one is not for others.
        """
        asked = self.listing(listing, cursor)
        assert asked is not None, "only a question without a cursor may be left out"
        if _A_URL.match(cursor) is None:
            return asked
        whole = urljoin(asked.url, cursor)
        if urlsplit(whole)[:2] != urlsplit(asked.url)[:2]:
            raise ValueError(f"its next page is at another server, {urlsplit(whole).netloc}")
        return Ask(asked.method, whole, asked.headers, asked.body)

    def page(self, listing: Listing, answer: JsonValue) -> tuple[list[Listed], str | None] | None:
        """The messages of a page, as the reference client knows them, and what to ask for next. None: it is no page."""
        items = find(answer, listing.items)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return None
        messages = self.rows(listing, items)
        if listing.next is not None:
            return messages, _cursor_in(find(answer, listing.next))
        full = listing.page_cap is not None and len(messages) >= listing.page_cap
        return messages, _cursor_in(messages[-1].get("id")) if full else None

    def rows(self, listing: Listing, items: Iterable[Mapping[str, Any]]) -> list[Listed]:
        """The messages of a list, as the reference client knows them; those of the truth each with its conversation."""
        messages = []
        for item in items:
            named = {}
            if isinstance(listing, Truth) and listing.conversation is not None:
                named = {"conversation": text_or_none(find(item, listing.conversation) or None)}
            messages.append(_canonical(item, listing) | named)
        return messages

    def captured(self, step: Capturing, content: bytes, headers: Headers) -> dict[str, str]:
        """What this step's answer tells, which need be no JSON. Raises LookupError with the name of what is not there."""
        answer = _json_in(content)
        found = {}
        for name, source in step.capture.items():
            value = _caught(source, answer, headers)
            if value is UNDEFINED or value is None or isinstance(value, dict | list) or value == "":
                raise LookupError(name)
            found[name] = text_of(value)
        return found

    def _form(self, fields: Mapping[str, str]) -> str:
        return urlencode(in_value(fields, self.values), errors="surrogatepass")

    def _headers(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Headers:
        filled = {name: in_header(value, self.values) for name, value in headers.items()}
        if cookies:
            filled["Cookie"] = "; ".join(
                f"{name}={in_cookie(value, self.values)}" for name, value in cookies.items()
            )
        return tuple(filled.items())


def _cursor_in(value: JsonValue) -> str | None:
    """What a page says of the next one: an id, a number or a URL. Anything else, and nothing, ends the list."""
    return text_of(value) if value and isinstance(value, str | int | float) and value is not True else None


def _json_in(content: bytes | str) -> JsonValue:
    """The JSON of an answer; UNDEFINED for what is none."""
    try:
        return parse(content if isinstance(content, str) else content.decode("utf-8-sig", "replace"))
    except NotJsonError:
        return UNDEFINED


def _caught(source: str, answer: JsonValue, headers: Headers) -> JsonValue:
    """What `json:path`, `header:Name` or `cookie:name` means in an answer. The last cookie of a name counts, as in browsers."""
    kind, _, where = source.partition(":")
    if kind == "json":
        return find(answer, where)
    if kind == "header":
        return next((value for name, value in headers if name.lower() == where.lower()), UNDEFINED)
    cookies = [value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie"]
    pairs = {name.strip(): value.strip() for name, _, value in (cookie.partition("=") for cookie in cookies)}
    return pairs.get(where, UNDEFINED)


def _canonical(item: Mapping[str, Any], message: Message) -> Listed:
    """A message under the names that the reference client reads. What is not there stays away."""
    canonical: Listed = {
        key: value for key, value in item.items() if key in ("conversation", "from", "attachments")
    }
    for name in ("id", "body"):
        value = find(item, getattr(message, name))
        if value is not UNDEFINED:
            canonical[name] = value
    created_at = find(item, message.created_at) if message.created_at else UNDEFINED
    if created_at is not UNDEFINED:
        canonical["created_at"] = as_iso(created_at, message.created_at_format)
    return canonical
