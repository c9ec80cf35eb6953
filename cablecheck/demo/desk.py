"""Performs what the chat decides: one action after the other, and what is stored first is broadcast first.

All is done at once on Trio's one thread but storing and reading pages, which one clerk does in another thread, many at a time: so
many posts share a commit, and what follows each store is performed in the order of the stores before anything else may run.
"""

from __future__ import annotations

import heapq
import logging
import sqlite3
from collections.abc import Callable, Sequence
from itertools import count
from math import inf
from typing import assert_never

import trio

from cablecheck.chat import rest
from cablecheck.chat.channels import PING_SECONDS
from cablecheck.chat.chat import Chat
from cablecheck.chat.hub import Hub
from cablecheck.chat.ledger import Ledger, Page, Row
from cablecheck.chat.signals import (
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
from cablecheck.demo.outbox import Outbox

_LOG = logging.getLogger("cablecheck.demo")

Waiting = tuple[Store | ReadPage, Sequence[ChatAction]]


class Desk:
    """The chat's hands. `clock` gives Unix time in seconds."""

    def __init__(self, chat: Chat, ledger: Ledger, clock: Callable[[], float]) -> None:
        self._chat = chat
        self._ledger = ledger
        self._clock = clock
        self._hub = Hub()
        self._numbers = count(1)
        self._outboxes: dict[int, Outbox] = {}
        self._answers: dict[int, Answer] = {}
        self._answered: dict[int, trio.Event] = {}
        self._waiting: list[Waiting] = []
        self._work = trio.Event()
        self._put_off: list[tuple[float, int, Sequence[ChatAction]]] = []
        self._sooner = trio.Event()

    @property
    def sockets(self) -> int:
        """How many sockets there are."""
        return len(self._outboxes)

    async def ask(
        self, method: str, target: str, body: bytes = b"", authorization: str | None = None
    ) -> Answer:
        """What the chat answers to a request; a 201 only after its commit."""
        number = next(self._numbers)
        answered = self._answered[number] = trio.Event()
        try:
            self._tell(Asked(number, method, target, body, authorization))
            await answered.wait()
            return self._answers[number]
        finally:
            del self._answered[number]
            self._answers.pop(number, None)

    def join(self, outbox: Outbox) -> int:
        """Let a socket in; what it is sent goes to its outbox. Gives its number."""
        number = next(self._numbers)
        self._outboxes[number] = outbox
        self._tell(Joined(number))
        return number

    def hear(self, socket: int, text: str) -> None:
        """A text frame came from a socket."""
        self._tell(Commanded(socket, text))

    def leave(self, socket: int) -> None:
        """A socket is gone."""
        del self._outboxes[socket]
        self._tell(Left(socket))

    async def beat(self) -> None:
        """Ping all sockets from one timer, for ever."""
        while True:
            await trio.sleep(PING_SECONDS)
            self._tell(Beat())

    async def remember(self) -> None:
        """Perform what was put off when its time has come, for ever."""
        while True:
            due = self._put_off[0][0] if self._put_off else inf
            with trio.move_on_at(due):
                await self._sooner.wait()
            self._sooner = trio.Event()
            while self._put_off and self._put_off[0][0] <= trio.current_time():
                self._perform(heapq.heappop(self._put_off)[2])

    async def clerk(self) -> None:
        """Store and read, for ever. Raises sqlite3.Error when the disk does not take what was said."""
        while True:
            await self._work.wait()
            self._work = trio.Event()
            batch, self._waiting = self._waiting, []
            pages = await trio.to_thread.run_sync(self._keep_and_read, [action for action, _ in batch])
            for action, rest_of_list in batch:
                if isinstance(action, ReadPage):
                    self._give(action, pages[action.ask])
                self._perform(rest_of_list)

    def _keep_and_read(self, batch: list[Store | ReadPage]) -> dict[int, Page | Exception | None]:
        """In the clerk's thread. A page that can't be read spoils no commit."""
        rows: list[Row] = [row for action in batch if isinstance(action, Store) for row in action.rows]
        if rows:
            self._ledger.keep(rows)
        pages: dict[int, Page | Exception | None] = {}
        for action in batch:
            if isinstance(action, ReadPage):
                try:
                    pages[action.ask] = self._ledger.page(action.session, action.after, action.limit)
                except sqlite3.Error as error:
                    pages[action.ask] = error
        return pages

    def _give(self, action: ReadPage, page: Page | Exception | None) -> None:
        if isinstance(page, Exception):
            _LOG.error("a page could not be read: %s", page)
            self._answer(rest.refusal(action.ask, rest.ProblemError(500)))
        else:
            self._tell(PageRead(action.ask, page))

    def _tell(self, event: ChatEvent) -> None:
        self._perform(self._chat.handle(event, self._clock()))

    def _perform(self, actions: Sequence[ChatAction]) -> None:
        """Perform a list up to where it must wait for the clerk, who performs the rest of it."""
        for position, action in enumerate(actions):
            match action:
                case Store() | ReadPage():
                    self._waiting.append((action, actions[position + 1 :]))
                    self._work.set()
                    return
                case Answer():
                    self._answer(action)
                case Transmit():
                    self._transmit(action)
                case Broadcast():
                    for transmission in self._hub.transmissions(action):
                        self._transmit(transmission)
                case Attach(socket=socket):
                    if socket in self._outboxes:  # it may have left before its turn came
                        self._hub.attach(action)
                case Detach():
                    self._hub.detach(action)
                case Later(seconds=seconds, actions=later):
                    put_off = (trio.current_time() + seconds, next(self._numbers), later)
                    heapq.heappush(self._put_off, put_off)
                    self._sooner.set()
                case _:
                    assert_never(action)

    def _answer(self, answer: Answer) -> None:
        """Whoever asked may be gone."""
        if answer.ask in self._answered:
            self._answers[answer.ask] = answer
            self._answered[answer.ask].set()

    def _transmit(self, transmission: Transmit) -> None:
        """The socket may have left before what was put off for it."""
        outbox = self._outboxes.get(transmission.socket)
        if outbox is not None:
            outbox.put(transmission.text)
