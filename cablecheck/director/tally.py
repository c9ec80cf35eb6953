"""What has happened so far, as far as a step can wait for it: counts of events, labels shown, and what is in flight."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from cablecheck.cable.identifiers import same
from cablecheck.history import (
    Armed,
    Closed,
    Closing,
    Connecting,
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

Counts = Mapping[tuple[str, str | None], int]


class Tally:
    """Counts what happened, by word and client (client None: things no client does)."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._shown: dict[str, set[str]] = defaultdict(set)
        self._fired: Counter[tuple[str, str]] = Counter()
        self._armed_for: dict[str, str | None] = {}
        self._acknowledged: dict[str, None] = {}
        self._identifiers: dict[str, list[str]] = defaultdict(list)
        self._catch_ups: set[tuple[str, int]] = set()
        self._in_flight: set[tuple[object, ...]] = set()
        self._slowed: dict[str, float] = {}
        self._last_stir = 0.0

    def snapshot(self) -> Counts:
        """The counts as they stand now."""
        return dict(self._counts)

    def since(self, earlier: Counts, word: str, client: str | None) -> int:
        """How often this happened since the snapshot."""
        return self._counts[word, client] - earlier.get((word, client), 0)

    def shown(self, mark: str, clients: Iterable[str]) -> bool:
        """Whether a body with this mark is shown, or once was, by each of these clients."""
        return all(mark in self._shown[client] for client in clients)

    def fired(self, fault: str, client: str) -> int:
        """How often this fault touched something of this client."""
        return self._fired[fault, client]

    def armed_for(self, fault: str) -> str | None:
        """The one client that this fault is armed for; None: every client."""
        return self._armed_for.get(fault)

    @property
    def acknowledged(self) -> Iterable[str]:
        """The labels of the messages that the target said it stored, probes too."""
        return self._acknowledged

    def known(self, label: str) -> bool:
        """Whether the publish of this label has an outcome, certain or not."""
        return self._counts["outcome", label] > 0

    def slow_down(self, fault: str, seconds: float) -> None:
        """Until this fault is healed, whatever is under way may be so much later, and nothing tells of it meanwhile."""
        self._slowed[fault] = seconds

    def quiet_at(self) -> float | None:
        """When the silence will have lasted long enough, or None while something is in flight."""
        return None if self._in_flight else self._last_stir + QUIET_SECONDS + sum(self._slowed.values())

    def take(self, event: Event) -> None:
        """Count one event."""
        self._count_client(event)
        self._count_rest(event)
        self._fly(event)
        if _stirs(event):
            self._last_stir = event.at

    def _hit(self, word: str, client: str | None) -> None:
        self._counts[word, client] += 1

    def _count_client(self, event: Event) -> None:
        match event:
            case Connecting():
                self._hit("connecting", event.client)
            case Opened():
                self._hit("connected", event.client)
            case Sent(command="subscribe"):
                self._hit("subscribing", event.client)
                self._identifiers[event.client].append(event.identifier or "")
            case Received(kind="confirm"):
                if any(same(event.identifier or "", own) for own in self._identifiers[event.client]):
                    self._hit("confirmed", event.client)
            case Received():
                if event.kind in _FRAME_WORDS:
                    self._hit(_FRAME_WORDS[event.kind], event.client)
            case Closing():
                self._hit("closing", event.client)
            case Closed():
                self._hit("closed", event.client)
            case Errored():
                self._hit("errored", event.client)
            case FetchSent(catch_up=True):
                self._catch_ups.add((event.client, event.fetch))
                self._hit("catch-up-sent", event.client)
            case FetchEnded() if (event.client, event.fetch) in self._catch_ups:
                self._hit("catch-up-answered", event.client)
            case Shown() if event.source != "initial":
                self._hit("shown", event.client)
            case Raised():
                self._hit("raised", event.client)
            case _:
                pass

    def _count_rest(self, event: Event) -> None:
        match event:
            case Shown(nonce=str(mark)):
                self._shown[event.client].add(mark)
            case Fired():
                self._fired[event.fault, event.client] += 1
            case Armed():
                self._armed_for[event.fault] = event.client
            case PublishAcknowledged():
                self._acknowledged[event.label] = None
                self._hit("published", None)
                self._hit("outcome", event.label)
            case PublishRefused() | PublishUnknown():
                self._hit("outcome", event.label)
            case VisitorActed(act="switch"):
                self._hit("switched", None)
            case VisitorActed():
                self._hit("acted", event.client)
            case ServerStopped():
                self._hit("server-stopped", None)
            case ServerStarted():
                self._hit("server-started", None)
            case _:
                pass

    def _fly(self, event: Event) -> None:
        flying = self._in_flight
        match event:
            case Connecting():
                flying.add(("socket", event.client, event.socket))
            case Opened():
                flying.discard(("socket", event.client, event.socket))
            case Closing():  # TCP is still open: its end may be the client's only sign to come back
                flying.add(("socket", event.client, event.socket))
            case Closed():
                flying.discard(("socket", event.client, event.socket))
            case TimerSet():
                flying.add(("timer", event.client, event.name))
            case TimerFired() | TimerCancelled():
                flying.discard(("timer", event.client, event.name))
            case FetchSent():
                flying.add(("fetch", event.client, event.fetch))
            case FetchEnded():
                flying.discard(("fetch", event.client, event.fetch))
            case PublishInvoked():
                flying.add(("publish", event.label))
            case PublishAcknowledged() | PublishRefused() | PublishUnknown():
                flying.discard(("publish", event.label))
            case ServerStopped():
                flying.add(("server",))
            case ServerStarted():
                flying.discard(("server",))
            case Healed():
                self._slowed.pop(event.fault, None)
            case _:
                pass


def _stirs(event: Event) -> bool:
    """Whether the silence begins anew with this. Whatever was in flight and lands does: what follows from it is told of next."""
    match event:
        case Received(kind="ping"):
            return False
        case (
            Received() | Sent() | Opened() | Closed() | Connecting() | Closing() | Errored() | FetchSent()
            | FetchEnded() | Shown() | TimerFired() | TimerCancelled() | PublishAcknowledged() | PublishRefused()
            | PublishUnknown() | ServerStarted() | Fired()
        ):  # fmt: skip
            return not (isinstance(event, Fired) and event.kind == "ping")
        case _:
            return False
