"""One client's life as it lived it: what it heard and by which way, its sockets, its fetches, its timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from cablecheck import history
from cablecheck.cable.identifiers import same
from cablecheck.checker.timeline import NEVER, Timeline

Lived: TypeAlias = (
    history.Connecting
    | history.Opened
    | history.Received
    | history.Sent
    | history.Closing
    | history.Errored
    | history.Closed
    | history.TimerSet
    | history.TimerCancelled
    | history.TimerFired
    | history.FetchSent
    | history.FetchEnded
    | history.Shown
    | history.Identified
    | history.MarkedFailed
    | history.Moved
    | history.Gone
    | history.Raised
    | history.TimelineRead
)


@dataclass(slots=True)
class Socket:
    """One socket, in positions of the history.

    `confirms` are those that match a subscription of the client's own, `subscribes` its subscribes by identifier, `receipts` tells
    where each text (by its digest) was received, and `controls` where each kind of frame that is neither a message nor a ping was; a
    confirm of somebody else's subscription is a kind of its own, "foreign".
    """

    number: int
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
    """A client. `by_socket` and `by_catch_up` tell where in the history a message id first came that way.

    Receipts of single texts are only kept once `watched`: where no fault is armed a history of a million frames needs none.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.timeline = Timeline(name)
        self.sockets: dict[int, Socket] = {}
        self.fetches: dict[int, Fetch] = {}
        self.confirms: list[tuple[int, int]] = []
        self.by_socket: dict[str, int] = {}
        self.by_catch_up: dict[str, int] = {}
        self.watched = False
        self._own: set[str] = set()

    def take(self, position: int, event: Lived) -> None:
        """Take note of one event of this client."""
        match event:
            case history.Received():
                self._receive(position, event)
            case history.Shown():
                self.timeline.show(position, event)
            case history.Identified() | history.MarkedFailed() | history.Moved() | history.Gone():
                self.timeline.change(position, event)
            case history.TimelineRead():
                self.timeline.read(position, event)
            case history.FetchSent():
                self.fetches[event.fetch] = Fetch(position, event)
            case history.FetchEnded():
                self._answer(position, event)
            case history.Sent():
                self._send(position, event)
            case history.Connecting() | history.Opened() | history.Closing() | history.Closed():
                self._turn(position, event)
            case history.Errored() | history.TimerSet() | history.TimerCancelled() | history.TimerFired():
                pass
            case history.Raised():
                pass
            case _:
                assert_never(event)

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

    def _turn(
        self, position: int, event: history.Connecting | history.Opened | history.Closing | history.Closed
    ) -> None:
        socket = self.socket(event.socket)
        match event:
            case history.Connecting():
                socket.connecting = position
            case history.Opened():
                socket.opened = position
            case history.Closing(code=code):
                socket.closing, socket.closing_code = position, code
            case history.Closed():
                socket.closed, socket.end = position, event
            case _:
                assert_never(event)
