"""What one client showed, message by message: its bubbles joined with the truth."""

from __future__ import annotations

from collections.abc import Iterator

from cablecheck.checker.record import Record
from cablecheck.checker.stock import Stock
from cablecheck.checker.subject import Subject
from cablecheck.checker.timeline import NEVER, Bubble


class View:
    """One client's view.

    `first` has for each place in the truth the bubble that showed it first. `final` are the places of what it shows in the end, in its
    order, each once; `shown` has a 1 at each of them.
    `strangers` are the bubbles of messages that the truth of its room doesn't hold, by their nonce, their id or else their number.
    """

    def __init__(self, subject: Subject, stock: Stock) -> None:
        self.client = subject.name
        self.subject = subject
        self.room = subject.room
        self.stock = stock
        self.strangers: dict[str, list[Bubble]] = {}
        self.first: list[Bubble | None] = [None] * len(stock.messages)
        self._copies: dict[int, list[Bubble]] = {}
        for bubble in subject.timeline.all():
            self._join(bubble)
        self.final = self._in_the_end()
        self.shown = bytearray(len(stock.messages))
        for place in self.final:
            self.shown[place] = 1

    def _join(self, bubble: Bubble) -> None:
        place = bubble.message = self.stock.find(bubble, self.room)
        if place is None:
            key = bubble.event.nonce or bubble.id or bubble.name
            self.strangers.setdefault(key, []).append(bubble)
        elif (first := self.first[place]) is not None:
            self._copies.setdefault(place, [first]).append(bubble)
        else:
            self.first[place] = bubble

    def _in_the_end(self) -> list[int]:
        places: dict[int, None] = {}
        for bubble in self.subject.timeline.in_order():
            if bubble.message is not None and bubble.visible:
                places.setdefault(bubble.message)
        return list(places)

    def bubbles(self, place: int) -> list[Bubble]:
        """Every bubble that ever showed this message, in the order of their appearance."""
        copies = self._copies.get(place)
        if copies is not None:
            return copies
        first = self.first[place]
        return [] if first is None else [first]

    def every(self) -> Iterator[tuple[int, list[Bubble]]]:
        """Every message of the truth that was ever shown, with its bubbles."""
        for place, first in enumerate(self.first):
            if first is not None:
                yield place, self.bubbles(place)

    def repeated(self) -> Iterator[tuple[str, bool, list[Bubble]]]:
        """Label, whether it is a probe, and bubbles of all that had more than one bubble."""
        for place, bubbles in self._copies.items():
            yield self.stock.label(place), self.stock.probe(place), bubbles
        for key, bubbles in self.strangers.items():
            if len(bubbles) > 1:
                label, probe = self.stranger(key)
                yield label, probe, bubbles

    def stranger(self, key: str) -> tuple[str, bool]:
        """The label of a message that the truth doesn't hold (its id where the story knows none), and whether it is a probe."""
        publish = self.stock.ledger.by_key(key)
        return (
            (self.strangers[key][0].id or key, False) if publish is None else (publish.label, publish.probe)
        )

    def brought(self, place: int) -> int:
        """The position at which a frame or a catch-up first brought this message; NEVER for one of another room."""
        if self.stock.messages[place].room != self.room:
            return NEVER
        id_ = self.stock.messages[place].id
        return min(self.subject.by_socket.get(id_, NEVER), self.subject.by_catch_up.get(id_, NEVER))

    def told(self, place: int) -> int:
        """The position at which somebody else first told this client of a message: a frame, a catch-up, its first page."""
        first = self.first[place]
        return min(
            self.brought(place), NEVER if first is None or first.event.source == "own" else first.shown
        )

    def heard(self, place: int) -> int:
        """The position at which this client first knew of a message by any way, its own bubble and its first page included."""
        first = self.first[place]
        return min(self.brought(place), NEVER if first is None else first.shown)


def views_of(record: Record, stock: Stock) -> list[View]:
    """The view of every client; the stock then knows from where on each message was known."""
    views = [View(subject, stock) for subject in record.subjects.values()]
    stock.settle(record, lambda place: min((view.brought(place) for view in views), default=NEVER))
    return views
