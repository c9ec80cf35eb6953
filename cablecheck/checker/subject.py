"""One client's life as it lived it: what it heard and by which way, its sockets, its fetches, its timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cablecheck import history
from cablecheck.cable.identifiers import same
from cablecheck.checker.timeline import NEVER, Timeline


@dataclass(slots=True)
class Socket:
    """One socket, in positions of the history.

    `confirms` are those that match a subscription of the client's own, `subscribes` its subscribes by identifier, `receipts` tells
    where each text (by its digest) was received, and `controls` where each kind of frame that is neither a message nor a ping was; a
    confirm of somebody else's subscription is a kind of its own, "foreign".
    """

    number: int
    offers: tuple[str, ...] = ()
    protocol: str | None = None
    connecting: int = NEVER
    opened: int = NEVER
    closing: int = NEVER
    closing_code: int | None = None
    closed: int = NEVER
    end: history.Closed | None = None
    confirms: list[int] = field(default_factory=list)
    subscribes: dict[str, list[int]] = field(default_factory=dict)
    receipts: dict[str, list[int]] = field(default_factory=dict)
    controls: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Fetch:
    """One fetch. `ended` NEVER: it has no end in this history."""

    sent: int
    ask: history.FetchSent
    ended: int = NEVER
    answer: history.FetchEnded | None = None

    @property
    def given_up(self) -> bool:
        """Whether the client itself ended it."""
        return self.answer is not None and self.answer.error == history.GIVEN_UP


class Subject:
    """A client in the conversation of its `room`. `by_socket` and `by_catch_up` tell where in the history a message id first came that way.

    Receipts of single texts are only kept once `watched`: where no fault is armed a history of a million frames needs none.
    """

    def __init__(self, name: str, room: int = 1) -> None:
        self.name = name
        self.room = room
        self.timeline = Timeline(name)
        self.sockets: dict[int, Socket] = {}
        self.fetches: dict[int, Fetch] = {}
        self.confirms: list[tuple[int, int]] = []
        self.by_socket: dict[str, int] = {}
        self.by_catch_up: dict[str, int] = {}
        self.watched = False
        self._own: set[str] = set()

    def socket(self, number: int) -> Socket:
        """The socket of this number."""
        found = self.sockets.get(number)
        if found is None:
            found = self.sockets[number] = Socket(number)
        return found

    def _receive(self, position: int, event: history.Received) -> None:
        socket = self.socket(event.socket)
        if event.kind == "message":
            if event.id is not None:
                self.by_socket.setdefault(event.id, position)
        elif event.kind == "confirm" and self._owns(event.identifier or ""):
            socket.confirms.append(position)
            self.confirms.append((position, event.socket))
        elif event.kind != "ping":
            kind = "foreign" if event.kind == "confirm" else event.kind
            socket.controls.setdefault(kind, []).append(position)
        if self.watched and event.digest is not None:
            socket.receipts.setdefault(event.digest, []).append(position)

    def _owns(self, identifier: str) -> bool:
        """Whether the client has subscribed with this identifier, however the target writes it."""
        return identifier in self._own or any(same(identifier, own) for own in self._own)

    def _show(self, position: int, event: history.Shown) -> None:
        self.timeline.show(position, event)

    def _change(
        self,
        position: int,
        event: history.Identified | history.MarkedFailed | history.Moved | history.Gone,
    ) -> None:
        self.timeline.change(position, event)

    def _read(self, position: int, event: history.TimelineRead) -> None:
        self.timeline.read(position, event)

    def _fetch(self, position: int, event: history.FetchSent) -> None:
        self.fetches[event.fetch] = Fetch(position, event)

    def _answer(self, position: int, event: history.FetchEnded) -> None:
        fetch = self.fetches.get(event.fetch)
        if fetch is None:
            return
        fetch.ended, fetch.answer = position, event
        if fetch.ask.catch_up:
            for id_ in event.ids:
                self.by_catch_up.setdefault(id_, position)

    def _send(self, position: int, event: history.Sent) -> None:
        if event.command == "subscribe" and event.identifier is not None:
            self._own.add(event.identifier)
            self.socket(event.socket).subscribes.setdefault(event.identifier, []).append(position)

    def _connect(self, position: int, event: history.Connecting) -> None:
        socket = self.socket(event.socket)
        socket.connecting, socket.offers = position, event.offers

    def _open(self, position: int, event: history.Opened) -> None:
        socket = self.socket(event.socket)
        socket.opened, socket.protocol = position, event.protocol

    def _closing(self, position: int, event: history.Closing) -> None:
        socket = self.socket(event.socket)
        socket.closing, socket.closing_code = position, event.code

    def _close(self, position: int, event: history.Closed) -> None:
        socket = self.socket(event.socket)
        socket.closed, socket.end = position, event

    def _pass(self, position: int, event: history.Event) -> None:
        """Nothing is asked about this."""


# What a client lived through, and who takes note of it. By type and not by `match`: this is asked of every event of every run.
LIVED: dict[type[history.Event], Callable[[Subject, int, Any], None]] = {
    history.Received: Subject._receive,
    history.Shown: Subject._show,
    history.Identified: Subject._change,
    history.MarkedFailed: Subject._change,
    history.Moved: Subject._change,
    history.Gone: Subject._change,
    history.TimelineRead: Subject._read,
    history.FetchSent: Subject._fetch,
    history.FetchEnded: Subject._answer,
    history.Sent: Subject._send,
    history.Connecting: Subject._connect,
    history.Opened: Subject._open,
    history.Closing: Subject._closing,
    history.Closed: Subject._close,
    history.Errored: Subject._pass,
    history.TimerSet: Subject._pass,
    history.TimerCancelled: Subject._pass,
    history.TimerFired: Subject._pass,
    history.Raised: Subject._pass,
}
