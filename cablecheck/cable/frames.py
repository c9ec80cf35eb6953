"""What an Action Cable server says: one typed value for every frame, and writers with Rails' exact bytes.

Reading never raises: whatever is not understood is an Unknown with its text and the reason. The identifier is opaque: the string
that the client sent, echoed. AnyCable's extra keys (`sid`, `stream_id`, `offset`, ...) are tolerated and left out.

Source of the formats: rails/rails actioncable, and anycable common/common.go for the extended ones.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from cablecheck.cable import json_values
from cablecheck.history import FrameKind


class Welcome(Struct, frozen=True):
    """The connection was accepted."""


class Ping(Struct, frozen=True):
    """The heartbeat; `message` is Unix seconds with Rails."""

    message: json_values.JsonValue


class Confirm(Struct, frozen=True):
    """A subscription was confirmed. `identifier` None: it was missing or no string."""

    identifier: str | None


class Reject(Struct, frozen=True):
    """A subscription was refused. `identifier` None: it was missing or no string."""

    identifier: str | None


class Disconnect(Struct, frozen=True):
    """The server is about to close. A missing `reconnect` is False, as the official client reads it."""

    reason: str | None
    reconnect: bool


class Message(Struct, frozen=True):
    """A broadcast, or what a channel transmits. `message` is any JSON value, null and 0 included."""

    identifier: str | None
    message: json_values.JsonValue


class Unknown(Struct, frozen=True):
    """A frame that no Rails server sends, or that says nothing; `reason` in a few words."""

    text: str
    reason: str


Frame: TypeAlias = Welcome | Ping | Confirm | Reject | Disconnect | Message | Unknown

_KINDS: dict[type[Frame], FrameKind] = {
    Welcome: "welcome",
    Ping: "ping",
    Confirm: "confirm",
    Reject: "reject",
    Disconnect: "disconnect",
    Message: "message",
    Unknown: "unknown",
}
_EXTENDED = frozenset({"pong", "confirm_history", "reject_history", "presence"})  # anycable common/common.go


def read_frame(text: str) -> Frame:
    """Say what a frame is. Never raises, whatever the text."""
    try:
        decoded = json_values.parse_shared(text)
    except json_values.NotJsonError as error:
        return Unknown(text, str(error))
    if not isinstance(decoded, dict):
        return Unknown(text, "no JSON object")
    identifier, type_ = decoded.get("identifier"), decoded.get("type")
    identifier = identifier if isinstance(identifier, str) else None
    if type_ is None and "message" in decoded:  # what a cable is full of comes first
        return Message(identifier, decoded["message"])
    match type_:
        case "welcome":
            return Welcome()
        case "ping":
            return Ping(decoded.get("message"))
        case "confirm_subscription":
            return Confirm(identifier)
        case "reject_subscription":
            return Reject(identifier)
        case "disconnect":
            reason = decoded.get("reason")
            return Disconnect(reason if isinstance(reason, str) else None, decoded.get("reconnect") is True)
        case str() if type_ in _EXTENDED:
            return Unknown(text, f"AnyCable's {type_} frame")
        case _ if "message" not in decoded:
            return Unknown(text, "no message" if type_ is None else f"unknown type {type_!r:.40}")
        case _:
            return Message(identifier, decoded["message"])


def gist_of(frame: Frame) -> tuple[FrameKind, str | None, str | None]:
    """What a history tells of a frame: its kind, its identifier, and the id of the chat message in it, as a browser would print it.

    None where there is none.
    """
    if isinstance(frame, Message):
        message = frame.message
        id_ = json_values.text_of(message["id"]) if isinstance(message, dict) and "id" in message else None
        return "message", frame.identifier, id_
    return _KINDS[type(frame)], frame.identifier if isinstance(frame, (Confirm, Reject)) else None, None


# What a Rails server writes: ActiveSupport::JSON escapes these five characters, and nothing else beyond ASCII.

_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def _write(frame: dict[str, json_values.JsonValue]) -> str:
    text = json_values.write(frame)
    if text.isascii() and "<" not in text and ">" not in text and "&" not in text:
        return text
    return text.translate(_ESCAPED)


def welcome() -> str:
    """`{"type":"welcome"}`."""
    return _write({"type": "welcome"})


def ping(unix_seconds: int) -> str:
    """The heartbeat that Rails sends every 3 s."""
    return _write({"type": "ping", "message": unix_seconds})


def confirm(identifier: str) -> str:
    """Confirm the subscription with this identifier, as it was sent."""
    return _write({"identifier": identifier, "type": "confirm_subscription"})


def reject(identifier: str) -> str:
    """Refuse the subscription with this identifier, as it was sent."""
    return _write({"identifier": identifier, "type": "reject_subscription"})


def message(identifier: str, payload: json_values.JsonValue) -> str:
    """Transmit any JSON value to the subscription with this identifier."""
    return _write({"identifier": identifier, "message": payload})


def disconnect(reason: str | None, reconnect: bool) -> str:
    """Say why the socket is about to be closed, and whether the client may come back."""
    return _write({"type": "disconnect", "reason": reason, "reconnect": reconnect})
