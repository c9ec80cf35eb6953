"""What the target stored, joined with what the story knows of it: labels, ranks, and when each message was known."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from cablecheck.checker.publishes import Ledger, Publish
from cablecheck.checker.record import Record
from cablecheck.checker.timeline import NEVER, Bubble
from cablecheck.history import mark_in
from cablecheck.truth import Stored, Truth


class Stock:
    """The messages of the truth by their place in it.

    `ranks` order them: messages that stand side by side with the same key have the same rank, so either may come first. `story` are
    the places of the messages that this run's story published (no probes); others were there before, or came from elsewhere.
    Each room has its own conversation, whose ids and order say nothing of another's.
    """

    def __init__(self, truth: Truth | None, ledger: Ledger) -> None:
        self.messages: tuple[Stored, ...] = () if truth is None else truth.messages
        self.complete = truth is not None and truth.complete
        self.ledger = ledger
        self._places: dict[int, dict[str, int]] = {}
        self.ranks: list[int] = []
        self.publish_of: dict[int, Publish] = {}
        self._by_nonce: dict[int, dict[str, int]] = {}
        self._shelve()
        self._name()
        self.story = [place for place, publish in self.publish_of.items() if not publish.probe]
        self.known = array("q", [NEVER]) * len(self.messages)

    def _shelve(self) -> None:
        rank, key = -1, None
        for place, stored in enumerate(self.messages):
            if stored.key is None or stored.key != key:
                rank, key = rank + 1, stored.key
            self.ranks.append(rank)
            self._places.setdefault(stored.room, {}).setdefault(stored.id, place)
            nonce = mark_in(stored.body)
            if nonce is not None:
                self._by_nonce.setdefault(stored.room, {}).setdefault(nonce, place)

    def _name(self) -> None:
        for publish in self.ledger.publishes.values():
            place = self.place(publish.room, publish.id, publish.nonce)
            if place is not None and place not in self.publish_of:
                self.publish_of[place] = publish
                publish.place = place
                self._by_nonce.setdefault(publish.room, {})[publish.nonce] = place

    def settle(self, record: Record, first_sight: Callable[[int], int]) -> None:
        """Work out from where in the history on each message of this run is known to be stored.

        That is its acknowledgement. Without one it is the first sight of it by any client, the acknowledgement of a message that
        the target orders behind it, or the reading of the truth, whichever came first.
        """
        read = NEVER if record.truth_read is None else record.truth_read[0]
        later: dict[int, int] = {}
        for place in range(len(self.messages) - 1, -1, -1):
            publish = self.publish_of.get(place)
            if publish is None:
                continue
            room = self.messages[place].room
            if publish.outcome == "ok" and publish.ended is not None:
                self.known[place] = publish.ended
                later[room] = min(later.get(room, NEVER), publish.ended)
            else:
                self.known[place] = min(later.get(room, NEVER), read, first_sight(place))

    def place(self, room: int, id_: str | None, nonce: str | None = None) -> int | None:
        """The place of a room's message with this id, or else with this nonce in its body."""
        place = None if id_ is None else self._places.get(room, {}).get(id_)
        if place is None and nonce is not None:
            place = self._by_nonce.get(room, {}).get(nonce)
        return place

    def story_in(self, room: int) -> Iterator[int]:
        """The places of the story's messages in a room."""
        return (place for place in self.story if self.messages[place].room == room)

    def published(self, room: int) -> Iterator[int]:
        """The places of what this run published in a room, probes too."""
        return (place for place in self.publish_of if self.messages[place].room == room)

    def find(self, bubble: Bubble, room: int) -> int | None:
        """The place of the message that a bubble in a room shows: by its id, or else by the nonce in its body."""
        return self.place(room, bubble.id, bubble.event.nonce)

    def label(self, place: int) -> str:
        """The story's name of a message, or its bare id."""
        publish = self.publish_of.get(place)
        return self.messages[place].id if publish is None else publish.label

    def probe(self, place: int) -> bool:
        """Whether it is a probe of the closing protocol."""
        publish = self.publish_of.get(place)
        return publish is not None and publish.probe
