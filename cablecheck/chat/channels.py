"""The cable side: which subscriptions a socket has, and what a command makes of them.

Silence is the rule, as in Rails: a duplicate subscribe, an unknown channel, an unknown command, an unsubscribe get no frame.
"""

from __future__ import annotations

from typing import assert_never

from cablecheck.cable import commands, frames, json_values
from cablecheck.cable.identifiers import WEBCHAT_CHANNEL
from cablecheck.chat.rooms import Rooms
from cablecheck.chat.signals import Attach, ChatAction, Detach, Transmit

PING_SECONDS = 3.0  # rails/rails actioncable server/connections.rb BEAT_INTERVAL


class Channels:
    """The open sockets and their subscriptions, each known by its identifier as it was spelt."""

    def __init__(self, rooms: Rooms, webchat: str) -> None:
        self._rooms = rooms
        self._webchat = webchat
        self._sockets: dict[int, set[str]] = {}

    def join(self, socket: int) -> list[ChatAction]:
        """Welcome a socket."""
        self._sockets[socket] = set()
        return [Transmit(socket, frames.welcome())]

    def leave(self, socket: int) -> list[ChatAction]:
        """Forget a socket."""
        del self._sockets[socket]
        return [Detach(socket)]

    def beat(self, now: float) -> list[ChatAction]:
        """Ping every socket."""
        ping = frames.ping(int(now))
        return [Transmit(socket, ping) for socket in self._sockets]

    def command(self, socket: int, text: str) -> list[ChatAction]:
        """Do what a text frame asks for, or nothing."""
        command = commands.read_command(text)
        match command:
            case commands.Subscribe(identifier):
                return self._subscribe(socket, identifier)
            case commands.Unsubscribe(identifier):
                return self._unsubscribe(socket, identifier)
            case commands.Perform() | commands.UnknownCommand():
                return []  # started_typing is all that the SDK performs, and nobody but the agent would see it
            case _:
                assert_never(command)

    def _subscribe(self, socket: int, identifier: str) -> list[ChatAction]:
        """Attach first, then confirm: whoever has a confirm misses nothing that is broadcast after it."""
        if identifier in self._sockets[socket]:
            return []
        wanted = json_values.parse(identifier)  # an object, or it would be no Subscribe
        if wanted.get("channel") != WEBCHAT_CHANNEL:
            return []
        conversation = self._conversation(wanted)
        if conversation is None:
            return [Transmit(socket, frames.reject(identifier))]
        self._sockets[socket].add(identifier)
        return [Attach(socket, identifier, conversation), Transmit(socket, frames.confirm(identifier))]

    def _conversation(self, wanted: dict[str, json_values.JsonValue]) -> str | None:
        """The conversation that may be heard under these routing keys."""
        webchat, token, conversation = wanted.get("id"), wanted.get("session"), wanted.get("conversation")
        if webchat != self._webchat or not isinstance(token, str) or not isinstance(conversation, str):
            return None
        session = self._rooms.session(self._webchat, token)
        return conversation if session is not None and conversation in session.conversations else None

    def _unsubscribe(self, socket: int, identifier: str) -> list[ChatAction]:
        if identifier not in self._sockets[socket]:
            return []
        self._sockets[socket].remove(identifier)
        return [Detach(socket, identifier)]
