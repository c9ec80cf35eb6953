"""How a message becomes a bubble: claimed once, checked, placed; and what a reaction needs to find."""

from __future__ import annotations

import math

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.dates import date_parse
from cablecheck.client.fetches import Act
from cablecheck.client.javascript import (
    UNDEFINED,
    Key,
    ThrownError,
    fields_of,
    get,
    key_of,
    to_string,
    truthy,
)
from cablecheck.client.markup import has_element, has_reactions
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import Show
from cablecheck.client.timeline import Node, Timeline


class Reception:
    """Renders messages into the timeline, whichever way they came."""

    def __init__(self, page: Page, profile: Profile, timeline: Timeline, act: Act) -> None:
        self._page = page
        self._claims = Rule.CLAIM_IDS in profile
        self._place = timeline.insert if Rule.INSERT_BY_TIME in profile else timeline.append
        self._timeline = timeline
        self._act = act
        self._claimed: set[Key] = set()
        self._count = 0

    # The ways: each tells how a placed bubble is shown ---------------------------------------------------------------------------

    def show_initial(self, message: InitialMessage) -> None:
        """A bubble that the server rendered. It claims nothing, but its id is found when the same message comes again."""
        page = self._page
        created_at = message.created_at if page.initial_created_at else None
        node = self._node(message.id, created_at, message.body, classed=page.initial_class)
        node.visitor = message.visitor
        self._timeline.append(node)
        self._act(Show(node.number, _after(node), "initial", node.id, node.text))

    def show_own(self, text: str) -> Node:
        """A bubble of the visitor's own, at the very end, without id and time."""
        node = self._node(None, None, text, classed=self._page.template_class)
        node.visitor = True
        self._timeline.append(node)
        self._act(Show(node.number, _after(node), "own", None, text))
        return node

    def receive_live(self, message: JsonValue, socket: int) -> None:
        """What a broadcast brought, unless its id is claimed or shown. Raises ThrownError where the SDK would."""
        node = self._render(message)
        if node is not None:
            self._act(Show(node.number, _after(node), "socket", node.id, node.text, socket))

    def receive_missed(self, message: JsonValue, fetch: int) -> None:
        """What a catch-up brought, likewise."""
        node = self._render(message)
        if node is not None:
            self._act(Show(node.number, _after(node), "catch-up", node.id, node.text, None, fetch))

    def show_older(self, message: JsonValue, fetch: int) -> None:
        """A bubble of a scroll-back: at the very head, and neither its id nor its time is looked at. Raises ThrownError where the SDK would."""
        id_, fields = get(message, "id"), fields_of(message)
        node = self._node(to_string(id_), _created_at(fields), _plain_content(fields))
        node.visitor = fields.get("state") == "received"
        self._timeline.prepend(node)
        self._act(Show(node.number, 0, "scroll-back", node.id, node.text, fetch=fetch))

    # The rendering ---------------------------------------------------------------------------------------------------------------

    def _render(self, message: JsonValue) -> Node | None:
        """The bubble of a message, in its place; None where its id is claimed or shown.

        The id is claimed before anything can fail: what cannot be rendered once will never be rendered.
        """
        id_ = get(message, "id")
        if self._claims and not self._claim(id_):
            return None
        fields = fields_of(message)
        carousel = truthy(fields.get("carousel"))
        text = content_of(message) if carousel else _plain_content(fields)
        node = self._node(to_string(id_), _created_at(fields), text)
        if carousel:
            node.reactions = set() if has_reactions(node.text) else None
        self._place(node)
        return node

    def react(self, message: JsonValue) -> None:
        """Add or take away a reaction. Raises ThrownError for a message that is not shown, or a reaction that is not there to be taken."""
        key = key_of(get(message, "message"))
        node = None if key is None else self._timeline.first(key)
        if node is None or node.reactions is None:
            missing = "undefined" if node is None else "null"
            raise ThrownError(f"TypeError: Cannot read properties of {missing} (reading 'querySelector')")
        reaction = to_string(get(get(message, "reaction"), "id"))
        if get(message, "type") != "reaction.destroy":
            node.reactions.add(reaction)
        elif reaction in node.reactions:
            node.reactions.remove(reaction)
        else:
            raise ThrownError("TypeError: Cannot read properties of null (reading 'remove')")

    def _claim(self, id_: JsonValue) -> bool:
        key = key_of(id_)
        if key is None:
            return True
        if key in self._claimed:
            return False
        self._claimed.add(key)
        return not self._timeline.has(key)

    def _node(self, id_: str | None, created_at: str | None, text: str, classed: bool = True) -> Node:
        self._count += 1
        time = math.nan if created_at is None else date_parse(created_at, self._page.local_offset_minutes)
        return Node(self._count, id_, created_at, text, classed, time=time)


def _created_at(message: dict[str, JsonValue]) -> str | None:
    """The time as it is written, under either name; None for none."""
    for name in ("created_at", "createdAt"):
        created_at = message.get(name)
        if truthy(created_at):
            return to_string(created_at)
    return None


def content_of(message: JsonValue) -> str:
    """What the bubble says: the body, or the HTML of a carousel. Raises ThrownError for what cannot be rendered."""
    if truthy(get(message, "carousel")):
        html = to_string(get(message, "html"))
        if not has_element(html):
            raise ThrownError("TypeError: Cannot read properties of null (reading 'classList')")
        return html
    return _plain_content(fields_of(message))


def _plain_content(message: dict[str, JsonValue]) -> str:
    """The body. Raises ThrownError for attachments that are no list."""
    attachments = message.get("attachments")
    if not isinstance(attachments, list) and truthy(attachments):
        raise ThrownError("TypeError: attachments.forEach is not a function")
    body = message.get("body", UNDEFINED)
    return "" if body is None else to_string(body)


def _after(node: Node) -> int:
    return 0 if node.previous is None else node.previous.number
