"""A chat over a ledger in memory, whose actions are performed as they come: the smallest world there is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from cablecheck.cable.identifiers import Routing
from cablecheck.chat.chat import Chat
from cablecheck.chat.hub import Hub
from cablecheck.chat.ledger import Ledger, MemoryLedger
from cablecheck.chat.signals import (
    Answer,
    Asked,
    Attach,
    Broadcast,
    ChatAction,
    ChatEvent,
    Commanded,
    Detach,
    Joined,
    Later,
    PageRead,
    ReadPage,
    Store,
    Transmit,
)
from cablecheck.scenario.defects import Defect

TOKEN = "agent-token"
NOON = 1780315200.0  # 2026-06-01T12:00:00Z
ROOT = "/v1/public/webchats/w1"


@dataclass
class World:
    """Time stands still unless `now` is moved, or passes."""

    ledger: Ledger = field(default_factory=MemoryLedger)
    now: float = NOON
    sent: dict[int, list[str]] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    told: list[ChatAction] = field(default_factory=list)
    defects: tuple[Defect, ...] = ()
    put_off: list[tuple[float, int, Sequence[ChatAction]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.hub = Hub()
        self.chat = Chat(
            webchat="w1", token=TOKEN, rng=Random(7), kept=self.ledger.load(), defects=self.defects
        )

    def restarted(self) -> World:
        return World(self.ledger, self.now, defects=self.defects)

    def wait(self, seconds: float) -> None:
        """What was put off is performed when its time comes."""
        until = self.now + seconds
        while self.put_off and min(self.put_off)[0] <= until:
            due = min(self.put_off)
            self.put_off.remove(due)
            self.now = due[0]
            self.perform(due[2])
        self.now = until

    def tell(self, event: ChatEvent) -> None:
        self.perform(self.chat.handle(event, self.now))

    def perform(self, actions: Sequence[ChatAction]) -> None:
        for action in actions:
            self.told.append(action)
            match action:
                case Store(rows):
                    self.ledger.keep(rows)
                case ReadPage(ask, session, after, limit):
                    self.tell(PageRead(ask, self.ledger.page(session, after, limit)))
                case Answer():
                    self.answers[action.ask] = action
                case Transmit(socket, text):
                    self.sent.setdefault(socket, []).append(text)
                case Broadcast():
                    self.perform(self.hub.transmissions(action))
                case Attach():
                    self.hub.attach(action)
                case Detach():
                    self.hub.detach(action)
                case Later(seconds, later):
                    self.put_off.append((self.now + seconds, next(self.numbers), later))

    def ask(
        self, method: str, target: str, body: object = None, token: str | None = None
    ) -> tuple[int, Any, Answer]:
        answer = self.answers[self.send(method, target, body, token)]
        return answer.status, json.loads(answer.json), answer

    def send(self, method: str, target: str, body: object = None, token: str | None = None) -> int:
        """A request whose answer may come later: the number under which `answers` will have it."""
        number = next(self.numbers)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.tell(Asked(number, method, target, raw, token and f"Bearer {token}"))
        return number

    def begin(self) -> tuple[str, str]:
        status, value, _ = self.ask("POST", f"{ROOT}/sessions")
        assert status == 201
        return value["session"], value["conversation"]

    def agent(self, conversation: str, body: str, **more: object) -> dict[str, str]:
        status, value, _ = self.ask(
            "POST", f"{ROOT}/messages", {"conversation": conversation, "body": body, **more}, TOKEN
        )
        assert status == 201
        return value

    def visitor(self, session: str, body: str) -> dict[str, str]:
        status, value, _ = self.ask("POST", f"{ROOT}/messages", {"session": session, "body": body})
        assert status == 201
        return value

    def visitor_says(self, session: str, body: str) -> None:
        """The same without waiting for an answer."""
        self.send("POST", f"{ROOT}/messages", {"session": session, "body": body})

    def messages(self, session: str, query: str = "") -> dict[str, Any]:
        status, value, _ = self.ask("GET", f"{ROOT}/messages?session={session}{query}")
        assert status == 200
        return value

    def join(self) -> int:
        number = next(self.numbers)
        self.tell(Joined(number))
        return number

    def command(self, socket: int, **command: object) -> list[str]:
        """The frames that a command brings to its socket at once."""
        return self.hear(socket, json.dumps(command))

    def hear(self, socket: int, text: str) -> list[str]:
        before = len(self.sent[socket])
        self.tell(Commanded(socket, text))
        return self.sent[socket][before:]

    def subscribed(self, session: str, conversation: str) -> tuple[int, str]:
        identifier = Routing("w1", session, conversation).identifier
        socket = self.join()
        assert len(self.command(socket, command="subscribe", identifier=identifier)) == 1
        return socket, identifier
