"""The page around a client, the same in every world: it records all that the client is told and does, and asks a world to do it.

A world gives the page hands (sockets, timers, fetches) and calls it when something happened. Nothing reaches the client, and nothing is
done for it, that is not in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias

from cablecheck import history
from cablecheck.cable.answers import ids_in, posted
from cablecheck.cable.commands import identifier_of_command, kind_of_command, read_command
from cablecheck.cable.frames import identifier_of, kind_of, message_id, read_frame
from cablecheck.cable.json_values import NotJsonError, parse_shared
from cablecheck.client import signals
from cablecheck.client.hands import Hands
from cablecheck.client.http_cache import Headers, HttpCache, Kept
from cablecheck.client.timeline import Node
from cablecheck.history import Ending, digest, mark_in, timeline_digest

Signal: TypeAlias = signals.ClientEvent | signals.ClientAction
Reaching: TypeAlias = (
    signals.Connect | signals.Send | signals.HangUp | signals.Close | signals.Fetch | signals.Abort
)
_MOST_TEXT = 2000  # of a control frame, in characters


class Machine(Protocol):
    """A client of any profile, as a pure state machine. Times are seconds, from any beginning, and never go back."""

    @property
    def timeline(self) -> Sequence[Node]:
        """The bubbles that are shown now, in order."""
        ...

    def start(self, now: float) -> list[signals.ClientAction]:
        """Load the page."""
        ...

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        """What the client does about an event."""
        ...


class Host:
    """The page of client `name`. `api_path` stands before the paths that the client fetches.

    `observe` is shown every event just before the client is, and every action just before it is performed.
    """

    def __init__(
        self,
        name: str,
        client: Machine,
        hands: Hands,
        *,
        api_path: str,
        record: Callable[[history.Event], None],
        now: Callable[[], float],
        observe: Callable[[Signal], None] | None = None,
    ) -> None:
        self.name = name
        self._client = client
        self._hands = hands
        self._api_path = api_path
        self._record = record
        self._now = now
        self._observe = observe
        self._cache = HttpCache()
        self._asked: dict[int, tuple[str, str | None]] = {}
        self._sends: dict[int, str] = {}
        self._sending: str | None = None

    # The visitor, and whoever asks ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the page: show what it was rendered with, and connect."""
        self._perform(self._client.start(self._now()))

    def send(self, text: str, label: str | None) -> None:
        """The visitor sends a message."""
        self._sending = label
        self._visit("send", signals.Submitted(text), label)
        self._sending = None

    def type(self) -> None:
        """The visitor touches a key."""
        self._visit("type", signals.Typed())

    def subscribe(self) -> None:
        """The page asks for its subscription."""
        self._visit("subscribe", signals.Subscribed())

    def unsubscribe(self) -> None:
        """The page gives its subscription up."""
        self._visit("unsubscribe", signals.Unsubscribed())

    def read_timeline(self) -> None:
        """Record how many bubbles the client shows, and a digest of their ids in order."""
        ids = [node.id for node in self._client.timeline]
        self._record(history.TimelineRead(self._now(), self.name, len(ids), timeline_digest(ids)))

    def _visit(
        self,
        act: Literal["send", "type", "subscribe", "unsubscribe"],
        event: signals.ClientEvent,
        label: str | None = None,
    ) -> None:
        self._tell(history.VisitorActed(self._now(), self.name, act, label), event)

    # What happened to its sockets, timers and fetches -----------------------------------------------------------------------

    def opened(self, socket: int, protocol: str | None = None) -> None:
        """The upgrade succeeded, with this subprotocol."""
        opened = history.Opened(self._now(), self.name, socket, protocol)
        self._tell(opened, signals.Opened(socket, protocol))

    def heard(self, socket: int, text: str) -> None:
        """A text frame came."""
        frame = read_frame(text)
        kind = kind_of(frame)
        kept = None if kind in ("message", "ping") else text[:_MOST_TEXT]
        received = history.Received(
            self._now(), self.name, socket, kind, identifier_of(frame), message_id(frame), digest(text), kept
        )
        self._tell(received, signals.Frame(socket, text))

    def closing(self, socket: int, code: int | None) -> None:
        """A Close frame came; TCP is still open."""
        self._tell(history.Closing(self._now(), self.name, socket, code), signals.Closing(socket))

    def failed_to_open(self, socket: int, reason: str) -> None:
        """The connection failed before it opened; `closed` follows."""
        self._tell(history.Errored(self._now(), self.name, socket, reason), signals.Errored(socket))

    def closed(self, socket: int, how: Ending, code: int | None = None, status: int | None = None) -> None:
        """The socket is gone."""
        self._tell(history.Closed(self._now(), self.name, socket, how, code, status), signals.Closed(socket))

    def rang(self, name: str) -> None:
        """A timer ran out."""
        self._tell(history.TimerFired(self._now(), self.name, name), signals.TimerFired(name))

    def answered(self, fetch: int, status: int, text: str, headers: Headers = ()) -> None:
        """A whole answer came; `text` is its body."""
        method, url = self._asked.pop(fetch)
        if url is not None:
            self._cache.take(method, url, status, text, headers, self._now())
        self._answered(fetch, status, text)

    def recalled(self, fetch: int, kept: Kept) -> None:
        """The answer came out of the browser's cache."""
        self._answered(fetch, kept.status, kept.text, cached=True)

    def _answered(self, fetch: int, status: int, text: str, *, cached: bool = False) -> None:
        label = self._sends.pop(fetch, None)
        if label is not None:
            self._record(posted(status, text).event(self._now(), label))
        try:
            value = parse_shared(text)
        except NotJsonError:
            error = "the body is no JSON"
            ended = history.FetchEnded(self._now(), self.name, fetch, status, (), error, cached)
            self._tell(ended, signals.AnswerUnreadable(fetch, status))
        else:
            ended = history.FetchEnded(self._now(), self.name, fetch, status, ids_in(value), cached=cached)
            self._tell(ended, signals.Answered(fetch, status, value))

    def failed(self, fetch: int, reason: str, status: int | None = None) -> None:
        """No whole answer came; `status` when its head did."""
        del self._asked[fetch]
        label = self._sends.pop(fetch, None)
        if label is not None:
            self._record(history.PublishUnknown(self._now(), label, reason))
        ended = history.FetchEnded(self._now(), self.name, fetch, status, error=reason)
        if status is None:
            self._tell(ended, signals.FetchFailed(fetch))
        else:
            self._tell(ended, signals.AnswerUnreadable(fetch, status))

    # Telling the client, performing what it decides ------------------------------------------------------------------------

    def _tell(self, happened: history.Event, event: signals.ClientEvent) -> None:
        self._record(happened)
        if self._observe is not None:
            self._observe(event)
        self._perform(self._client.handle(event, happened.at))

    def _perform(self, actions: list[signals.ClientAction]) -> None:
        for action in actions:
            if self._observe is not None:
                self._observe(action)
            match action:
                case signals.Show():
                    self._record(_shown(self._now(), self.name, action))
                case signals.SetTimer(name=name, milliseconds=milliseconds, watch=watch):
                    self._record(history.TimerSet(self._now(), self.name, name, milliseconds, watch))
                    self._hands.set_timer(name, milliseconds)
                case signals.CancelTimer(name=name):
                    self._hands.cancel_timer(name)
                    self._record(history.TimerCancelled(self._now(), self.name, name))
                case signals.Identify() | signals.MarkFailed() | signals.Move() | signals.Raise():
                    self._record(_changed(self._now(), self.name, action))
                case _:
                    self._reach_out(action)

    def _reach_out(self, action: Reaching) -> None:
        match action:
            case signals.Connect(socket=socket, protocols=protocols):
                self._record(history.Connecting(self._now(), self.name, socket, protocols))
                self._hands.connect(socket, protocols)
            case signals.Send(socket=socket, text=text):
                command = read_command(text)
                kind, identifier = kind_of_command(command), identifier_of_command(command)
                self._hands.send(socket, text)
                self._record(history.Sent(self._now(), self.name, socket, kind, identifier))
            case signals.HangUp(socket=socket):
                self._hands.hang_up(socket)
                self._record(history.Sent(self._now(), self.name, socket, "close"))
            case signals.Close(socket=socket):
                self._hands.close(socket)
                self._record(history.Closed(self._now(), self.name, socket, "local"))
            case signals.Fetch():
                self._fetch(action)
            case signals.Abort(fetch=fetch):
                self._hands.abort(fetch)
                self._asked.pop(fetch, None)
                label = self._sends.pop(fetch, None)
                if label is not None:
                    self._record(history.PublishUnknown(self._now(), label, history.GIVEN_UP))
                self._record(history.FetchEnded(self._now(), self.name, fetch, error=history.GIVEN_UP))

    def _fetch(self, action: signals.Fetch) -> None:
        if action.method == "POST" and self._sending is not None:
            self._sends[action.fetch] = self._sending
        url = self._api_path + action.path
        self._record(
            history.FetchSent(self._now(), self.name, action.fetch, action.method, url, action.catch_up)
        )
        kept = None if action.no_store else self._cache.find(action.method, url, self._now())
        if kept is None:
            self._asked[action.fetch] = (action.method, None if action.no_store else url)
            self._hands.fetch(action)
        else:
            self._hands.recall(action.fetch, kept)


def _shown(at: float, client: str, show: signals.Show) -> history.Shown:
    return history.Shown(
        at, client, show.node, show.after, show.source, show.id, mark_in(show.body), digest(show.body),
        show.socket, show.fetch,
    )  # fmt: skip


def _changed(
    at: float,
    client: str,
    action: signals.Identify | signals.MarkFailed | signals.Move | signals.Raise,
) -> history.Event:
    match action:
        case signals.Identify(node=node, id=id_):
            return history.Identified(at, client, node, id_)
        case signals.MarkFailed(node=node):
            return history.MarkedFailed(at, client, node)
        case signals.Move(node=node, after=after):
            return history.Moved(at, client, node, after)
        case signals.Raise(error=error):
            return history.Raised(at, client, error)
