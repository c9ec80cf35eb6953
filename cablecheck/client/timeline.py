"""What the client shows, in its order: bubbles, where the next one goes, and which is the last that counts."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct, field

from cablecheck.client.javascript import UNDEFINED, Key, key_of

_NO_ID = key_of(UNDEFINED)


class Node(Struct, eq=False):
    """One bubble. `id` and `created_at` are text as the page holds it; None where the bubble has none.

    `classed` says that it has the class of a message; only with an id as well is it `persisted`. `time` is its created_at in
    milliseconds, NaN where that cannot be read. A bubble without a place for reactions has `reactions` None.
    """

    number: int
    id: str | None = None
    created_at: str | None = None
    text: str = ""
    classed: bool = True
    visitor: bool = False
    failed: bool = False
    time: float = math.nan
    reactions: set[str] | None = field(default_factory=set)
    previous: Node | None = None
    following: Node | None = None

    @property
    def persisted(self) -> bool:
        """Whether it can be the cursor and an anchor for others."""
        return self.classed and self.id is not None

    @property
    def anchor(self) -> bool:
        """Whether others are placed by its time."""
        return self.classed and self.id is not None and not math.isnan(self.time)

    @property
    def key(self) -> Key | None:
        """The key of its id: a bubble without one has the id undefined."""
        return _NO_ID if self.id is None else ("string", self.id)


class Timeline:
    """The bubbles as a linked list: the newest by time is placed at once, any other by walking to its place.

    While the anchors stand in order of time (and they do, unless the page was rendered otherwise) the walk begins at the end, and
    is as long as the message is late.
    """

    def __init__(self) -> None:
        self._head: Node | None = None
        self._tail: Node | None = None
        self._newest = -math.inf
        self._oldest = math.inf
        self._ordered = True
        self._by_id: dict[Key | None, list[Node]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Node]:
        node = self._head
        while node is not None:
            yield node
            node = node.following

    def prepend(self, node: Node) -> None:
        """Put a bubble at the very head, whatever its time."""
        self._ordered = self._ordered and not (node.anchor and node.time > self._oldest)
        self._link(node, self._head)

    def append(self, node: Node) -> None:
        """Put a bubble at the very end."""
        if node.time < self._newest and node.anchor:
            self._ordered = False
        self._link(node, None)

    def insert(self, node: Node) -> None:
        """Put a bubble before the first anchor that is strictly younger; at the very end if there is none or its time cannot be read."""
        younger = (
            self._first_younger(node.time) if node.time < self._newest else None
        )  # NaN is not below anything
        self._link(node, younger)

    def identify(self, node: Node, id_: str) -> None:
        """Let a bubble learn its id; it stays where it is."""
        self._by_id[node.key].remove(node)
        node.id = id_
        self._by_id.setdefault(node.key, []).append(node)

    def first(self, key: Key | None) -> Node | None:
        """The first bubble, in timeline order, whose id is the same value. An object's key, None, is nobody's."""
        found = self._by_id.get(key, [])
        if len(found) < 2:
            return found[0] if found else None
        return next(node for node in self if node.key == key)

    def has(self, key: Key | None) -> bool:
        """Whether any bubble has this id."""
        return bool(self._by_id.get(key))

    @property
    def last_persisted_id(self) -> str | None:
        """The id of the last persisted bubble in timeline order; None if there is none or it is empty."""
        node = self._tail
        while node is not None and not node.persisted:
            node = node.previous
        return (node.id or None) if node is not None else None

    def _first_younger(self, time: float) -> Node | None:
        if not self._ordered:
            return next(node for node in self if node.anchor and node.time > time)
        younger, node = None, self._tail
        while node is not None and not (node.anchor and node.time <= time):
            younger = node if node.anchor else younger
            node = node.previous
        return younger

    def _link(self, node: Node, following: Node | None) -> None:
        previous = self._tail if following is None else following.previous
        node.previous, node.following = previous, following
        if previous is None:
            self._head = node
        else:
            previous.following = node
        if following is None:
            self._tail = node
        else:
            following.previous = node
        self._count += 1
        self._by_id.setdefault(node.key, []).append(node)
        if node.anchor:
            if node.time > self._newest:
                self._newest = node.time
            if node.time < self._oldest:
                self._oldest = node.time
