"""How far a lost message got, and why it never came back, in words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from cablecheck.checker.record import Record
from cablecheck.checker.stock import Stock
from cablecheck.checker.subject import Fetch
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.view import View

_CURSOR = re.compile(r"[?&]after_id=([^&]*)")
_MOST_CATCH_UPS = 4  # a reason is read by a person; more are counted


class Tracer:
    """Traces the lost messages of one client."""

    def __init__(self, record: Record, stock: Stock, view: View) -> None:
        self._record = record
        self._stock = stock
        self._subject = view.subject
        self._room = view.room
        self._confirms = [position for position, _ in self._subject.confirms]
        self._open = sorted((socket.opened, socket.closed) for socket in self._subject.sockets.values())
        self._catch_ups = [
            (number, fetch) for number, fetch in self._subject.fetches.items() if fetch.ask.catch_up
        ]
        self._sent = [fetch.sent for _, fetch in self._catch_ups]

    def trace(self, place: int) -> tuple[str, str]:
        """How far the message got, and why it never came back."""
        id_ = self._stock.messages[place].id
        stored = self._stored(place)
        when = f"stored at {self._record.seconds(stored):.2f} s"
        for way, brought in (("a frame", self._subject.by_socket), ("a catch-up", self._subject.by_catch_up)):
            if id_ in brought:
                at = self._record.seconds(brought[id_])
                return (
                    f"{when}; {way} brought it at {at:.2f} s",
                    "the client had it in hand and does not show it",
                )
        return f"{when}; {self._line(stored)}", self._why(place, stored)

    def _stored(self, place: int) -> int:
        publish = self._stock.publish_of[place]
        return publish.invoked if publish.ended is None else publish.ended

    def _line(self, stored: int) -> str:
        """Whether the client was listening when the message was stored."""
        at = bisect_right(self._confirms, stored) - 1
        if at >= 0:
            socket = self._subject.sockets[self._subject.confirms[at][1]]
            if stored < min(socket.closing, socket.closed):
                return "the client was subscribed, and its socket never brought it"
        at = bisect_right(self._open, (stored, NEVER)) - 1
        open_now = at >= 0 and stored < self._open[at][1]
        return "the client was connected but not subscribed" if open_now else "the client's socket was down"

    def _why(self, place: int, stored: int) -> str:
        first = bisect_left(self._sent, stored)
        later = self._catch_ups[first:first + _MOST_CATCH_UPS]  # fmt: skip
        if not later:
            return "no catch-up was sent after that"
        told = [f"catch-up {number} {self._came_to(fetch, place)}" for number, fetch in later]
        more = len(self._catch_ups) - first - len(later)
        return "; ".join(told) + (f"; {more} more catch-ups followed" if more else "")

    def _came_to(self, fetch: Fetch, place: int) -> str:
        """What became of one catch-up, as far as this message goes."""
        found = _CURSOR.search(fetch.ask.url)
        cursor = self._stock.place(self._room, found[1]) if found else None
        if cursor is not None and self._stock.ranks[cursor] >= self._stock.ranks[place]:
            return f"asked only for what came after {self._stock.label(cursor)}"
        if fetch.ended == NEVER or fetch.answer is None:
            return "was never answered"
        if fetch.answer.error is not None:
            return f"failed ({fetch.answer.error})"
        if fetch.answer.status != 200:
            return f"was answered with {fetch.answer.status}"
        by = " from the browser's cache" if fetch.answer.cached else ""
        return f"was answered{by} without it ({len(fetch.answer.ids)} messages)"
