"""How a message becomes a bubble: known by its id, and the visitor's own by its text until it has one."""

from __future__ import annotations

import math
from collections.abc import Hashable

from cablecheck.cable.json_values import UNDEFINED, JsonValue
from cablecheck.client.dates import date_parse
from cablecheck.client.fetches import Act
from cablecheck.client.hardened.timeline import Timeline
from cablecheck.client.javascript import ThrownError, key_of, to_string
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.reception import content_of
from cablecheck.client.signals import Identify, MarkFailed
from cablecheck.client.timeline import Node


class Reception:
    """Knows every bubble by the id of its message. `_unnamed` are the visitor's own whose message has none that is known."""

    def __init__(self, page: Page, profile: Profile, timeline: Timeline, act: Act) -> None:
        self._page = page
        self._profile = profile
        self._timeline = timeline
        self._act = act
        self._nodes: dict[Hashable, Node] = {}
        self._claimed: set[Hashable] = set()
        self._unnamed: list[Node] = []
        self._count = 0

    def show_initial(self) -> None:
        """What the page came with."""
        for message in self._page.initial:
            given = {"id": message.id, "created_at": message.created_at, "body": message.body}
            self._timeline.show_initial(self.bubble(given))

    def show_own(self, text: str) -> Node:
        """What the visitor wrote."""
        node = self._node(None, text, math.nan)
        node.visitor, node.classed = True, False
        self._unnamed.append(node)
        self._timeline.show_own(node)
        return node

    def show_live(self, message: JsonValue, socket: int) -> None:
        """What a broadcast brought. One that cannot be shown claims nothing: the list may have a better copy."""
        try:
            node = self.bubble(message)
        except ThrownError:
            return
        self._timeline.show_live(node, socket)

    def bubbles(self, messages: list[JsonValue]) -> list[Node]:
        """The bubbles of a page, those that cannot be shown left out."""
        nodes: list[Node] = []
        for message in messages:
            try:
                nodes.append(self.bubble(message))
            except ThrownError:
                if Rule.SKIP_BAD_ITEM not in self._profile:
                    break
        return nodes

    def bubble(self, message: JsonValue) -> Node:
        """The bubble of this message: the one there is, or a new one to be shown. Raises ThrownError where it can't be shown."""
        key = self._key(message)
        node = self._nodes.get(key)
        if node is not None:
            return node
        if Rule.CLAIM_WHEN_SHOWN not in self._profile:
            if key in self._claimed:
                raise ThrownError("an earlier copy has claimed the id")
            self._claimed.add(key)
        text = content_of(message)
        node = self._own(text)
        if node is None:
            node = self._nodes[key] = self._node(
                to_string(message.get("id", UNDEFINED)), text, self._time(message)
            )
        else:
            self._name(node, key, message)
        return node

    def identify(self, node: Node, message: JsonValue) -> None:
        """The answer to its POST says which message a bubble of the visitor's own is, unless the list was faster."""
        if node.id is None:
            self._name(node, self._key(message), message)
            self._timeline.settle(node)

    def refuse(self, node: Node) -> None:
        """A bubble of the visitor's own was certainly not stored."""
        if node.id is None:
            self._unnamed.remove(node)
            node.failed = True
            self._act(MarkFailed(node.number))

    def _own(self, text: str) -> Node | None:
        """The visitor's own bubble with this text whose message may be this one: nothing else tells until its POST is answered."""
        if Rule.MATCH_OWN not in self._profile:
            return None
        return next((node for node in self._unnamed if node.text == text), None)

    def _name(self, node: Node, key: Hashable, message: JsonValue) -> None:
        """From here on it is a bubble like any other."""
        self._unnamed.remove(node)
        self._nodes[key] = node
        node.id = to_string(message["id"])
        self._act(Identify(node.number, node.id))
        if Rule.ORDER_OWN in self._profile:
            node.classed, node.time = True, self._time(message)

    def _key(self, message: JsonValue) -> Hashable:
        """By what a message is known: its id as text, 77 and "77" being one. Without an id it is nobody's. Raises ThrownError."""
        id_ = message.get("id", UNDEFINED) if isinstance(message, dict) else UNDEFINED
        if Rule.TEXT_IDS not in self._profile:
            return key_of(id_)
        if isinstance(id_, bool) or not isinstance(id_, str | int | float) or id_ == "":
            raise ThrownError("a message without an id")
        return to_string(id_)

    def _time(self, message: JsonValue) -> float:
        """When it was made, in milliseconds; what tells no time is the youngest of all."""
        created_at = message.get("created_at")
        time = (
            date_parse(created_at, self._page.local_offset_minutes)
            if isinstance(created_at, str)
            else math.nan
        )
        return math.inf if math.isnan(time) else time

    def _node(self, id_: str | None, text: str, time: float) -> Node:
        self._count += 1
        return Node(self._count, id_, text=text, time=time)
