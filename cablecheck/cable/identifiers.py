"""Subscription identifiers: opaque strings, compared as they are and never written anew.

`{"room":1,"channel":"A"}` and `{"channel":"A","room":1}` are two subscriptions to Rails, each of which gets every message.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from cablecheck.cable import json_values

WEBCHAT_CHANNEL = "WebchatChannel"  # hellotext.js


def same(a: str, b: str) -> bool:
    """Whether two identifiers mean the same subscription: equal as text, or equal once read as JSON.

    For display, and for servers that write an identifier anew (django-actioncable does): Rails itself compares the text only.
    """
    if a == b:
        return True
    try:
        return _canonical(a) == _canonical(b)
    except (json_values.NotJsonError, RecursionError):
        return False


def _canonical(identifier: str) -> str:
    """One text for all ways to write a value; unlike Python's `==` it tells true from 1."""
    return json.dumps(json_values.parse(identifier), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Routing:
    """The four keys by which the webchat SDK finds its own subscription."""

    id: str
    session: str
    conversation: str
    channel: str = WEBCHAT_CHANNEL

    @property
    def identifier(self) -> str:
        """The text that the SDK subscribes with: its key order, no spaces."""
        return json_values.write(
            {
                "channel": self.channel,
                "id": self.id,
                "session": self.session,
                "conversation": self.conversation,
            }
        )

    def matches(self, value: json_values.JsonValue) -> bool:
        """Whether a decoded identifier has all four keys with exactly these strings; order and further keys are free."""
        own = {
            "channel": self.channel,
            "id": self.id,
            "session": self.session,
            "conversation": self.conversation,
        }
        return isinstance(value, dict) and all(
            isinstance(value.get(key), str) and value[key] == wanted for key, wanted in own.items()
        )
