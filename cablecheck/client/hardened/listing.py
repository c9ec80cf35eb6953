"""The server's own list, as far as it was read: whose messages, in the server's order, without a gap before its end."""

from __future__ import annotations

from collections.abc import Iterable

from cablecheck.client.timeline import Node


class Listing:
    """The bubbles of the messages that the list named. Its end is what is known to be complete, whatever newer is shown."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._places: dict[Node, int] = {}

    def __contains__(self, node: Node) -> bool:
        return node in self._places

    def before_end(self, overlap: int) -> Node | None:
        """The one that has so many after it; None where there are not as many: the list is to be read from its beginning."""
        return self.nodes[-1 - overlap] if overlap < len(self.nodes) else None

    def merge(self, after: Node | None, page: Iterable[Node]) -> int:
        """Take what the server listed behind `after` (None: from the beginning); the place from which on the order may be new.

        What was known there already and the page does not name stays before the known one that followed it, else it goes to the end:
        it may be on the next page, or not yet on the replica that answered. If nothing there was named and all of it is older than
        the page, the server has dropped it.
        """
        start = 0 if after is None else self._places[after] + 1
        listed = [node for node in dict.fromkeys(page) if self._places.get(node, start) >= start]
        before: dict[Node, list[Node]] = {node: [] for node in listed}
        unnamed: list[Node] = []
        known = self.nodes[start:]
        for node in known:
            if node in before:
                before[node], unnamed = unnamed, []
            else:
                unnamed.append(node)
        merged = [each for node in listed for each in (*before[node], node)]
        dropped = unnamed and unnamed == known and listed and unnamed[-1].time < listed[0].time
        self.nodes[start:] = unnamed + merged if dropped else merged + unnamed
        for place in range(start, len(self.nodes)):
            self._places[self.nodes[place]] = place
        return start
