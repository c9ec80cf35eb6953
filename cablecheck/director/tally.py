"""What has happened so far, as far as a step can wait for it: counts of events, labels shown, and what is in flight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

from cablecheck.cable.identifiers import same
from cablecheck.history import (
    Armed,
    Closed,
    Closing,
    Connecting,
    DeployBegan,
    DeployEnded,
    Errored,
    Event,
    FetchEnded,
    FetchSent,
    Fired,
    Healed,
    Opened,
    PublishAcknowledged,
    PublishInvoked,
    PublishRefused,
    PublishUnknown,
    Raised,
    Received,
    Sent,
    ServerStarted,
    ServerStopped,
    Shown,
    TimerCancelled,
    TimerFired,
    TimerSet,
    VisitorActed,
)

# How long nothing but pings must have passed before a settle believes the silence.
QUIET_SECONDS = 1.0

_FRAME_WORDS = {
    "welcome": "welcomed",
    "reject": "rejected",
    "ping": "pinged",
    "message": "message",
    "disconnect": "disconnect",
}

Frame = tuple[str, int | None, str | None]  # a client, its socket, the digest of the text
Counts = Mapping[tuple[str, str | None], int]


class Tally:
    """Counts what happened, by word and client (client None: things no client does).

    `known` are the labels of the publishes that have an outcome, certain or not; `deploys` the faults whose commands run or are to.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str | None], int] = defaultdict(int)
        self._shown: dict[str, set[str]] = defaultdict(set)
        self._fired: dict[tuple[str, str], int] = defaultdict(int)
        self._armed_for: dict[str, str | None] = {}
        self._acknowledged: dict[str, None] = {}
        self.known: set[str] = set()
        self._identifiers: dict[str, list[str]] = defaultdict(list)
        self._catch_ups: set[tuple[str, int]] = set()
        self._in_flight: set[tuple[object, ...]] = set()
        self._slowed: dict[str, float] = {}
        self._waiting: dict[Frame, str] = {}  # on a narrow line, and the fault that makes it one
        self._last_stir = 0.0
        self.deploys: set[str] = set()

    def snapshot(self) -> Counts:
        """The counts as they stand now."""
        return dict(self._counts)

    def since(self, earlier: Counts, word: str, client: str | None) -> int:
        """How often this happened since the snapshot."""
        return self._counts.get((word, client), 0) - earlier.get((word, client), 0)

    def shown(self, sights: Iterable[tuple[str, str]]) -> bool:
        """Whether each of these clients shows, or once showed, a body with its mark."""
        return all(mark in self._shown[client] for client, mark in sights)

    def fired(self, fault: str, client: str) -> int:
        """How often this fault touched something of this client."""
        return self._fired.get((fault, client), 0)

    def armed_for(self, fault: str) -> str | None:
        """The one client that this fault is armed for; None: every client."""
        return self._armed_for.get(fault)

    @property
    def acknowledged(self) -> Iterable[str]:
        """The labels of the messages that the target said it stored, probes too."""
        return self._acknowledged

    def slow_down(self, fault: str, seconds: float) -> None:
        """Until this fault is healed, whatever is under way may be so much later, and nothing tells of it meanwhile."""
        self._slowed[fault] = seconds

    @property
    def asking(self) -> bool:
        """Whether a fetch is under way."""
        return any(what[0] == "fetch" for what in self._in_flight)

    def quiet_at(self) -> float:
        """When the silence will have lasted long enough; never while something is in flight."""
        if self._in_flight or self._waiting:
            return inf
        return self._last_stir + QUIET_SECONDS + sum(self._slowed.values())

    # Where `_last_stir` is set the silence begins anew. Whatever was in flight and lands stirs: what follows from it is told of next.

    def _forget(self, gone: Callable[[Frame, str], bool]) -> None:
        """Wait no longer for these frames on a narrow line."""
        self._waiting = {frame: fault for frame, fault in self._waiting.items() if not gone(frame, fault)}

    # Sockets

    def _connecting(self, event: Connecting) -> None:
        self._counts["connecting", event.client] += 1
        self._in_flight.add(("socket", event.client, event.socket))
        self._last_stir = event.at

    def _opened(self, event: Opened) -> None:
        self._counts["connected", event.client] += 1
        self._in_flight.discard(("socket", event.client, event.socket))
        self._last_stir = event.at

    def _received(self, event: Received) -> None:
        kind = event.kind
        if kind == "confirm":
            if any(same(event.identifier or "", own) for own in self._identifiers[event.client]):
                self._counts["confirmed", event.client] += 1
        elif kind in _FRAME_WORDS:
            self._counts[_FRAME_WORDS[kind], event.client] += 1
        if self._waiting:
            self._waiting.pop((event.client, event.socket, event.digest), None)
        if kind != "ping":
            self._last_stir = event.at

    def _sent(self, event: Sent) -> None:
        if event.command == "subscribe":
            self._counts["subscribing", event.client] += 1
            self._identifiers[event.client].append(event.identifier or "")
        self._last_stir = event.at

    def _closing(self, event: Closing) -> None:
        """TCP is still open: its end may be the client's only sign to come back."""
        self._counts["closing", event.client] += 1
        self._in_flight.add(("socket", event.client, event.socket))
        self._last_stir = event.at

    def _closed(self, event: Closed) -> None:
        self._counts["closed", event.client] += 1
        self._in_flight.discard(("socket", event.client, event.socket))
        self._forget(lambda frame, _: frame[:2] == (event.client, event.socket))
        self._last_stir = event.at

    def _errored(self, event: Errored) -> None:
        self._counts["errored", event.client] += 1
        self._last_stir = event.at

    # Timers: one that only watches for what may go wrong is not waited for

    def _timer_set(self, event: TimerSet) -> None:
        timer = ("timer", event.client, event.name)
        if event.watch:
            self._in_flight.discard(timer)
        else:
            self._in_flight.add(timer)

    def _timer_over(self, event: TimerFired | TimerCancelled) -> None:
        timer = ("timer", event.client, event.name)
        if timer in self._in_flight:
            self._in_flight.discard(timer)
            self._last_stir = event.at

    # Fetches, and what is shown

    def _fetch_sent(self, event: FetchSent) -> None:
        if event.catch_up:
            self._catch_ups.add((event.client, event.fetch))
            self._counts["catch-up-sent", event.client] += 1
        self._in_flight.add(("fetch", event.client, event.fetch))
        self._last_stir = event.at

    def _fetch_ended(self, event: FetchEnded) -> None:
        if (event.client, event.fetch) in self._catch_ups:
            self._counts["catch-up-answered", event.client] += 1
        self._in_flight.discard(("fetch", event.client, event.fetch))
        self._last_stir = event.at

    def _shown_one(self, event: Shown) -> None:
        if event.source != "initial":
            self._counts["shown", event.client] += 1
        if event.nonce is not None:
            self._shown[event.client].add(event.nonce)
        self._last_stir = event.at

    def _raised(self, event: Raised) -> None:
        self._counts["raised", event.client] += 1

    # The story's own doings

    def _fire(self, event: Fired) -> None:
        self._fired[event.fault, event.client] += 1
        if event.kind == "ping":
            return
        self._last_stir = event.at
        if event.verb == "throttle" and event.fetch is None:
            self._waiting[event.client, event.socket, event.digest] = event.fault

    def _armed(self, event: Armed) -> None:
        self._armed_for[event.fault] = event.client

    def _healed(self, event: Healed) -> None:
        self._slowed.pop(event.fault, None)
        self._forget(lambda _, fault: fault == event.fault)

    def _invoked(self, event: PublishInvoked) -> None:
        self._in_flight.add(("publish", event.label))

    def _acknowledge(self, event: PublishAcknowledged) -> None:
        self._acknowledged[event.label] = None
        self._counts["published", None] += 1
        self._published(event)

    def _published(self, event: PublishAcknowledged | PublishRefused | PublishUnknown) -> None:
        self.known.add(event.label)
        self._in_flight.discard(("publish", event.label))
        self._last_stir = event.at

    def _visited(self, event: VisitorActed) -> None:
        if event.act == "switch":
            self._counts["switched", None] += 1
        else:
            self._counts["acted", event.client] += 1

    def _server_stopped(self, _: ServerStopped) -> None:
        self._counts["server-stopped", None] += 1
        self._in_flight.add(("server",))

    def _deploy_began(self, event: DeployBegan) -> None:
        self._counts["deploying", None] += 1
        self._in_flight.add(("deploy", event.fault))

    def _deploy_ended(self, event: DeployEnded) -> None:
        self._counts["deploying", None] += event.how == "unstarted"
        self.deploys.discard(event.fault)
        self._in_flight.discard(("deploy", event.fault))
        self._last_stir = event.at

    def _server_started(self, event: ServerStarted) -> None:
        self._counts["server-started", None] += 1
        self._in_flight.discard(("server",))
        self._last_stir = event.at


# An event of any other kind is counted nowhere. By type and not by `match`: this is asked of every event of every simulated world.
COUNTED: dict[type[Event], Callable[[Tally, Any], None]] = {
    Connecting: Tally._connecting,
    Opened: Tally._opened,
    Received: Tally._received,
    Sent: Tally._sent,
    Closing: Tally._closing,
    Closed: Tally._closed,
    Errored: Tally._errored,
    TimerSet: Tally._timer_set,
    TimerFired: Tally._timer_over,
    TimerCancelled: Tally._timer_over,
    FetchSent: Tally._fetch_sent,
    FetchEnded: Tally._fetch_ended,
    Shown: Tally._shown_one,
    Raised: Tally._raised,
    Fired: Tally._fire,
    Armed: Tally._armed,
    Healed: Tally._healed,
    PublishInvoked: Tally._invoked,
    PublishAcknowledged: Tally._acknowledge,
    PublishRefused: Tally._published,
    PublishUnknown: Tally._published,
    VisitorActed: Tally._visited,
    ServerStopped: Tally._server_stopped,
    ServerStarted: Tally._server_started,
    DeployBegan: Tally._deploy_began,
    DeployEnded: Tally._deploy_ended,
}
