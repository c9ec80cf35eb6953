"""One proxied connection: bytes come in at one side, wait for their orders, and go out at the other.

Four loops share two lanes: each side is read by one and written by another. They decide nothing; `perform` does what is ordered, at once.
"""

from __future__ import annotations

from typing import Literal, assert_never

import trio

from cablecheck.live.proxy.audit import Slip
from cablecheck.live.proxy.desk import Desk
from cablecheck.live.proxy.frames import close_frame, text_frame
from cablecheck.live.proxy.http import Head, refusal, rewritten, status_of, subprotocol_of
from cablecheck.live.proxy.lane import End, Held, Lane
from cablecheck.live.proxy.notes import ENDS, Answered, Ending, Over
from cablecheck.live.proxy.piece import Piece
from cablecheck.live.proxy.reading import Reading, event_of, reading_down, reading_up
from cablecheck.live.proxy.side import Side, dial, first_head
from cablecheck.live.secured import Wire
from cablecheck.nemesis.signals import (
    Admit,
    BytesCame,
    Cut,
    Deliver,
    Dialled,
    Direction,
    Discard,
    Hush,
    Inject,
    Link,
    Refuse,
    Relayed,
    Replace,
    Unhush,
)

_FAREWELL_SECONDS = 5.0  # how long a target may take to end its side after a cut


