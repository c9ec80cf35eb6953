"""The visitor's own messages: shown at once, named by the answer to their POST, never an anchor and hardly ever the cursor."""

from __future__ import annotations

from typing import assert_never

from cablecheck.cable import json_values
from cablecheck.client.catch_up import messages_path
from cablecheck.client.fetches import Act, Answer, Fetches
from cablecheck.client.javascript import UNDEFINED, ThrownError, get, to_string, trim
from cablecheck.client.line import Line
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.reception import Reception
from cablecheck.client.signals import Answered, AnswerUnreadable, FetchFailed, Identify, MarkFailed, Raise
from cablecheck.client.timeline import Node, Timeline


class OwnMessages:
    """Sends what the visitor wrote; a network error leaves the bubble as it is, unmarked, and nothing is sent again."""

    def __init__(
        self,
        page: Page,
        profile: Profile,
        timeline: Timeline,
        reception: Reception,
        fetches: Fetches,
        line: Line,
        act: Act,
    ) -> None:
        self._page = page
        self._profile = profile
        self._timeline = timeline
        self._reception = reception
        self._fetches = fetches
        self._line = line
        self._act = act
        self._conversation = page.conversation

    def submit(self, text: str) -> None:
        """Send a message, unless it is blank."""
        if trim(text):
            node = self._reception.show_own(text)
            self._post(text, node, learns_id=True)

    def quick_reply(self, text: str) -> None:
        """Send a quick reply, whose bubble never learns its id and whose answer moves no channel."""
        node = self._reception.show_own(text)
        self._post(text, node, learns_id=False)

    def _post(self, text: str, node: Node, *, learns_id: bool) -> None:
        def then(answer: Answer) -> None:
            try:
                self._answered(answer, node, learns_id)
            except ThrownError as thrown:
                self._act(Raise(str(thrown), rejected=True))

        body = json_values.write({"session": self._page.session, "body": text})
        self._fetches.ask("POST", messages_path(self._page), then, body=body)

    def _answered(self, answer: Answer, node: Node, learns_id: bool) -> None:
        match answer:
            case FetchFailed():
                raise ThrownError("TypeError: Failed to fetch")
            case Answered(status=status) | AnswerUnreadable(status=status) if not 200 <= status < 300:
                node.failed = True
                self._act(MarkFailed(node.number))
            case AnswerUnreadable():
                raise ThrownError("SyntaxError: the answer is no JSON")
            case Answered(json=stored):
                id_ = to_string(get(stored, "id"))
                if learns_id:
                    self._timeline.identify(node, id_)
                    self._act(Identify(node.number, id_))
                    self._follow(get(stored, "conversation"))
            case _:
                assert_never(answer)

    def _follow(self, conversation: json_values.JsonValue) -> None:
        """Move to the conversation of the answer if it is not the same string: a missing one is "", null is "null"."""
        if Rule.FOLLOW_CONVERSATION not in self._profile or conversation == self._conversation:
            return
        self._conversation = "" if conversation is UNDEFINED else to_string(conversation)
        self._line.switch(self._conversation)
