"""What a socket is still to be sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import trio


class Outbox:
    """Frames in order, without waiting for the client: one that falls further behind than the limit is dropped.

    Putting never blocks, so a slow client delays nobody. Rails would buffer without end, AnyCable drops at 1 MiB.
    """

    def __init__(self, limit_characters: int, drop: Callable[[], None]) -> None:
        self._limit_characters = limit_characters
        self._drop = drop
        self._frames: deque[str] = deque()
        self._unsent_characters = 0
        self._filled = trio.Event()

    def put(self, text: str) -> None:
        """Add a frame. Beyond the limit the socket is dropped, and this frame with it."""
        self._unsent_characters += len(text)
        if self._unsent_characters > self._limit_characters:
            self._drop()
            return
        self._frames.append(text)
        self._filled.set()

    async def first(self) -> str:
        """Wait for the oldest frame. It counts as unsent until `sent`."""
        while not self._frames:
            self._filled = trio.Event()
            await self._filled.wait()
        return self._frames[0]

    def sent(self) -> None:
        """The oldest frame has left."""
        self._unsent_characters -= len(self._frames.popleft())
