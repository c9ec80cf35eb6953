"""One client in the live world: it performs what the reference client decides, and tells it what came of it.

Every input and output is recorded at this boundary. The page knows no rule: it opens sockets, sends, fetches and sets timers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import trio

from cablecheck import history
from cablecheck.cable.answers import ids_in
from cablecheck.cable.commands import identifier_of_command, kind_of_command, read_command
from cablecheck.cable.frames import identifier_of, kind_of, message_id, read_frame
from cablecheck.cable.json_values import NotJsonError, parse
from cablecheck.client import signals
from cablecheck.client.client import Client
from cablecheck.history import digest, mark_in, timeline_digest
from cablecheck.live.chat_api import posted
from cablecheck.live.dialling import Dial
from cablecheck.live.rest import FetchError, fetch
from cablecheck.live.stage import Stage
from cablecheck.live.targets import Place
from cablecheck.live.websocket import CloseCame, Heard, Over, Text, Upgraded, WebSocket, request

Signal: TypeAlias = signals.ClientEvent | signals.ClientAction


class LivePage:
    """The page of client `name`, on `stage`, which keeps the time and the record. Its tasks live in `nursery`.

    `observe` is shown every event just before the client is, and every action just before it is performed.
    """

    def __init__(
        self,
        name: str,
        client: Client,
        place: Place,
        dial: Dial,
        stage: Stage,
        nursery: trio.Nursery,
        *,
        observe: Callable[[Signal], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._client = client
        self._place = place
        self._dial = dial
        self._stage = stage
        self._nursery = nursery
        self._observe = observe
        self._sockets: dict[int, WebSocket] = {}
        self._timers: dict[str, trio.CancelScope] = {}
        self._sends: dict[int, str] = {}
        self._sending: str | None = None

    def start(self) -> None:
        """Load the page: show what it was rendered with, and connect."""
        self._perform(self._client.start(self._stage.now()))

    def send(self, text: str, label: str | None) -> None:
        """The visitor sends a message."""
        self._sending = label
        self._visit("send", signals.Submitted(text), label)
        self._sending = None

    def type(self) -> None:
        """The visitor touches a key."""
        self._visit("type", signals.Typed())

    def unsubscribe(self) -> None:
        """The page gives its subscription up."""
        self._visit("unsubscribe", signals.Unsubscribed())

    def read_timeline(self) -> None:
        """Record how many bubbles the client shows, and a digest of their ids in order."""
        ids = [node.id for node in self._client.timeline]
        self._record(history.TimelineRead(self._now(), self._name, len(ids), timeline_digest(ids)))

    def _visit(
        self,
        act: Literal["send", "type", "unsubscribe"],
        event: signals.ClientEvent,
        label: str | None = None,
    ) -> None:
        self._tell(history.VisitorActed(self._now(), self._name, act, label), event)

    # Telling the client, performing what it decides ------------------------------------------------------------------------

    def _now(self) -> float:
        return self._stage.now()

    def _record(self, event: history.Event) -> None:
        self._stage.record(event)

    def _tell(self, happened: history.Event, event: signals.ClientEvent) -> None:
        self._record(happened)
        self._observe(event)
        self._perform(self._client.handle(event, self._now()))

    def _perform(self, actions: list[signals.ClientAction]) -> None:
        for action in actions:
            self._observe(action)
            match action:
                case signals.Connect(socket=number):
                    self._connect(number)
                case signals.Send(socket=number, text=text):
                    self._send(number, text)
                case signals.SetTimer(name=name, milliseconds=milliseconds):
                    self._set_timer(name, milliseconds)
                case signals.CancelTimer(name=name):
                    self._timers.pop(name).cancel()
                    self._record(history.TimerCancelled(self._now(), self._name, name))
                case signals.Fetch():
                    self._fetch(action)
                case signals.Show():
                    self._record(_shown(self._now(), self._name, action))
                case signals.Identify(node=node, id=id_):
                    self._record(history.Identified(self._now(), self._name, node, id_))
                case signals.MarkFailed(node=node):
                    self._record(history.MarkedFailed(self._now(), self._name, node))
                case signals.Raise(error=error):
                    self._record(history.Raised(self._now(), self._name, error))

    def _connect(self, number: int) -> None:
        self._record(history.Connecting(self._now(), self._name, number))
        socket = WebSocket(partial(self._heard, number))
        self._sockets[number] = socket
        parts = self._place.cable_parts
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        upgrade = request(parts.netloc, path, self._place.origin)
        self._nursery.start_soon(socket.run, partial(self._dial, "cable", number, False), upgrade)

    def _send(self, number: int, text: str) -> None:
        command = read_command(text)
        kind, identifier = kind_of_command(command), identifier_of_command(command)
        self._sockets[number].send(text)
        self._record(history.Sent(self._now(), self._name, number, kind, identifier))

    def _heard(self, number: int, heard: Heard) -> None:
        now, name = self._now(), self._name
        match heard:
            case Upgraded():
                self._tell(history.Opened(now, name, number), signals.Opened(number))
            case Text(text=text):
                self._tell(_received(now, name, number, text), signals.Frame(number, text))
            case CloseCame(code=code):
                self._tell(history.Closing(now, name, number, code), signals.Closing(number))
            case Over():
                self._over(number, heard)

    def _over(self, number: int, over: Over) -> None:
        name = self._name
        if not self._sockets.pop(number).opened:
            self._tell(history.Errored(self._now(), name, number, over.reason), signals.Errored(number))
        closed = history.Closed(self._now(), name, number, over.how, over.code, over.status)
        self._tell(closed, signals.Closed(number))

    def _set_timer(self, name: str, milliseconds: int) -> None:
        if name in self._timers:
            self._timers[name].cancel()
        self._record(history.TimerSet(self._now(), self._name, name, milliseconds))
        self._timers[name] = scope = trio.CancelScope()
        self._nursery.start_soon(self._ring, name, milliseconds, scope)

    async def _ring(self, name: str, milliseconds: int, scope: trio.CancelScope) -> None:
        with scope:
            await trio.sleep(milliseconds / 1000)
        if not scope.cancel_called:
            del self._timers[name]
            self._tell(history.TimerFired(self._now(), self._name, name), signals.TimerFired(name))

    # Fetching ----------------------------------------------------------------------------------------------------------------

    def _fetch(self, action: signals.Fetch) -> None:
        url = self._place.api.rstrip("/") + action.path
        parts = urlsplit(url)
        shown = parts.path + (f"?{parts.query}" if parts.query else "")
        self._record(
            history.FetchSent(self._now(), self._name, action.fetch, action.method, shown, action.catch_up)
        )
        if action.method == "POST" and self._sending is not None:
            self._sends[action.fetch] = self._sending
        self._nursery.start_soon(self._ask, action, url)

    async def _ask(self, action: signals.Fetch, url: str) -> None:
        number = action.fetch
        headers = {"Authorization": f"Bearer {self._place.webchat}", "Accept": "application/json"}
        headers |= {"Accept-Encoding": "identity"} | (
            {"Content-Type": "application/json"} if action.body else {}
        )
        dial = partial(self._dial, "rest", number, action.catch_up)
        try:
            status, content = await fetch(dial, action.method, url, headers=headers, body=action.body)
        except FetchError as error:
            self._failed(number, error)
            return
        label = self._sends.pop(number, None)
        if label is not None:
            self._record(posted(status, content).event(self._now(), label))
        ended = partial(history.FetchEnded, self._now(), self._name, number, status)
        try:
            value = parse(content.decode("utf-8-sig", "replace"))  # as `response.json()` decodes
        except NotJsonError:
            self._tell(ended(error="the body is no JSON"), signals.AnswerUnreadable(number, status))
        else:
            self._tell(ended(ids=ids_in(value)), signals.Answered(number, status, value))

    def _failed(self, number: int, error: FetchError) -> None:
        label = self._sends.pop(number, None)
        if label is not None:
            self._record(history.PublishUnknown(self._now(), label, str(error)))
        ended = history.FetchEnded(self._now(), self._name, number, error.status, error=str(error))
        if error.status is None:
            self._tell(ended, signals.FetchFailed(number))
        else:
            self._tell(ended, signals.AnswerUnreadable(number, error.status))


def _received(at: float, client: str, socket: int, text: str) -> history.Received:
    frame = read_frame(text)
    kind = kind_of(frame)
    kept = None if kind in {"message", "ping"} else text[:2000]
    return history.Received(
        at, client, socket, kind, identifier_of(frame), message_id(frame), digest(text), kept
    )


def _shown(at: float, client: str, show: signals.Show) -> history.Shown:
    return history.Shown(
        at, client, show.node, show.after, show.source, show.id, mark_in(show.body), digest(show.body),
        show.socket, show.fetch,
    )  # fmt: skip
