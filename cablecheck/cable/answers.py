"""What the chat's own API answers: the ids in a page of messages, and what became of a POST."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from cablecheck import history
from cablecheck.cable.json_values import UNDEFINED, JsonValue, text_of


def ids_in(answer: JsonValue) -> tuple[str, ...]:
    """The ids of the messages that an answer lists, as a browser would print them; none where it is no page.

    A message without an id counts as "undefined": that is the id of the bubble that a client shows for it.
    """
    messages = answer.get("messages") if isinstance(answer, dict) else None
    if not isinstance(messages, list):
        return ()
    return tuple(text_of(each.get("id", UNDEFINED)) for each in messages if isinstance(each, dict))


class Posted(msgspec.Struct, frozen=True):
    """What came of a POST: `ok` (stored), `fail` (certainly not stored), `info` (nobody knows)."""

    outcome: Literal["ok", "fail", "info"]
    id: str = ""
    created_at: str | None = None
    conversation: str | None = None
    status: int | None = None
    reason: str = ""

    def event(self, at: float, label: str) -> history.Event:
        """How the history tells it of the message with this label."""
        match self.outcome:
            case "ok":
                return history.PublishAcknowledged(at, label, self.id, self.status or 201)
            case "fail":
                return history.PublishRefused(at, label, self.reason, self.status)
            case _:
                return history.PublishUnknown(at, label, self.reason)


def posted(status: int, content: bytes | str) -> Posted:
    """Read the answer to a POST: what it is worth, and all that is in it that anybody needs."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    return outcome_of(status, answer)


def outcome_of(status: int, answer: JsonValue) -> Posted:
    """What a POST came to: 2xx with an id is ok, 3xx and 4xx fail, all else nobody knows (a 500 may be stored)."""
    if 200 <= status < 300 and isinstance(answer, dict) and (id_ := answer.get("id")) is not None:
        created_at, conversation = answer.get("created_at"), answer.get("conversation")
        return Posted("ok", str(id_), text_or_none(created_at), text_or_none(conversation), status)
    if 300 <= status < 500:
        return Posted("fail", status=status, reason=f"HTTP {status}")
    return Posted("info", status=status, reason=f"HTTP {status} without a message id")


def text_or_none(value: object) -> str | None:
    """A value of an answer as text; null stays None."""
    return None if value is None else str(value)


def shortened(body: bytes, limit: int) -> bytes:
    """The page with its oldest messages only, each byte for byte, and without `next`. What is no page stays as it is."""
    try:
        page = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        messages = msgspec.json.decode(page["messages"], type=list[msgspec.Raw])
    except (msgspec.DecodeError, KeyError):
        return body
    ages = [age for age in map(_age, messages) if age is not None]
    newest_first = len(ages) > 1 and ages[0] > ages[-1]
    page["messages"] = msgspec.Raw(
        msgspec.json.encode(messages[-limit:] if newest_first else messages[:limit])
    )
    page.pop("next", None)
    return msgspec.json.encode(page)


def _age(message: msgspec.Raw) -> tuple[str, float] | None:
    """By what two messages of a page are compared: when they were made, then their numeric ids. None: by nothing."""
    decoded: Any = msgspec.json.decode(message)
    if not isinstance(decoded, dict) or "id" not in decoded:
        return None
    created_at, id_ = decoded.get("created_at"), decoded["id"]
    number = float(id_) if isinstance(id_, int | float) or (isinstance(id_, str) and id_.isdecimal()) else 0.0
    return (created_at if isinstance(created_at, str) else "", number)
