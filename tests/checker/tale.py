"""Hand-written histories in few words, for tables that a person can judge by eye.

A script is words: `m1` is published and acknowledged, `m1?` has no certain outcome, `m1!` is refused. `+m1` a frame brings it and it is
shown last, `+m1/m3` shown just before m3; `>m1` a frame brings it and nothing is shown; `*m1` as + by a catch-up; `own:m1` the visitor's own bubble, `id:m1` it learns its id,
`failed:m1` it is marked as failed; `-m1` its (last) bubble disappears; `init:m1` it was on the first page. `|` ends the story. A word of
another kind of label (`x9`) is a message that nobody of this run published.

A truth is words too: `m1 m2=m3 m4` (m2 and m3 are a tie), `m2:other` has another body.
"""

from __future__ import annotations

from typing import Any, Self

import msgspec

from cablecheck.history import (
    ClosingBegan,
    Event,
    FetchEnded,
    FetchSent,
    Gone,
    Identified,
    MarkedFailed,
    PublishAcknowledged,
    PublishInvoked,
    PublishRefused,
    PublishUnknown,
    Received,
    RunBegan,
    RunEnded,
    Shown,
    TimelineRead,
    TruthRead,
    digest,
    mark_in,
    timeline_digest,
)
from cablecheck.truth import Stored, Truth

NONCE = "abc"
OWN = '{"channel":"WebchatChannel"}'


def body_of(label: str) -> str:
    """The body of a message: with the run's mark if the story published it."""
    return f"hello [cc:{NONCE}:{label}]" if label[0] in "mpd" else f"stranger {label}"


def id_of(label: str) -> str:
    """The id of a message: m7 is 107, and so is m7@2, for ids are each room's own; p1 is 201, d4 is 304, x9 is x9."""
    if label[0] not in "mpd":
        return label
    return str({"m": 100, "p": 200, "d": 300}[label[0]] + int(label[1:].partition("@")[0]))


def truth_of(words: str, **changed: Any) -> Truth:
    """A truth from its words."""
    stored = []
    for group, tied in enumerate(words.split()):
        for word in tied.split("="):
            label, _, body = word.partition(":")
            stored.append(Stored(id_of(label), body or body_of(label), key=str(group)))
    return Truth(tuple(stored), **changed)


