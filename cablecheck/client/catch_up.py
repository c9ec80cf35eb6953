"""The catch-up: what was missed while the socket was down, asked for after the cursor once the subscription is confirmed again."""

from __future__ import annotations

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.fetches import Act, Answer, Fetches, body_of
from cablecheck.client.javascript import UNDEFINED, ThrownError, encoded_path, encoded_query, get
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.reception import Reception
from cablecheck.client.signals import Raise
from cablecheck.client.timeline import Timeline


def messages_path(page: Page) -> str:
    """Where the webchat's messages are, after the API root."""
    return f"/public/webchats/{encoded_path(page.webchat)}/messages"


class CatchUp:
    """The cursor, and at most one fetch at a time.

    Nothing ties a fetch to the outage that caused it: one that ends late overwrites the cursor of a later drop. Status and headers of
    the answer are not looked at, and a failed one is not asked again.
    """

    def __init__(
        self,
        page: Page,
        profile: Profile,
        timeline: Timeline,
        reception: Reception,
        fetches: Fetches,
        act: Act,
    ) -> None:
        self._page = page
        self._profile = profile
        self._timeline = timeline
        self._reception = reception
        self._fetches = fetches
        self._act = act
        self._cursor: str | None = None
        self._fetching = False

    def capture(self) -> None:
        """The socket dropped: the last persisted bubble is the cursor, or there is none."""
        if Rule.CAPTURE_CURSOR in self._profile:
            self._cursor = self._timeline.last_persisted_id

    def begin(self) -> None:
        """The subscription is confirmed again: ask, if there is a cursor and nothing is being asked."""
        if self._cursor is None or Rule.CATCH_UP not in self._profile:
            return
        if self._fetching and Rule.ONE_CATCH_UP in self._profile:
            return
        self._fetching = True
        query = encoded_query({"after_id": self._cursor, "session": self._page.session})
        self._fetches.ask("GET", f"{messages_path(self._page)}?{query}", self._answered, catch_up=True)

    def _answered(self, answer: Answer) -> None:
        """Render a page in one go: the first bad item ends it, and the cursor stays as it was."""
        self._fetching = False
        try:
            for message in _messages_in(answer):
                self._reception.receive_missed(message, answer.fetch)
            if Rule.ADVANCE_CURSOR in self._profile:
                self._cursor = self._timeline.last_persisted_id
        except ThrownError as thrown:
            self._act(Raise(str(thrown), rejected=True))


def _messages_in(answer: Answer) -> list[JsonValue]:
    """`messages` of a JSON body, none where the key is missing. Raises ThrownError where the SDK would stumble."""
    messages = get(body_of(answer), "messages")
    if messages is UNDEFINED:
        return []
    if not isinstance(messages, list):
        raise ThrownError("TypeError: messages.forEach is not a function")
    return messages
