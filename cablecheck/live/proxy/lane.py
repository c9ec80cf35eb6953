"""One direction of a connection: pieces that wait for an order, and bytes on their way out.

Every piece is numbered by a token and waits until it is delivered or discarded. A hushed lane takes deliveries in and lets
nothing out. While a message passes in parts, whole frames from elsewhere wait for its last part.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import trio

from cablecheck.live.proxy.audit import Ledger, Slip
from cablecheck.live.proxy.http import Answer, without_subprotocol
from cablecheck.live.proxy.piece import Part

ROOM_BYTES = 1 << 20  # more than this on its way out, and no more is read in
_BATCH_BYTES = 64 << 10

End: TypeAlias = Literal["fin", "rst"]


class Sink(Protocol):
    """Where bytes go out."""

    async def send_all(self, data: bytes) -> None:
        """Write all of it."""


Write: TypeAlias = Callable[[Sink, bytes], Awaitable[None]]


async def write_all(stream: Sink, data: bytes) -> None:
    """The pump's writer. Tests put a broken one in its place, to see it caught."""
    await stream.send_all(data)


@dataclass(frozen=True, slots=True)
class _Out:
    raw: bytes
    slip: Slip
    part: Part = "whole"


@dataclass(frozen=True, slots=True)
class Held:
    """A piece that waits for its order: bytes with their slip, or the end of the stream. `answer`: what the bytes mean."""

    raw: bytes
    slip: Slip
    part: Part = "whole"
    end: End | None = None
    answer: Answer | None = None


class Lane:
    """What is between one edge and the other."""

    def __init__(self, ledger: Ledger, amid: bool = False) -> None:
        self.ledger = ledger
        self.ended = False  # the end has been passed on: nothing more goes out
        self._held: dict[int, Held] = {}
        self._hushed = False
        self._stash: deque[_Out | End] = deque()
        self._amid = amid  # something is passing in parts: a message, or at first an answer to an upgrade
        self._parked: list[_Out] = []
        self._queue: deque[_Out | End] = deque()
        self._size_bytes = 0
        self._writing = False
        self._changed = trio.Event()
        ledger.busy = self.busy

    def busy(self) -> bool:
        """Whether there are bytes that were not written yet."""
        return self._writing or bool(self._queue)

    # What comes in

    def hold(self, token: int, held: Held) -> None:
        """Keep this until it is delivered or discarded."""
        self._held[token] = held

    def held(self, token: int) -> Held | None:
        """What is kept under this token."""
        return self._held.get(token)

    async def room(self) -> None:
        """Wait until no more is on its way out than may be."""
        while self._size_bytes > ROOM_BYTES and not self.ended:
            await self._changed.wait()
        await trio.lowlevel.checkpoint()

    # What is ordered

    def deliver(self, token: int, keep: bool = False, bare: bool = False) -> None:
        """Send what is kept under this token on its way. `bare`: without the subprotocol that it names."""
        held = self._held.get(token) if keep else self._held.pop(token, None)
        if held is not None and bare:
            self.insert(without_subprotocol(held.raw), held.part)
        elif held is not None:
            self._emit(held.end or _Out(held.raw, held.slip, held.part))

    def discard(self, token: int) -> None:
        """Forget what is kept under this token."""
        self._held.pop(token, None)

    def insert(self, raw: bytes, part: Part = "whole") -> None:
        """Send bytes on their way that the origin never said."""
        self._emit(_Out(raw, Slip(len(raw), raw), part))

    def end(self, end: End) -> None:
        """Let the lane end here, whatever comes in."""
        self._push(end)

    def tear(self, token: int) -> None:
        """Let half of what is kept under this token out, unless the lane is hushed, and end by a reset."""
        raw = b"" if self._hushed else self._held[token].raw
        self.sever()
        self.insert(raw[: len(raw) // 2])
        self.end("rst")

    def hush(self) -> None:
        """Let nothing out from here on."""
        self._hushed = True

    def unhush(self) -> None:
        """Let out what was kept back, in order, and what follows."""
        self._hushed = False
        while self._stash:
            out = self._stash.popleft()
            self._size_bytes -= _size(out)
            self._emit(out)

    def sever(self) -> bool:
        """Forget all that is not on its way yet. True if this is between two messages, so that a frame may be added."""
        self._held.clear()
        self._stash.clear()
        self._parked.clear()
        self._hushed = False
        self.ledger.deaf()
        self._size_bytes = sum(map(_size, self._queue))
        self._notify()
        return not self._amid

    def drop(self) -> None:
        """Nobody takes anything out any more."""
        self.sever()
        self._queue.clear()
        self._size_bytes = 0
        self.ended = True
        self.ledger.close()

    def _emit(self, out: _Out | End) -> None:
        if self._hushed:
            self._stash.append(out)
            self._size_bytes += _size(out)
        elif isinstance(out, _Out) and out.part == "whole" and self._amid:
            self._parked.append(out)
        else:
            self._push(out)

    def _push(self, out: _Out | End) -> None:
        if self.ended:
            return
        self._queue.append(out)
        self._size_bytes += _size(out)
        self._notify()
        if not isinstance(out, _Out):
            self.ended = True
            return
        self.ledger.pass_on(out.slip)
        self._amid = out.part == "more"
        if out.part == "last":
            parked, self._parked = self._parked, []
            for each in parked:
                self._push(each)

    def _notify(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    # What goes out

    async def write_to(self, stream: Sink, write: Write) -> End:
        """Write all that goes out, in order, until the end; return how it ends. Raises what the stream raises."""
        while True:
            while not self._queue:
                await self._changed.wait()
            out = self._queue[0]
            if not isinstance(out, _Out):
                return out
            self._writing = True
            await write(stream, self._batch())
            self._writing = False
            if not self._queue or not isinstance(self._queue[0], _Out):
                self.ledger.drained()
            self._notify()

    def _batch(self) -> bytes:
        """Take as many bytes out of the queue as fit into one write."""
        batch = bytearray()
        while self._queue and len(batch) < _BATCH_BYTES:
            out = self._queue[0]
            if not isinstance(out, _Out):
                break
            batch += out.raw
            self._queue.popleft()
        self._size_bytes -= len(batch)
        return bytes(batch)


def _size(out: _Out | End) -> int:
    return len(out.raw) if isinstance(out, _Out) else 0
