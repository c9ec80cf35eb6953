"""What a client shows, rebuilt from its history: bubbles linked by the one they stand after.

A bubble that disappears keeps its seat in the list, unseen, and one that moves leaves its seat behind, so the order at any earlier moment
can still be walked and no step costs more than a constant, wherever a bubble is put.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec import Struct

from cablecheck.history import Gone, Identified, MarkedFailed, Moved, Shown, TimelineRead, timeline_digest

NEVER = 1 << 62  # a position behind every history


class Seat:
    """A place in the list that a bubble took when it moved; `taken` and `left` are positions in the history."""

    __slots__ = ("bubble", "following", "left", "taken")

    def __init__(self, bubble: Bubble, position: int) -> None:
        self.bubble = bubble
        self.taken = position
        self.left = NEVER
        self.following: Bubble | Seat | None = None


class Bubble(Struct, eq=False):
    """One bubble: `shown`, `identified`, `failed` and `gone` are positions in the history, NEVER where it did not happen.

    It is its own first seat, which it `left` when it moved; `seat` is the one that it has now. `message` is the place in the truth of
    the message that it shows, once the checker knows it.
    """

    event: Shown
    id: str | None
    shown: int
    identified: int
    failed: int = NEVER
    gone: int = NEVER
    left: int = NEVER
    moved: Seat | None = None
    following: Bubble | Seat | None = None
    message: int | None = None

    @property
    def seat(self) -> Bubble | Seat:
        """Where it stands now."""
        return self.moved or self

    @property
    def until(self) -> int:
        """The position from which it no longer counts as shown."""
        return min(self.failed, self.gone)

    @property
    def visible(self) -> bool:
        """Whether it counts as shown in the end: it is there, and not marked as failed."""
        return self.failed == NEVER and self.gone == NEVER

    @property
    def name(self) -> str:
        """What a person would call it."""
        return f"bubble {self.event.node}"


class Timeline:
    """The bubbles of one client. `contradiction` is the first thing in the history that can't have been."""

    def __init__(self, client: str) -> None:
        self._client = client
        self._bubbles: dict[int, Bubble] = {}
        self._head: Bubble | Seat | None = None
        self._there = 0
        self._last_read: tuple[int, TimelineRead] | None = None
        self.contradiction: str | None = None

    def show(self, position: int, event: Shown) -> None:
        """A bubble appears."""
        if event.node in self._bubbles:
            return self._contradict(event.at, f"shows a bubble {event.node} for the second time")
        bubble = self._bubbles[event.node] = Bubble(event, event.id, position, position)
        self._link(bubble, bubble, event)
        self._there += 1
        return None

    def _link(self, seat: Bubble | Seat, bubble: Bubble, event: Shown | Moved) -> None:
        before = self._bubbles.get(event.after) if event.after else None
        if event.after and (before is None or before is bubble or before.gone != NEVER):
            self._contradict(
                event.at, f"shows bubble {event.node} after bubble {event.after}, which is not there"
            )
            before = None
        if before is None:
            seat.following, self._head = self._head, seat
        else:
            ahead = before.seat
            seat.following, ahead.following = ahead.following, seat

    def change(self, position: int, event: Identified | MarkedFailed | Moved | Gone) -> None:
        """A bubble learns its id, is marked as failed, goes to another place, or disappears."""
        bubble = self._bubbles.get(event.node)
        if bubble is None or bubble.gone != NEVER:
            return self._contradict(event.at, f"changes bubble {event.node}, which is not there")
        match event:
            case Identified(id=id_):
                bubble.id, bubble.identified = id_, position
            case MarkedFailed():
                bubble.failed = min(bubble.failed, position)
            case Moved():
                bubble.seat.left = position
                bubble.moved = Seat(bubble, position)
                self._link(bubble.moved, bubble, event)
            case Gone():
                bubble.gone = position
                self._there -= 1
            case _:
                assert_never(event)
        return None

    def read(self, position: int, event: TimelineRead) -> None:
        """The client was asked. How many bubbles it shows is compared at once, their order when the history is over."""
        if event.nodes != self._there:
            self._contradict(
                event.at, f"shows {event.nodes} bubbles when asked, but its history makes it {self._there}"
            )
        self._last_read = (position, event)

    def checked(self) -> str | None:
        """The first contradiction; the order that the client told when it was last asked is compared here."""
        if self.contradiction is None and self._last_read is not None:
            position, event = self._last_read
            if event.digest != timeline_digest(self._ids(position)):
                self._contradict(event.at, "tells another timeline when asked than its history makes")
        return self.contradiction

    def in_order(self, position: int = NEVER - 1) -> Iterator[Bubble]:
        """The bubbles that were there at this position, from the head; failed ones are there too."""
        seat = self._head
        while seat is not None:
            if isinstance(seat, Bubble):
                if seat.shown <= position < seat.gone and position < seat.left:
                    yield seat
            elif seat.taken <= position < seat.left and position < seat.bubble.gone:
                yield seat.bubble
            seat = seat.following

    def all(self) -> Iterator[Bubble]:
        """Every bubble that ever was, in the order in which they appeared."""
        yield from self._bubbles.values()

    @property
    def last_read(self) -> int | None:
        """The position at which the client was last asked."""
        return None if self._last_read is None else self._last_read[0]

    def _ids(self, position: int) -> Iterator[str | None]:
        for bubble in self.in_order(position):
            yield bubble.id if bubble.identified <= position else bubble.event.id

    def _contradict(self, at: float, fact: str) -> None:
        if self.contradiction is None:
            self.contradiction = f"at {at:.3f} s {self._client} {fact}"
