"""The REST side's wording: which request means what, and how an answer is written. No state, no authority.

    POST {root}/sessions                               anybody may begin to chat
    POST {root}/conversations    {"session"}            the agent moves a session to a new conversation
    POST {root}/messages         {"session", "body"}    the visitor
    POST {root}/messages         {"conversation", "body", "created_at"?}    the agent
    GET  {root}/messages?session=S[&after_id=ID][&limit=N]
    GET  {root}/defects                                 the agent asks which defects have changed anything so far

where {root} is /v1/public/webchats/{id}. An error says one word and nothing else: whether a session, webchat or message exists is
nobody's business but its owner's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast
from urllib.parse import parse_qsl, unquote

from cablecheck.cable import json_values
from cablecheck.cable.json_values import JsonValue
from cablecheck.chat import stamps
from cablecheck.chat.ledger import MessageSaid, Page
from cablecheck.chat.signals import Answer

PAGE_LIMIT = 100  # what Chatwoot's message list and AnyCable's history give at most
PAGE_LIMIT_MOST = 1000

Resource: TypeAlias = Literal["sessions", "conversations", "messages", "defects"]

_PATH = re.compile(r"/v1/public/webchats/([^/]+)/(sessions|conversations|messages|defects)")
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_ALLOWED: dict[Resource, str] = {
    "sessions": "POST",
    "conversations": "POST",
    "messages": "GET, HEAD, POST",
    "defects": "GET, HEAD",
}
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_WORDS = {
    400: "bad request",
    401: "unauthorized",
    404: "not found",
    405: "method not allowed",
    408: "request timeout",
    413: "content too large",
    426: "upgrade required",
    431: "request header fields too large",
    500: "internal error",
    501: "not implemented",
}


class ProblemError(Exception):
    """A request that gets an error for an answer."""

    def __init__(self, status: int, *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes; `query` has the last value of each name."""

    webchat: str
    resource: Resource
    reading: bool
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants. `after` None: from the first; 0, which is no message, when the id is none of ours."""

    session: str
    after: int | None
    limit: int


@lru_cache(maxsize=1024)
def route(method: str, target: str) -> Route:
    """Find the resource. Raises ProblemError 404 or 405."""
    path, _, query = _ORIGIN.sub("", target, count=1).partition("?")
    found = _PATH.fullmatch(path)
    if found is None:
        raise ProblemError(404)
    resource = cast("Resource", found[2])
    if method not in _ALLOWED[resource].split(", "):
        raise ProblemError(405, ("Allow", _ALLOWED[resource]))
    return Route(
        unquote(found[1]), resource, method != "POST", dict(parse_qsl(query, keep_blank_values=True))
    )


def wanted(query: dict[str, str]) -> Wanted:
    """What a GET asks for. Raises ProblemError 400 or 404."""
    session, after, limit = query.get("session"), query.get("after_id"), query.get("limit", str(PAGE_LIMIT))
    if session is None:
        raise ProblemError(404)
    if not _NUMBER.fullmatch(limit):
        raise ProblemError(400)
    if after is not None and not _NUMBER.fullmatch(after):
        raise ProblemError(404)
    return Wanted(session, None if after is None else int(after), min(int(limit), PAGE_LIMIT_MOST))


def fields(body: bytes) -> dict[str, JsonValue]:
    """The JSON object in a body. Raises ProblemError 400."""
    try:
        decoded = json_values.parse(body.decode())
    except ValueError:  # a UnicodeDecodeError is one too
        raise ProblemError(400) from None
    if not isinstance(decoded, dict):
        raise ProblemError(400)
    return decoded


def text(values: dict[str, JsonValue], name: str) -> str:
    """A field that must be text which can be stored. Raises ProblemError 400."""
    value = values.get(name)
    if not isinstance(value, str):
        raise ProblemError(400)
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise ProblemError(400) from None
    return value


def stamp(created_at: str) -> int:
    """The agent's own created_at in milliseconds. Raises ProblemError 400."""
    milliseconds = stamps.read(created_at)
    if milliseconds is None:
        raise ProblemError(400)
    return milliseconds


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header, empty without one."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def said(message: MessageSaid) -> dict[str, JsonValue]:
    """A message as all paths show it. Its id is text, opaque to clients."""
    return {
        "id": str(message.number),
        "body": message.body,
        "created_at": stamps.write(message.created_milliseconds),
        "conversation": message.conversation,
    }


def listed(message: MessageSaid) -> dict[str, JsonValue]:
    """A message as a list shows it."""
    return {**said(message), "from": message.by}


def answer(ask: int, status: int, value: JsonValue, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer with a JSON body."""
    return Answer(ask, status, value, headers)


def refusal(ask: int, problem: ProblemError) -> Answer:
    """The answer to a request that has a problem."""
    challenge = (("WWW-Authenticate", "Bearer"),) if problem.status == 401 else ()
    return answer(
        ask,
        problem.status,
        {"error": _WORDS.get(problem.status, "bad request")},
        (*problem.headers, *challenge),
    )


def listing(page: Page) -> JsonValue:
    """A page of messages; `next` is the after_id of the page after it."""
    return {
        "messages": [listed(message) for message in page.messages],
        "next": str(page.messages[-1].number) if page.more else None,
    }
