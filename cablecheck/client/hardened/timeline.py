"""What is shown, in its order: what the server's list names as the list has it, and the rest among it by time and arrival."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cablecheck.client.fetches import Act
from cablecheck.client.hardened.listing import Listing
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import Move, Show
from cablecheck.client.timeline import Node


class Timeline:
    """The bubbles, and the listing that some of them stand in."""

    def __init__(self, profile: Profile, act: Act) -> None:
        self._profile = profile
        self._act = act
        self._nodes: list[Node] = []
        self._shown: set[Node] = set()
        self.listing = Listing()

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    @property
    def newest_id(self) -> str | None:
        """The id of the last bubble that is ordered with the rest."""
        return next((node.id for node in reversed(self._nodes) if node.persisted), None)

    def show_initial(self, node: Node) -> None:
        """A bubble that the page came with, in the order of the list."""
        after = self._put(len(self._nodes), node)
        self._act(Show(node.number, after, "initial", node.id, node.text))
        self.listing.merge(self.listing.before_end(0), [node])

    def show_own(self, node: Node) -> None:
        """A bubble of the visitor's own goes to the end, and counts as being as old as what stands before it."""
        node.time = self._nodes[-1].time if self._nodes else -math.inf
        self._act(Show(node.number, self._put(len(self._nodes), node), "own", None, node.text))

    def show_live(self, node: Node, socket: int) -> None:
        """A bubble that a broadcast brought, unless it is shown."""
        if node not in self._shown:
            after = self._put(self._place_by_time(node), node)
            self._act(Show(node.number, after, "socket", node.id, node.text, socket=socket))

    def settle(self, node: Node) -> None:
        """A bubble that no list names yet has learnt its time, and goes where that belongs."""
        if not node.persisted:
            return
        place = self._place_of(node)
        del self._nodes[place]
        right = self._place_by_time(node)
        after = self._put(right, node)
        if right != place:
            self._act(Move(node.number, after))

    def follow(self, after: Node | None, page: list[Node], fetch: int) -> bool:
        """Show what the server listed behind `after`, and put what is shown where the list has it; whether any was not shown yet."""
        page = [node for node in page if node.persisted]
        news = not self._shown.issuperset(page)
        start = self.listing.merge(after, page)
        if Rule.LIST_ORDER in self._profile:
            self._follow_list(start, fetch)
        else:
            for node in page:
                if node not in self._shown:
                    self._show_listed(self._place_by_time(node), node, fetch)
        return news

    def _follow_list(self, start: int, fetch: int) -> None:
        """From the `start` of what may be new in the listing on, each of its bubbles has to stand behind the one before it."""
        place = self._place_of(self.listing.nodes[start - 1]) if start else -1
        for node in self.listing.nodes[start:]:
            if node not in self._shown:
                place = self._behind(place, node)
                self._show_listed(place, node, fetch)
                continue
            there = self._place_of(node)
            if there > place:
                place = there
            else:
                del self._nodes[there]
                self._act(Move(node.number, self._put(place, node)))

    def _behind(self, place: int, node: Node) -> int:
        """The place of a new bubble behind this one, and behind what follows there that is as old or older and in no list."""
        place += 1
        for other in self._nodes[place:]:
            if other in self.listing or other.time > node.time:
                break
            place += 1
        return place

    def _show_listed(self, place: int, node: Node, fetch: int) -> None:
        after = self._put(place, node)
        self._act(Show(node.number, after, "catch-up", node.id, node.text, fetch=fetch))

    def _put(self, place: int, node: Node) -> int:
        """Put a bubble at this place; the number of the one before it, 0 at the head."""
        self._nodes.insert(place, node)
        self._shown.add(node)
        return self._nodes[place - 1].number if place else 0

    def _place_of(self, node: Node) -> int:
        """Where a bubble stands; most that are asked for stand near the end."""
        return next(place for place in range(len(self._nodes) - 1, -1, -1) if self._nodes[place] is node)

    def _place_by_time(self, node: Node) -> int:
        """Behind all that is as old or older."""
        place = len(self._nodes)
        while place and self._nodes[place - 1].time > node.time:
            place -= 1
        return place