class Tale:
    """A history in the making; every event is a tenth of a second after the one before, unless `wait` says more."""

    def __init__(self, clients: tuple[str, ...] = ("c1",)) -> None:
        self.at = 0.0
        self.events: list[Event] = []
        self.fetches = 0
        self.clients = clients
        self.numbers = dict.fromkeys(clients, 0)
        self.shows: dict[str, list[list[Any]]] = {client: [] for client in clients}
        self.add(
            RunBegan,
            "r1",
            "tale",
            "hellotext",
            "sim",
            "bundled",
            clients,
            NONCE,
            "0.1.0",
            "2026-01-01T00:00:00Z",
        )

    def add(self, kind: Any, /, *rest: Any, **named: Any) -> Self:
        """Any event, now."""
        self.events.append(kind(round(self.at, 3), *rest, **named))
        self.fetches += kind is FetchSent
        self.at += 0.1
        return self

    def wait(self, seconds: float) -> Self:
        """Nothing happens for a while."""
        self.at += seconds
        return self

    def say(self, script: str, client: str = "c1") -> Self:
        """Tell a script; what is shown is shown by this client."""
        for word in script.split():
            self._word(word, client)
        return self

    def end(self, ended: Any = "complete", truth: Truth | None = None) -> Self:
        """The closing protocol: two probes that reach everybody, the clients are asked, the truth is read."""
        for probe in ("p1", "p2"):
            self.publish(probe)
            for client in self.clients:
                self.say(f"+{probe}", client)
        return self.ask().close(truth, ended)

    def close(self, truth: Truth | None, ended: Any = "complete") -> Self:
        """The truth is read, and the run is over."""
        if truth is not None:
            self.add(TruthRead, len(truth.messages), truth.complete, truth.reason)
        return self.add(RunEnded, ended)

    def ask(self, *clients: str) -> Self:
        """Ask the clients what they show."""
        for client in clients or self.clients:
            ids = [bubble[2] for bubble in self.shows[client]]
            self.add(TimelineRead, client, len(ids), timeline_digest(ids))
        return self

    def publish(self, label: str, outcome: str = "ok", by: str = "agent") -> Self:
        """A message is published, with this outcome."""
        room = int(label.partition("@")[2] or 1)
        self.add(PublishInvoked, label, mark_in(body_of(label)), by, label[0] == "p", room)
        match outcome:
            case "ok":
                self.add(PublishAcknowledged, label, id_of(label))
            case "fail":
                self.add(PublishRefused, label, "422 Unprocessable Content", 422)
            case "info":
                self.add(PublishUnknown, label, "timeout")
        return self

    def frame(self, label: str, client: str = "c1", socket: int = 1) -> Self:
        """A frame with this message reaches the client."""
        return self.add(Received, client, socket, "message", OWN, id_of(label), digest(f"frame {label}"))

    def catch_up(
        self, *labels: str, client: str = "c1", fetch: int = 0, after: str = "m1", **ended: Any
    ) -> Self:
        """A catch-up is sent and answered with these messages."""
        number = fetch or self.fetches + 1
        self.add(FetchSent, client, number, "GET", f"/messages?after_id={id_of(after)}&session=s", True)
        answer = {"status": 200, "ids": tuple(map(id_of, labels))} | ended
        return self.add(FetchEnded, client, number, **answer)

    def show(
        self, label: str, client: str, before: str | None = None, source: Any = "socket", **fields: Any
    ) -> Self:
        """A bubble appears, last or just before another's."""
        shows = self.shows[client]
        at = len(shows) if before is None else max(i for i, b in enumerate(shows) if b[1] == before)
        self.numbers[client] += 1
        node = self.numbers[client]
        body = fields.pop("text", body_of(label))
        fields = {"id": id_of(label), "nonce": mark_in(body), "body": digest(body)} | fields
        self.add(Shown, client, node, shows[at - 1][0] if at else 0, source, **fields)
        shows.insert(at, [node, label, fields["id"]])
        return self

    def _word(self, word: str, client: str) -> None:
        match word[0]:
            case "+":
                label, _, before = word[1:].partition("/")
                self.frame(label, client).show(label, client, before or None)
            case "*":
                label, _, before = word[1:].partition("/")
                self.catch_up(label, client=client).show(label, client, before or None, "catch-up")
            case ">":
                self.frame(word[1:], client)
            case "-":
                bubble = self._last(word[1:], client)
                self.add(Gone, client, bubble[0])
                self.shows[client].remove(bubble)
            case "|":
                self.add(ClosingBegan)
            case _ if ":" in word:
                verb, _, label = word.partition(":")
                self._own(verb, label, client)
            case _:
                outcome = {"?": "info", "!": "fail"}.get(word[-1], "ok")
                self.publish(word.rstrip("?!"), outcome)

    def _own(self, verb: str, label: str, client: str) -> None:
        match verb:
            case "own":
                self.show(label, client, source="own", id=None)
            case "init":
                self.show(label, client, source="initial")
            case "id":
                bubble = self._last(label, client)
                bubble[2] = id_of(label)
                self.add(Identified, client, bubble[0], bubble[2])
            case "failed":
                self.add(MarkedFailed, client, self._last(label, client)[0])

    def _last(self, label: str, client: str) -> list[Any]:
        return next(bubble for bubble in reversed(self.shows[client]) if bubble[1] == label)


def told(script: str, words: str, **changed: Any) -> tuple[list[Event], Truth]:
    """A whole run of one client from its words: the closing protocol is added."""
    truth = truth_of(f"{words} p1 p2", **changed)
    story, _, late = script.partition("|")
    return Tale().say(story).say("|").say(late).end(truth=truth).events, truth


def without(events: list[Event], *kinds: type[Event]) -> list[Event]:
    """The history without its events of these kinds."""
    return [event for event in events if not isinstance(event, kinds)]


def instead(events: list[Event], kind: type[Event], **changed: Any) -> list[Event]:
    """The history with all its events of one kind changed."""
    return [
        msgspec.structs.replace(event, **changed) if isinstance(event, kind) else event for event in events
    ]