class Relay:
    """A connection from its accept to its end. `peer` is the client's address."""

    def __init__(self, client: str, peer: tuple[str, int], stream: Wire, desk: Desk) -> None:
        self.client = client
        self.peer = peer
        self.link: Link | None = None
        self._desk = desk
        self._near = Side(stream)
        self._far: Side | None = None
        self._tokens = 0
        self._severed = False  # by a cut or a refusal: nothing more is passed on
        self._dialling = False
        self._open_ends = {"near in", "near out", "far in", "far out"}
        self._ending = Ending()

    async def run(self) -> None:
        """Serve the connection until it is over; closes both sockets, whatever happens."""
        try:
            async with trio.open_nursery() as self._nursery:
                await self._serve()
        finally:
            self._near.close()
            if self._far is not None:
                self._far.close()
            self._desk.leave(self)
            if self.link is not None:
                ending = self._ending
                over = Over(self.link, ending.by, ending.how, self._near.came, self._near.went)
                self._desk.front.note(over)

    def reset(self) -> None:
        """Reset both sides, now."""
        self._severed = True
        self._near.reset()
        if self._far is not None:
            self._far.reset()
        self._nursery.cancel_scope.cancel()

    def drop(self, how: str) -> None:
        """Reset both sides, because somebody wants it so who is no fault."""
        self._ending.blame("proxy", how)
        self.reset()

    async def _serve(self) -> None:
        first = await first_head(self._near)
        if first is None:
            return
        self._head, came_along = head, _ = first
        self.link, catch_up = self._desk.enter(self, head)
        self._catch_up = catch_up and not head.upgrade
        self.down = Lane(self._desk.audit.ledger(self.link, "down"), amid=head.upgrade)
        self.up = Lane(self._desk.audit.ledger(self.link, "up"))
        self._request(head)
        self._nursery.start_soon(self._write_near)
        self._desk.tell(Dialled(self.link, head.path, catch_up))
        await self._read_near(came_along)

    def _request(self, head: Head) -> None:
        """Send the head on its way, as the front wants it: what it writes anew is ordered, as an injected frame is."""
        token = self._keep(self.up, Piece(head.raw))
        recast = self._desk.front.recast(head)
        if recast == head.raw:
            self.up.deliver(token)
        else:
            self.up.discard(token)
            self.up.insert(recast)

    async def _read_near(self, data: bytes | End) -> None:
        """Show what the client says, to its end. `data`: what came along with the head."""
        reading = reading_up(self._head)
        while isinstance(data, bytes):
            if not self._severed:
                self._show("up", reading.feed(data))
                await self.up.room()
            data = await self._near.read()
        self._ending.blame("client", self._near.trouble or ENDS[data])
        self.down.ledger.abandoned()
        if self._severed and data == "fin":
            self.down.end("fin")  # after a Close frame alone, TCP ends when the client ends it
        elif self._severed or not self._dialling:
            self.reset()  # nobody is left to be told
        else:
            self._show_end("up", reading, data)
        self._ended("near in")

    async def _write_near(self) -> None:
        """Write what goes down, to its end."""
        try:
            end = await self.down.write_to(self._near, self._desk.write)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._ending.blame("client", "went away")
            self.down.drop()
            self._ended("near out", "far out")  # what the target still says has no listener
            return
        if end == "rst":
            self.reset()
            return
        await self._near.say_fin()
        self._ended("near out")

    async def _serve_far(self) -> None:
        try:
            self._far = await dial(
                self._desk.upstream_of(self._head), self.down.ledger.said, self.up.ledger.arrived
            )
        except ConnectionError as error:
            self._ending.blame("target", str(error))
            self.reset()
            return
        if self._severed:
            self._far.close()
            self._ended("far in", "far out")
            return
        self._nursery.start_soon(self._write_far, self._far)
        await self._read_far(self._far)
        self._ended("far out")

    async def _write_far(self, far: Side) -> None:
        """Write what goes up, to its end."""
        try:
            end = await self.up.write_to(far, self._desk.write)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self.up.drop()  # how it ended is read, not written: the reader tells, unless it has told of a FIN
            if "near out" not in self._open_ends:
                self.reset()
            self._ended("far in")
            return
        if end == "rst":
            self.reset()
            return
        await far.say_fin()
        self._ended("far in")
        if self._severed:
            self._nursery.start_soon(self._hurry, far)

    async def _hurry(self, far: Side) -> None:
        await trio.sleep(_FAREWELL_SECONDS)
        far.reset()

    async def _read_far(self, far: Side) -> None:
        """Show what the target says, to its end."""
        reading = reading_down(self._head, self._catch_up)
        data = await far.read()
        if isinstance(data, bytes):
            self._desk.front.note(Answered(self._link, status_of(data), subprotocol_of(data)))
        while isinstance(data, bytes):
            if not self._severed:
                pieces = reading.feed(data)
                self._desk.allowance.spend(self.client, len(pieces), len(data))
                self._show("down", pieces)
                await self.down.room()
            data = await far.read()
        self._ending.blame("target", far.trouble or ENDS[data])
        if not self._severed:
            self._show_end("down", reading, data)

    def _keep(self, lane: Lane, piece: Piece) -> int:
        self._tokens += 1
        slip = lane.ledger.cut(len(piece.raw))
        lane.hold(self._tokens, Held(piece.raw, slip, piece.part, answer=piece.answer))
        return self._tokens

    def _show(self, direction: Direction, pieces: list[Piece]) -> None:
        lane = self._lane(direction)
        for piece in pieces:
            if self._severed or lane.ended:
                return
            self._desk.tell(event_of(self._link, direction, self._keep(lane, piece), piece))

    @property
    def _link(self) -> Link:
        assert self.link is not None, "nothing is shown before the connection was entered"
        return self.link

    def _show_end(self, direction: Direction, reading: Reading, end: End) -> None:
        self._show(direction, [*(reading.feed(b"") if end == "fin" else []), *reading.rest()])
        self._tokens += 1
        self._lane(direction).hold(self._tokens, Held(b"", Slip(0), end=end))
        self._desk.tell(BytesCame(self._link, self._tokens, direction, ends=True))

    def _ended(self, *whats: str) -> None:
        self._open_ends.difference_update(whats)
        if not self._open_ends:
            self._nursery.cancel_scope.cancel()

    # What is ordered

    def perform(self, order: Relayed) -> None:
        """Do this, at once."""
        match order:
            case Admit():
                self._dialling = True
                self._nursery.start_soon(self._serve_far)
            case Refuse(_, how):
                self._refuse(how)
            case Deliver(_, token, keep, bare):
                self._lane_of(token).deliver(token, keep, bare)
            case Discard(_, token):
                self._lane_of(token).discard(token)
            case Replace():
                self._replace(order)
            case Inject(_, text):
                self.down.insert(text_frame(text))
            case Cut(torn=int(token)) if self._lane_of(token).held(token):
                self._ending.blame("fault", "cut in the middle of a frame")
                self._severed = True
                self._lane_of(token).tear(token)
            case Cut(_, how, code):
                self._cut(how, code)
            case Hush(_, direction):
                self._lane(direction).hush()
            case Unhush(_, direction):
                self._lane(direction).unhush()
            case _:
                assert_never(order)

    def _lane(self, direction: Direction) -> Lane:
        return self.up if direction == "up" else self.down

    def _lane_of(self, token: int) -> Lane:
        return self.up if self.up.held(token) else self.down

    def _refuse(self, how: int | Literal["hang", "reset"]) -> None:
        if how != "hang":
            self._ending.blame("fault", f"refused ({how})")
        if how == "reset":
            self.reset()
        elif how != "hang":
            self._sever()
            self.down.insert(refusal(how), part="last")
            self.down.end("fin")

    def _replace(self, order: Replace) -> None:
        held = self.down.held(order.token)
        if held is not None and held.answer is not None:
            self.down.discard(order.token)
            self.down.insert(rewritten(held.answer, order))
            self.down.end("fin")  # the answer said `connection: close`

    def _cut(self, how: Literal["rst", "fin", "close", "close-half"], code: int) -> None:
        self._ending.blame("fault", f"cut ({how})")
        if how == "rst":
            self.reset()
            return
        between = self._sever()
        if between and how != "fin":
            self.down.insert(close_frame(code))
        if how != "close-half":
            self.down.end("fin")

    def _sever(self) -> bool:
        """Pass nothing more on, and let the target go. True if a frame may still be said to the client."""
        self._severed = True
        self.up.sever()
        self.up.end("fin")
        if not self._dialling:
            self._ended("far in", "far out")
        return self.down.sever()
