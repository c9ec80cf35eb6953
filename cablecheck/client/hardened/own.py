"""The visitor's own messages: shown at once, sent once, and named, ordered or marked as failed by what the server says and lists."""

from __future__ import annotations

from functools import partial

from cablecheck.cable import json_values
from cablecheck.client.catch_up import messages_path
from cablecheck.client.fetches import Answer
from cablecheck.client.hardened.fetches import Fetches
from cablecheck.client.hardened.reading import Reading
from cablecheck.client.hardened.reception import Reception
from cablecheck.client.hardened.subscription import Subscription
from cablecheck.client.hardened.waits import FETCH_MILLISECONDS, READS_TO_BE_SURE
from cablecheck.client.javascript import trim
from cablecheck.client.page import Page
from cablecheck.client.signals import Answered, AnswerUnreadable
from cablecheck.client.timeline import Node


class OwnMessages:
    """Sends what the visitor writes. No message is sent twice: one whose outcome is unknown is looked for in the list."""

    def __init__(
        self, page: Page, reception: Reception, fetches: Fetches, subscription: Subscription, reading: Reading
    ) -> None:
        self._page = page
        self._reception = reception
        self._fetches = fetches
        self._subscription = subscription
        self._reading = reading
        self._doubtful: dict[Node, int] = {}
        reading.on_done.append(self._look)

    def submit(self, text: str) -> None:
        """Send a message, unless it is blank."""
        if not trim(text):
            return
        node = self._reception.show_own(text)
        body = json_values.write({"session": self._page.session, "body": text})
        then = partial(self._answered, node)
        self._fetches.ask(
            "POST", messages_path(self._page), then, within_milliseconds=FETCH_MILLISECONDS, body=body
        )

    def _answered(self, node: Node, answer: Answer) -> None:
        """2xx: stored. 3xx and 4xx: certainly not. A 5xx, or no answer at all, says nothing."""
        match answer:
            case Answered(status=status, json={"id": _} as stored) if 200 <= status < 300:
                self._reception.identify(node, stored)
                conversation = stored.get("conversation")
                if isinstance(conversation, str):
                    self._subscription.follow(conversation)
            case Answered(status=status) | AnswerUnreadable(status=status) if 300 <= status < 500:
                self._reception.refuse(node)
            case _:
                self._doubtful[node] = READS_TO_BE_SURE
        self._reading.stirred()

    def _look(self) -> None:
        """A read has ended: what is not in the list by then was not stored, or will come as a message like any other."""
        for node in list(self._doubtful):
            self._doubtful[node] -= 1
            if self._doubtful[node] == 0:
                del self._doubtful[node]
                self._reception.refuse(node)
