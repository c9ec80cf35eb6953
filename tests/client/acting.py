"""A page under test: events in, the interesting actions out, and small words for what servers say."""

import json
import random
from collections.abc import Iterable
from typing import Any

from cablecheck.cable import frames
from cablecheck.client import signals
from cablecheck.client.casting import client_of
from cablecheck.client.client import Client
from cablecheck.client.line import LineOf
from cablecheck.client.page import InitialMessage, Page
from cablecheck.client.profiles import HELLOTEXT, Profile
from cablecheck.client.signals import ClientAction, ClientEvent

NOON = "2026-06-01T12:00:{:02}.000Z"


class Always(random.Random):
    """A random number that is always the same."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


class Acting:
    """A client with a clock that stands still unless told."""

    def __init__(
        self,
        *ids: str,
        profile: Profile = HELLOTEXT,
        jitter: float = 0.0,
        rng: random.Random | None = None,
        page: Page | None = None,
        line_of: LineOf | None = None,
    ) -> None:
        initial = tuple(InitialMessage(id_, NOON.format(place)) for place, id_ in enumerate(ids, 1))
        page = page or Page("wc-1", "sess-1", "conv-1", initial)
        rng = rng or Always(0.0)
        self.client: Any = (
            client_of(page, profile, rng, jitter)
            if line_of is None
            else Client(page, profile, rng, jitter, line_of)
        )
        self.now = 0.0
        self.begun = self.client.start(self.now)

    def tell(self, *events: ClientEvent) -> list[ClientAction]:
        """All that the client does about these events."""
        return [action for event in events for action in self.client.handle(event, self.now)]

    def say(self, text: str, socket: int = 1) -> list[ClientAction]:
        """A frame arrives."""
        return self.tell(signals.Frame(socket, text))

    def hear(
        self, id_: object, at: int | str | None = None, socket: int = 1, **more: object
    ) -> list[ClientAction]:
        """A broadcast of a message arrives; `at` is its second after noon, or its created_at."""
        message: dict[str, object] = {"type": "message", "id": id_, "body": f"<p>{id_}</p>"}
        if at is not None:
            message["created_at"] = NOON.format(at) if isinstance(at, int) else at
        return self.say(frames.message("x", message | more), socket)

    def confirm(self, socket: int = 1, identifier: str | None = None) -> list[ClientAction]:
        """The subscription is confirmed."""
        return self.say(frames.confirm(self.client.identifier if identifier is None else identifier), socket)

    def opened(self, socket: int = 1) -> list[ClientAction]:
        return self.tell(signals.Opened(socket))

    def closed(self, socket: int = 1) -> list[ClientAction]:
        return self.tell(signals.Closed(socket))

    def ring(self, name: str = "reconnect") -> list[ClientAction]:
        return self.tell(signals.TimerFired(name))

    def lose_and_return(self, socket: int) -> list[ClientAction]:
        """Socket `socket` is lost, the next one opens and is confirmed: what the confirmation causes."""
        self.closed(socket)
        self.ring()
        self.opened(socket + 1)
        return self.confirm(socket + 1)

    def answer(self, fetch: int, *messages: object, status: int = 200) -> list[ClientAction]:
        return self.tell(signals.Answered(fetch, status, {"messages": list(messages)}))

    @property
    def ids(self) -> list[str | None]:
        return [node.id for node in self.client.timeline]

    @property
    def shown(self) -> str:
        return " ".join(id_ or "-" for id_ in self.ids)


def connected(*ids: str, **more: object) -> Acting:
    """A page whose first socket is open and confirmed."""
    acting = Acting(*ids, **more)  # type: ignore[arg-type]
    acting.opened()
    acting.confirm()
    return acting


def commands_in(actions: Iterable[ClientAction]) -> list[tuple[int, str, str]]:
    """The commands sent: socket, command, conversation."""
    sent = []
    for action in actions:
        if isinstance(action, signals.Send):
            command = json.loads(action.text)
            sent.append(
                (action.socket, command["command"], json.loads(command["identifier"])["conversation"])
            )
    return sent


def cursors_in(actions: Iterable[ClientAction]) -> list[str]:
    """The paths of the catch-ups asked for."""
    return [action.path for action in actions if isinstance(action, signals.Fetch) and action.catch_up]


def raised_in(actions: Iterable[ClientAction]) -> int:
    """How many listeners threw."""
    return sum(isinstance(action, signals.Raise) and not action.rejected for action in actions)


def rejected_in(actions: Iterable[ClientAction]) -> int:
    """How many promises were rejected with nobody to handle it."""
    return sum(isinstance(action, signals.Raise) and action.rejected for action in actions)


def item(id_: object, at: int | None = None, **more: object) -> dict[str, object]:
    """A message as a catch-up lists it."""
    message: dict[str, object] = {"id": id_, "body": "x"} | more
    return message if at is None else message | {"created_at": NOON.format(at)}
