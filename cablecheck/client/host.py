"""The page around a client, the same in every world: it records all that the client is told and does, and asks a world to do it.

A world gives the page hands (sockets, timers, fetches) and calls it when something happened. Nothing reaches the client, and nothing is
done for it, that is not in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from cablecheck import history
from cablecheck.cable.answers import ids_in, posted
from cablecheck.cable.commands import identifier_of_command, kind_of_command, read_command
from cablecheck.cable.frames import gist_of, read_frame
from cablecheck.cable.json_values import NotJsonError, parse_shared
from cablecheck.client import signals
from cablecheck.client.bubbles import BUBBLES
from cablecheck.client.hands import Hands
from cablecheck.client.http_cache import Headers, HttpCache, Kept
from cablecheck.client.timeline import Node
from cablecheck.history import Ending, digest, timeline_digest

Signal: TypeAlias = signals.ClientEvent | signals.ClientAction
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
        now = self._now()
        self._perform(self._client.start(now), now)

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

    def heard(self, socket: int, text: str, raw: str | None = None) -> None:
        """A text frame came; `raw` is how the target worded it, where that is not how the client is told."""
        kind, identifier, id_ = gist_of(read_frame(text))
        kept = None if kind in ("message", "ping") else text[:_MOST_TEXT]
        received = history.Received(
            self._now(), self.name, socket, kind, identifier, id_, digest(raw or text), kept
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
        self._perform(self._client.handle(event, happened.at), happened.at)

    def _perform(self, actions: list[signals.ClientAction], now: float) -> None:
        """What a client does about an event it does at once."""
        for action in actions:
            if self._observe is not None:
                self._observe(action)
            told = BUBBLES.get(type(action))
            if told is not None:
                self._record(told(now, self.name, action))
            else:
                _PERFORMED[type(action)](self, action, now)

    def _set_timer(self, action: signals.SetTimer, now: float) -> None:
        self._record(history.TimerSet(now, self.name, action.name, action.milliseconds, action.watch))
        self._hands.set_timer(action.name, action.milliseconds)

    def _cancel_timer(self, action: signals.CancelTimer, now: float) -> None:
        self._hands.cancel_timer(action.name)
        self._record(history.TimerCancelled(now, self.name, action.name))

    def _connect(self, action: signals.Connect, now: float) -> None:
        self._record(history.Connecting(now, self.name, action.socket, action.protocols))
        self._hands.connect(action.socket, action.protocols)

    def _send(self, action: signals.Send, now: float) -> None:
        command = read_command(action.text)
        kind, identifier = kind_of_command(command), identifier_of_command(command)
        self._hands.send(action.socket, action.text)
        self._record(history.Sent(now, self.name, action.socket, kind, identifier))

    def _hang_up(self, action: signals.HangUp, now: float) -> None:
        self._hands.hang_up(action.socket)
        self._record(history.Sent(now, self.name, action.socket, "close"))

    def _close(self, action: signals.Close, now: float) -> None:
        self._hands.close(action.socket)
        self._record(history.Closed(now, self.name, action.socket, "local"))

    def _fetch(self, action: signals.Fetch, now: float) -> None:
        if action.method == "POST" and self._sending is not None:
            self._sends[action.fetch] = self._sending
        url = self._api_path + action.path
        self._record(history.FetchSent(now, self.name, action.fetch, action.method, url, action.catch_up))
        kept = None if action.no_store else self._cache.find(action.method, url, now)
        if kept is None:
            self._asked[action.fetch] = (action.method, None if action.no_store else url)
            self._hands.fetch(action)
        else:
            self._hands.recall(action.fetch, kept)

    def _abort(self, action: signals.Abort, now: float) -> None:
        self._hands.abort(action.fetch)
        self._asked.pop(action.fetch, None)
        label = self._sends.pop(action.fetch, None)
        if label is not None:
            self._record(history.PublishUnknown(now, label, history.GIVEN_UP))
        self._record(history.FetchEnded(now, self.name, action.fetch, error=history.GIVEN_UP))


# Whatever reaches beyond the page. By type and not by `match`, as BUBBLES: a page does something about each message.
_PERFORMED: dict[type[signals.ClientAction], Callable[[Host, Any, float], None]] = {
    signals.SetTimer: Host._set_timer,
    signals.CancelTimer: Host._cancel_timer,
    signals.Connect: Host._connect,
    signals.Send: Host._send,
    signals.HangUp: Host._hang_up,
    signals.Close: Host._close,
    signals.Fetch: Host._fetch,
    signals.Abort: Host._abort,
}
