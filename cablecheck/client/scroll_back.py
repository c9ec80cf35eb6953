"""Scroll-back: older messages, a page at a time, put at the head as they come."""

from __future__ import annotations

import math
import re

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.catch_up import messages_path
from cablecheck.client.fetches import Act, Answer, Fetches, body_of
from cablecheck.client.javascript import UNDEFINED, ThrownError, encoded_query, get, to_string, trim
from cablecheck.client.page import Page
from cablecheck.client.reception import Reception
from cablecheck.client.signals import Raise

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)


class ScrollBack:
    """At most one page at a time, and the pages one after the other.

    Each item goes before all that is there, so a page ends up in the reverse of its own order. No id is claimed or looked for, so what
    is shown already is shown again. And what goes wrong once is the end: the SDK never notes that the fetch is over.
    """

    def __init__(self, page: Page, reception: Reception, fetches: Fetches, act: Act) -> None:
        self._page = page
        self._reception = reception
        self._fetches = fetches
        self._act = act
        self._next = UNDEFINED if page.next_page is None else page.next_page
        self._fetching = False

    def begin(self) -> None:
        """The head is reached: ask for the next page, if there is one and none is being asked for."""
        number = _number(self._next)
        if self._fetching or not number or math.isnan(number):
            return
        self._fetching = True
        query = encoded_query({"page": to_string(number), "session": self._page.session})
        self._fetches.ask("GET", f"{messages_path(self._page)}?{query}", self._answered)

    def _answered(self, answer: Answer) -> None:
        try:
            body = body_of(answer)
            messages = get(body, "messages")
            self._next = get(body, "next")
            if not isinstance(messages, list):
                raise ThrownError("TypeError: messages.forEach is not a function")
            for message in messages:
                self._reception.show_older(message, answer.fetch)
        except ThrownError as thrown:
            self._act(Raise(str(thrown), rejected=True))
        else:
            self._fetching = False


def _number(value: JsonValue) -> float:
    """A value of the widget that is declared as a number: kept as text, read with `Number`; NaN where it is none."""
    if value is UNDEFINED:
        return math.nan
    text = trim(to_string(value).replace("_", ""))
    if _DECIMAL.fullmatch(text) is not None:
        return float(text)
    return math.nan if text else 0.0
