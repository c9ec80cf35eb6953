"""A socket that listens: it remembers what came and when, and lets one wait for it. A server that floods it is hung up on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import trio
from wsproto.events import Request

from cablecheck.cable import commands
from cablecheck.cable.frames import (
    Confirm,
    Disconnect,
    Frame,
    Message,
    Ping,
    Reject,
    Unknown,
    Welcome,
    read_frame,
)
from cablecheck.cable.identifiers import same
from cablecheck.cable.json_values import write
from cablecheck.live.dialling import straight_to
from cablecheck.live.targets import Place
from cablecheck.live.websocket import CloseCame, Heard, Over, Text, Upgraded, WebSocket

T = TypeVar("T")

# A doctor's visit hears a few dozen frames. This much, and it hears no more.
_MOST_FRAMES = 5000
_MOST_CHARACTERS = 4 << 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """A frame and when it came, by trio's clock; `payload` is what a broadcast has, as text in which a mark is quickly found."""

    at: float
    frame: Frame
    payload: str = ""


class Ear:
    """One WebSocket to a place, straight."""

    def __init__(self, place: Place, request: Request) -> None:
        self.arrived: list[Arrived] = []
        self.upgraded: Upgraded | None = None
        self.over: Over | None = None
        self.flooded = False
        self._closed: CloseCame | None = None
        self._characters = 0
        self._news = trio.Event()
        self._socket = WebSocket(self._hear)
        self._run = partial(self._socket.run, partial(straight_to(place), "cable", 0, False), request)

    async def listen(self) -> None:
        """Connect, and hear until the connection is gone."""
        await self._run()

    def subscribe(self, identifier: str) -> None:
        """Ask for a subscription, as the official client does."""
        self._socket.send(commands.subscribe(identifier, bare=True))

    def leave(self) -> None:
        """End it."""
        self._socket.abandon()

    async def until(self, look: Callable[[], T | None], within_seconds: float) -> T | None:
        """What the look gives once it gives something; None when the time is up or the connection gone."""
        with trio.move_on_after(within_seconds):
            while (found := look()) is None and self.over is None and not self.flooded:
                await self._news.wait()
            return found
        return look()

    # What came

    @property
    def answered(self) -> bool | None:
        """Whether the upgrade was answered by a 101; None while it was not answered at all."""
        if self.upgraded is not None:
            return True
        return None if self.over is None else False

    def greeted(self) -> Arrived | None:
        """The welcome, or the disconnect frame instead of it."""
        return self._first(lambda each: isinstance(each.frame, Welcome | Disconnect))

    def told_of(self, identifier: str) -> Arrived | None:
        """The confirmation or the rejection of a subscription, or a disconnect frame that came instead."""

        def tells(each: Arrived) -> bool:
            if isinstance(each.frame, Confirm | Reject):
                return same(each.frame.identifier or "", identifier)
            return isinstance(each.frame, Disconnect)

        return self._first(tells)

    def with_mark(self, mark: str) -> list[Arrived]:
        """The broadcasts in which a mark stands."""
        return [each for each in self.arrived if mark in each.payload]

    def said(self, mark: str) -> Arrived | None:
        """The first broadcast in which a mark stands."""
        return self._first(lambda each: mark in each.payload)

    def messages(self) -> Iterator[Message]:
        """All broadcasts."""
        return (each.frame for each in self.arrived if isinstance(each.frame, Message))

    def pings(self) -> list[float]:
        """When pings came."""
        return [each.at for each in self.arrived if isinstance(each.frame, Ping)]

    def strange(self) -> list[Unknown]:
        """What no Action Cable server sends."""
        return [each.frame for each in self.arrived if isinstance(each.frame, Unknown)]

    def end(self) -> str:
        """How the connection ended, for people; empty while it is there."""
        if self.flooded:
            return f"it floods its client: over {len(self.arrived)} frames or {_MOST_CHARACTERS >> 20} MB"
        if self.over is None:
            return ""
        code = self._closed.code if self._closed is not None else None
        return f"{self.over.reason}{f' ({code})' if code else ''}"

    def _first(self, wanted: Callable[[Arrived], bool]) -> Arrived | None:
        return next((each for each in self.arrived if wanted(each)), None)

    def _hear(self, heard: Heard) -> None:
        match heard:
            case Upgraded():
                self.upgraded = heard
            case Text(text=text):
                self._keep(text)
            case CloseCame():
                self._closed = heard
            case Over():
                self.over = heard
        self._news.set()
        self._news = trio.Event()

    def _keep(self, text: str) -> None:
        if self.flooded:
            return
        self._characters += len(text)
        frame = read_frame(text)
        payload = write(frame.message) if isinstance(frame, Message) else ""
        self.arrived.append(Arrived(trio.current_time(), frame, payload))
        if len(self.arrived) > _MOST_FRAMES or self._characters > _MOST_CHARACTERS:
            self.flooded = True
            self._socket.abandon()
