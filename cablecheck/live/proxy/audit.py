"""Whether the proxy passed on what it was to pass on, byte for byte.

For each direction of each connection a ledger is told three things by three parties: what the origin said (the target, at the edge of
the upstream socket; the client, by itself), what was ordered with it, and what arrived (at the client, by itself; at the edge of the
upstream socket). The pump's own buffers are no party: it says only how long each piece is, and a pump that loses, adds or
changes a byte anywhere between the edges is caught. A ledger holds no more than what is in flight.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cablecheck.history import Event, Tampered
from cablecheck.nemesis.signals import Direction, Link

UNREAD_SECONDS = 10.0  # a client of ours reads at once, unless the whole machine stands still
_ENDED_KEPT = 256  # ledgers of connections that are over, whose last bytes the client may not have read yet


@dataclass(slots=True, eq=False)
class Slip:
    """A piece as the origin said it: `size` bytes, known once the origin has said that much."""

    size: int
    said: bytes | None = None


@dataclass(slots=True)
class Ledger:
    """One direction of one connection."""

    direction: Direction
    accuse: Callable[[Direction, str], None]
    now: Callable[[], float] = float
    closed: bool = False
    busy: Callable[[], bool] = bool  # whether the pump says that it has bytes left to write
    _deaf: bool = False
    _origin: bytearray = field(default_factory=bytearray)
    _cut: deque[Slip] = field(default_factory=deque)
    _expected: deque[Slip] = field(default_factory=deque)
    _arrived: bytearray = field(default_factory=bytearray)
    _passed_at: float = 0.0
    _offset: int = 0  # of the first expected piece, how much has arrived

    def said(self, data: bytes) -> None:
        """The origin put these bytes on its wire."""
        if self.closed or self._deaf:
            return
        self._origin += data
        self._share_out()
        self._compare()

    def cut(self, size: int) -> Slip:
        """The next `size` bytes of the origin are one piece, whose fate is not known yet."""
        slip = Slip(size)
        if not self.closed:
            self._cut.append(slip)
            self._share_out()
        return slip

    def pass_on(self, slip: Slip) -> None:
        """This piece is what must arrive next."""
        if not self.closed and slip.size:
            self._expected.append(slip)
            self._passed_at = self.now()

    def pass_bytes(self, data: bytes) -> None:
        """Bytes that the origin never said must arrive next."""
        self.pass_on(Slip(len(data), data))

    def arrived(self, data: bytes) -> None:
        """These bytes came out at the far end."""
        if self.closed:
            return
        self._arrived += data
        self._compare()

    def ended(self) -> None:
        """The far end saw an orderly end: everything that was passed on must have arrived."""
        if not self.closed and (left := self.outstanding()):
            self._accuse(f"{left} bytes that were passed on never arrived")

    def abandoned(self) -> None:
        """The far end leaves. It may leave bytes behind that came just now, but not those that it had time to read."""
        if not self.busy() and self.now() - self._passed_at > UNREAD_SECONDS:
            self.ended()

    def outstanding(self) -> int:
        """How many bytes were passed on and have not arrived."""
        return sum(slip.size for slip in self._expected) - self._offset - len(self._arrived)

    def drained(self) -> None:
        """The pump says that it wrote all that was passed on. Upwards that can be seen at once: at the edge of the upstream socket."""
        if self.direction == "up":
            self.ended()

    def deaf(self) -> None:
        """Nothing that the origin says from here on will be passed on."""
        self._deaf = True
        self._origin.clear()
        self._cut.clear()

    def close(self) -> None:
        """Forget everything and listen no more."""
        self.closed = True
        self._expected.clear()
        self._arrived.clear()
        self.deaf()

    def _share_out(self) -> None:
        while self._cut and len(self._origin) >= self._cut[0].size:
            slip = self._cut.popleft()
            slip.said = bytes(self._origin[: slip.size])
            del self._origin[: slip.size]

    def _compare(self) -> None:
        while self._arrived:
            if not self._expected:
                self._accuse(f"{len(self._arrived)} bytes arrived that nobody passed on")
                return
            slip = self._expected[0]
            if slip.said is None:
                return
            wanted = slip.said[self._offset : self._offset + len(self._arrived)]
            if self._arrived[: len(wanted)] != wanted:
                at = next(i for i, byte in enumerate(wanted) if byte != self._arrived[i])
                self._accuse(
                    f"another byte arrived than was passed on, {self._offset + at} bytes into a piece"
                )
                return
            del self._arrived[: len(wanted)]
            self._offset += len(wanted)
            if self._offset == slip.size:
                self._expected.popleft()
                self._offset = 0

    def _accuse(self, detail: str) -> None:
        self.close()
        self.accuse(self.direction, detail)


class Audit:
    """The ledgers of all connections that the clients announced. A connection that nobody announced is not audited."""

    def __init__(self, record: Callable[[Event], None], now: Callable[[], float]) -> None:
        self._record = record
        self._now = now
        self._ledgers: dict[Link, dict[Direction, Ledger]] = {}
        self._over: OrderedDict[Link, None] = OrderedDict()
        self._accused: set[Link] = set()

    def begin(self, link: Link) -> None:
        """This connection will be announced, dialled and read by its client."""

        def accuse(direction: Direction, detail: str) -> None:
            if link not in self._accused:
                self._accused.add(link)
                what = f"{link.kind} connection {link.number}: {detail}"
                self._record(Tampered(self._now(), link.client, direction, what))

        self._ledgers[link] = {
            "down": Ledger("down", accuse, self._now),
            "up": Ledger("up", accuse, self._now),
        }

    def ledger(self, link: Link, direction: Direction) -> Ledger:
        """The ledger of this direction; one that listens to nobody where the connection was not announced."""
        pair = self._ledgers.get(link)
        return pair[direction] if pair is not None else Ledger(direction, lambda *_: None, closed=True)

    def over(self, link: Link) -> None:
        """The connection is over. Its client may still read what had arrived: its ledger is kept for a while."""
        if link in self._ledgers:
            self._ledgers[link]["up"].close()
            self._ledgers[link]["down"].deaf()
            self._over[link] = None
        while len(self._over) > _ENDED_KEPT:
            del self._ledgers[self._over.popitem(last=False)[0]]

    def client_read(self, client: str, kind: Literal["cable", "rest"], number: int, data: bytes) -> None:
        """The client's own stream gave these bytes; b"": an orderly end."""
        ledger = self.ledger(Link(client, kind, number), "down")
        if data:
            ledger.arrived(data)
        else:
            ledger.ended()

    def client_wrote(self, client: str, kind: Literal["cable", "rest"], number: int, data: bytes) -> None:
        """The client put these bytes on its wire."""
        self.ledger(Link(client, kind, number), "up").said(data)

    def outstanding(self) -> list[Ledger]:
        """Of the live connections: where bytes were passed on, the pump says that it wrote them all, and not all arrived."""
        return [
            ledger
            for link, pair in self._ledgers.items()
            if link not in self._over
            for ledger in pair.values()
            if ledger.outstanding() and not ledger.busy()
        ]

    def accuse_outstanding(self) -> None:
        """Call what is outstanding lost. Right only when every client has had time to read and none has stopped reading."""
        for ledger in self.outstanding():
            ledger.ended()
