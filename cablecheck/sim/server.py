"""The hands of the model chat in virtual time: it stores in memory, and is stopped and started like a process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Any, TypeAlias

from cablecheck.chat.channels import PING_SECONDS
from cablecheck.chat.chat import Chat
from cablecheck.chat.hub import Hub
from cablecheck.chat.ledger import MemoryLedger, MessageSaid
from cablecheck.chat.signals import (
    AgentSpoke,
    Answer,
    Asked,
    Attach,
    Beat,
    Broadcast,
    ChatAction,
    ChatEvent,
    Commanded,
    Detach,
    Joined,
    Later,
    Left,
    PageRead,
    ReadPage,
    Store,
    Transmit,
)
from cablecheck.scenario.defects import Defect
from cablecheck.sim.agenda import Agenda

# The seconds since 1970 at which every simulated run begins: 2026-06-01T12:00:00Z.
EPOCH_SECONDS = 1_780_315_200
TOKEN = "agent"  # noqa: S105 - a simulated secret
WEBCHAT = "w"

Answered: TypeAlias = Callable[[Answer], None]
Heard: TypeAlias = Callable[[str], None]


class Server:
    """One chat server. `ended` is called for every socket that it takes along when it stops."""

    def __init__(self, agenda: Agenda, seed: int, defects: Sequence[Defect] = ()) -> None:
        self._agenda = agenda
        self._seed = seed
        self._defects = defects
        self._ledger = MemoryLedger()
        self._numbers = count(1)
        self._life = 0
        self.up = False
        self.start()

    # The process

    def start(self) -> None:
        """Begin to serve, with what is kept."""
        self._life += 1
        self.up = True
        rng = Random(self._seed + self._life)
        self._chat = Chat(
            webchat=WEBCHAT, token=TOKEN, rng=rng, kept=self._ledger.load(), defects=self._defects
        )
        self._hub = Hub()
        self._hearing: dict[int, Heard] = {}
        self._asking: dict[int, Answered] = {}
        self._agenda.after(PING_SECONDS, self._beat, self._life)

    def stop(self) -> None:
        """Die: sockets and requests end, what is in memory is gone."""
        self._life += 1
        self.up = False
        self._hearing, self._asking = {}, {}

    def _beat(self, life: int) -> None:
        if life == self._life:
            self._tell(Beat())
            self._agenda.after(PING_SECONDS, self._beat, life)

    # Requests

    def ask(
        self, answered: Answered, method: str, target: str, body: str | None, authorization: str | None = None
    ) -> None:
        """Answer a request, after a moment's thought; one that dies with the server is never answered."""
        number = next(self._numbers)
        self._asking[number] = answered
        self._tell(Asked(number, method, target, (body or "").encode(), authorization))

    def speak(self, answered: Answered, conversation: str, body: str, created_at: str | None) -> None:
        """Take a message of the agent's."""
        number = next(self._numbers)
        self._asking[number] = answered
        self._tell(AgentSpoke(number, WEBCHAT, conversation, body, created_at))

    def messages(self, session: str) -> tuple[MessageSaid, ...]:
        """What is stored of a session, in the order of the list."""
        return tuple(self._ledger.messages.get(session, ()))

    @property
    def touched(self) -> tuple[str, ...]:
        """The defects that have changed anything in this process."""
        return tuple(sorted(self._chat.touched))

    # Sockets

    def join(self, hear: Heard) -> int:
        """Let a socket in; `hear` is called with each text that it is sent."""
        number = next(self._numbers)
        self._hearing[number] = hear
        self._tell(Joined(number))
        return number

    def hear(self, socket: int, text: str) -> None:
        """A text frame came from a socket."""
        if socket in self._hearing:
            self._tell(Commanded(socket, text))

    def leave(self, socket: int) -> None:
        """A socket is gone."""
        if self._hearing.pop(socket, None) is not None:
            self._tell(Left(socket))

    # What the chat decides

    def _tell(self, event: ChatEvent) -> None:
        self._perform(self._chat.handle(event, EPOCH_SECONDS + self._agenda.now))

    def _perform(self, actions: Sequence[ChatAction]) -> None:
        for action in actions:
            _PERFORMED[type(action)](self, action)

    def _store(self, store: Store) -> None:
        self._ledger.keep(store.rows)

    def _broadcast(self, broadcast: Broadcast) -> None:
        for transmission in self._hub.transmissions(broadcast):
            self._transmit(transmission)

    def _answer(self, answer: Answer) -> None:
        answered = self._asking.pop(answer.ask, None)
        if answered is not None:
            answered(answer)

    def _read(self, read: ReadPage) -> None:
        self._tell(PageRead(read.ask, self._ledger.page(read.session, read.after, read.limit)))

    def _attach(self, attach: Attach) -> None:
        if attach.socket in self._hearing:  # it may have left before its turn came
            self._hub.attach(attach)

    def _detach(self, detach: Detach) -> None:
        self._hub.detach(detach)

    def _put_off(self, later: Later) -> None:
        self._agenda.after(later.seconds, self._perform_late, later.actions, self._life)

    def _perform_late(self, actions: Sequence[ChatAction], life: int) -> None:
        if life == self._life:
            self._perform(actions)

    def _transmit(self, transmission: Transmit) -> None:
        hear = self._hearing.get(transmission.socket)
        if hear is not None:
            hear(transmission.text)


# By type and not by `match`: a chat does three things about each message.
_PERFORMED: dict[type[ChatAction], Callable[[Server, Any], None]] = {
    Store: Server._store,
    Broadcast: Server._broadcast,
    Answer: Server._answer,
    Transmit: Server._transmit,
    ReadPage: Server._read,
    Attach: Server._attach,
    Detach: Server._detach,
    Later: Server._put_off,
}
