"""One accepted TCP connection, and how it ends: with a bare FIN, as puma's sockets do when it is stopped."""

from __future__ import annotations

import os
from contextlib import suppress
from socket import SHUT_WR

import trio

_DRAIN_READS = 64
_READ_BYTES = 65536


class Line(trio.abc.HalfCloseableStream):
    """A TCP stream whose close never waits, never raises, and ends in a FIN even when input is left unread.

    The kernel turns the close of a socket with unread input into a reset. So: FIN first, then read what is there, then close.
    """

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send all of it. Raises trio's stream errors."""
        await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until there is room."""
        await self._stream.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        """Send a FIN; reading goes on."""
        await self._stream.send_eof()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Receive; empty at the end."""
        return await self._stream.receive_some(max_bytes)

    async def aclose(self) -> None:
        """Hang up, then let others run."""
        self.hang_up()
        await trio.lowlevel.checkpoint()

    def hang_up(self) -> None:
        """End the connection now. What was sent before still goes out; a task that waits on the line is woken with an error."""
        socket = self._stream.socket
        if socket.fileno() == -1:
            return
        with suppress(OSError):
            socket.shutdown(SHUT_WR)
            for _ in range(_DRAIN_READS):
                if not os.read(socket.fileno(), _READ_BYTES):
                    break
        socket.close()


class Replayed(trio.abc.Stream):
    """A line for trio-websocket: first the head of the upgrade, and nothing more until `accepted` is set.

    What came glued to the head is read after the 101; before it, wsproto would fail on it.
    """

    def __init__(self, line: Line, head: bytes, glued: bytes) -> None:
        self._line = line
        self._first: bytes | None = head
        self._glued = glued
        self.accepted = trio.Event()

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send all of it. Raises trio's stream errors."""
        await self._line.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until there is room."""
        await self._line.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """The head, then what was glued to it, then the line."""
        if self._first is not None:
            head, self._first = self._first, None
            return head
        await self.accepted.wait()
        if self._glued:
            glued, self._glued = self._glued, b""
            return glued
        return await self._line.receive_some(max_bytes)

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()
