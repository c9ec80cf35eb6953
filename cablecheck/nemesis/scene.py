"""What the nemesis knows: the clients, their connections, and what each connection has shown so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from cablecheck.cable import json_values
from cablecheck.cable.identifiers import same
from cablecheck.nemesis.came import Came
from cablecheck.nemesis.signals import Link

_STRANGER = '{"channel":"OtherChannel"}'


@dataclass(slots=True)
class Connection:
    """One connection that is not over. `live`: its client can still feel what is done to it."""

    link: Link
    catch_up: bool = False
    live: bool = True
    hung: bool = False
    own: list[str] = field(default_factory=list)
    last_message: str | None = None

    def owns(self, identifier: str) -> bool:
        """Whether the client has subscribed with this identifier on this socket."""
        return any(same(identifier, own) for own in self.own)

    def latest(self) -> str | None:
        """The identifier that the client last subscribed with on this socket."""
        return self.own[-1] if self.own else None

    def other(self) -> str:
        """An identifier that the client has not subscribed with, as near to its own as can be."""
        if not self.own:
            return _STRANGER
        read = json_values.parse(self.own[-1])  # an object: else it were no Subscribe
        texts = [key for key, value in read.items() if isinstance(value, str) and key != "channel"]
        key = texts[-1] if texts else "other"
        return json_values.write(read | {key: f"{read.get(key, '')}-other"})

    @property
    def created_at(self) -> str | None:
        """The time that the target's last message on this connection carries, if it carries one."""
        return None if self.last_message is None else _created_at(self.last_message)

    def learn(self, came: Came) -> None:
        """Take note of a subscription of the client's, and of the target's last message."""
        if came.kind == "subscribe" and came.identifier is not None:
            self.own.append(came.identifier)
        elif came.kind == "message" and came.direction == "down":
            self.last_message = came.text
        elif came.ends and came.direction == "up":
            self.live = False


def _created_at(text: str) -> str | None:
    frame = json_values.parse(text)
    message = frame.get("message")
    found = message.get("created_at") if isinstance(message, dict) else None
    return found if isinstance(found, str) else None


@dataclass(slots=True)
class Scene:
    """All of it. A connection that was never dialled (a world of tests) is made up when it first shows something."""

    rng: Random
    clients: list[str] = field(default_factory=list)
    connections: dict[Link, Connection] = field(default_factory=dict)

    def meet(self, client: str) -> None:
        """Remember this client."""
        if client not in self.clients:
            self.clients.append(client)

    def at(self, link: Link) -> Connection:
        """The connection of this link."""
        connection = self.connections.get(link)
        if connection is None:
            self.meet(link.client)
            connection = self.connections[link] = Connection(link)
        return connection

    def cables(self, client: str | None) -> list[Connection]:
        """The cable connections that a client (None: any) feels now, in the order in which they were made."""
        return [
            connection
            for link, connection in self.connections.items()
            if link.kind == "cable" and connection.live and client in (None, link.client)
        ]
