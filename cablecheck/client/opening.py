"""How the page of a recording starts, and what chance is on it."""

from __future__ import annotations

import random

from cablecheck.cable import json_values
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.recorded import Log
from cablecheck.client.transcript import Entry
from cablecheck.errors import BadInputError

_WEBCHAT, _SESSION, _CONVERSATION = "wc-1", "sess-1", "conv-1"


class _Always(random.Random):
    """`Math.random` of a recording: one value, always."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self._value = value

    def random(self) -> float:
        return self._value


def page_of(log: Log) -> Page:
    """The page that the recording starts from. Raises BadInputError."""
    client = log.client
    initial = client.get("initial", [])
    if not isinstance(initial, list) or not all(isinstance(each, dict) and "id" in each for each in initial):
        raise BadInputError("client.initial: not a list of messages with an id; give each an 'id'")
    return Page(
        json_values.text_of(client.get("webchat", _WEBCHAT)),
        json_values.text_of(client.get("session", _SESSION)),
        json_values.text_of(client.get("conversation", _CONVERSATION)),
        tuple(_initial(position, message) for position, message in enumerate(initial, start=1)),
        template_class=client.get("template_class", False) is True,
        initial_class=client.get("initial_class", True) is True,
        initial_created_at=client.get("initial_created_at", True) is True,
        next_page=_next_page(log),
    )


def _initial(position: int, message: Entry) -> InitialMessage:
    """A missing created_at is noon plus the 1-based position in seconds, as the recordings' harness rendered it."""
    created_at = message.get("created_at", f"2026-06-01T12:{position // 60:02}:{position % 60:02}.000Z")
    written = None if created_at is None else json_values.text_of(created_at)
    return InitialMessage(json_values.text_of(message["id"]), written)


def _next_page(log: Log) -> int | None:
    """The page to scroll back to: as the recording says, else the first that its SDK asked for."""
    value = log.client.get("next_page", log.first_page_asked)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise BadInputError(
            f"client.next_page: {value!r} is no whole number; give the page to scroll back to"
        )
    return value


def random_of(log: Log) -> random.Random:
    """What `Math.random` gives in this recording. Raises BadInputError."""
    value = log.client.get("random", 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInputError(
            f"client.random: {value!r} is no number from 0 up to 1; give what Math.random gave"
        )
    return _Always(float(value))
