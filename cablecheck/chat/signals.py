"""What the chat is told (events) and what it wants done (actions), one after the other.

The order of the actions is the server's promise: [store, broadcast, answer] answers only after the commit, and broadcasts only what
is stored. Whoever performs them does not begin one before the one before it is done, and keeps the order between lists: what is stored
first is broadcast first. A store that fails ends its list, and nobody is answered.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from cablecheck.cable import json_values
from cablecheck.cable.json_values import JsonValue
from cablecheck.chat.ledger import Page, Row

# Events ---------------------------------------------------------------------------------------------------------------------


class Asked(Struct, frozen=True):
    """A whole HTTP request. `target` begins with the path (`/v1/public/...?after_id=7`); `ask` is the performer's number for it."""

    ask: int
    method: str
    target: str
    body: bytes = b""
    authorization: str | None = None


class AgentSpoke(Struct, frozen=True):
    """What the agent's POST of a message comes to, for whoever shares the chat's process and needs no text for it.

    `created_at` None: the chat's own time.
    """

    ask: int
    webchat: str
    conversation: str
    body: str
    created_at: str | None = None


class PageRead(Struct, frozen=True):
    """What a ReadPage found; None: there is no such message in that session."""

    ask: int
    page: Page | None


class Joined(Struct, frozen=True):
    """A WebSocket to the cable opened; `socket` is the performer's number for it, never used twice."""

    socket: int


class Commanded(Struct, frozen=True):
    """A text frame came from a client."""

    socket: int
    text: str


class Left(Struct, frozen=True):
    """A WebSocket is gone."""

    socket: int


class Beat(Struct, frozen=True):
    """The timer that all sockets share went off; every PING_SECONDS."""


ChatEvent: TypeAlias = Asked | AgentSpoke | PageRead | Joined | Commanded | Left | Beat

# Actions --------------------------------------------------------------------------------------------------------------------


class Store(Struct, frozen=True):
    """Commit these rows, all or none."""

    rows: tuple[Row, ...]


class ReadPage(Struct, frozen=True):
    """Read up to `limit` messages of a session after message `after` (None: from the first); a PageRead follows."""

    ask: int
    session: str
    after: int | None
    limit: int


class Answer(Struct, frozen=True):
    """The answer to an Asked or an AgentSpoke; `value` is what its body says."""

    ask: int
    status: int
    value: JsonValue
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def json(self) -> str:
        """The text of the body."""
        return json_values.write(self.value)


class Transmit(Struct, frozen=True):
    """Send this text frame to one socket."""

    socket: int
    text: str


class Broadcast(Struct, frozen=True):
    """Send a payload to whoever is attached to the conversation at that moment, each under its own identifier."""

    conversation: str
    payload: JsonValue


class Attach(Struct, frozen=True):
    """From here on a subscription gets what is broadcast to the conversation."""

    socket: int
    identifier: str
    conversation: str


class Detach(Struct, frozen=True):
    """From here on a subscription gets nothing; `identifier` None: all subscriptions of the socket."""

    socket: int
    identifier: str | None = None


class Later(Struct, frozen=True):
    """Perform these once so much time has passed; what follows in the list does not wait. Only a chat with a defect asks for it.

    They are gone if the process dies, and what concerns a socket that is gone by then is not done.
    """

    seconds: float
    actions: tuple[ChatAction, ...]


ChatAction: TypeAlias = Store | ReadPage | Answer | Transmit | Broadcast | Attach | Detach | Later
