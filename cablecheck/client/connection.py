"""The shared cable: one socket at a time, replaced when it is dead, and one timer to reconnect.

The client itself never closes a socket, so an open one is never replaced; and while a socket is closing, nothing is delivered on it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from cablecheck.client.fetches import Act
from cablecheck.client.javascript import round_half_up
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.signals import CancelTimer, Connect, Send, SetTimer

# hellotext.js 2.5.5, src/channels/application_channel.js
RECONNECT_BASE_MILLISECONDS = 500
RECONNECT_CAP_MILLISECONDS = 10_000
RECONNECT_JITTER = 0.3

RECONNECT_TIMER = "reconnect"
_CAPPED_DOUBLINGS = 10  # from here on the cap rules; the power need not grow with the length of an outage


class State(Enum):
    """WebSocket.readyState, as far as the client can see a socket that is not yet closed."""

    CONNECTING = auto()
    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


@dataclass(slots=True, eq=False)
class Socket:
    """One socket, and the commands that wait for it to open (and are lost if it never does)."""

    number: int
    state: State = State.CONNECTING
    queued: list[str] = field(default_factory=list)


class Cable:
    """The connection that all channels share. `on_drop` and `on_reopen` are called as the page's own handlers are."""

    def __init__(self, profile: Profile, rng: random.Random, jitter: float, act: Act) -> None:
        self._profile = profile
        self._rng = rng
        self._jitter = jitter
        self._act = act
        self._socket: Socket | None = None
        self._sockets: dict[int, Socket] = {}
        self._count = 0
        self._attempts = 0
        self._timer_set = False
        self._needs_resubscribe = False
        self.on_drop: list[Callable[[], None]] = []
        self.on_reopen: list[Callable[[], None]] = []

    def send(self, text: str) -> None:
        """Send a command: now on an open socket, else when the (perhaps new) socket opens."""
        socket = self._ensure()
        if socket.state is State.OPEN:
            self._act(Send(socket.number, text))
        elif socket.state is State.CONNECTING:
            socket.queued.append(text)

    def delivers(self, number: int) -> bool:
        """Whether a frame of this socket reaches the page."""
        socket = self._sockets.get(number)
        return socket is not None and socket.state is State.OPEN

    def opened(self, number: int) -> None:
        """The upgrade succeeded: resubscribe first if need be, then send what was queued."""
        socket = self._sockets.get(number)
        if socket is None or socket.state is not State.CONNECTING:
            return
        assert socket is self._socket, "a connecting socket is never replaced"
        socket.state = State.OPEN
        self._attempts = 0
        if self._needs_resubscribe:
            self._needs_resubscribe = False
            for reopened in self.on_reopen:
                reopened()
        for text in socket.queued:
            self._act(Send(number, text))
        socket.queued.clear()

    def closing(self, number: int) -> None:
        """A Close frame came: from here on the socket is as good as dead, but no handler runs yet."""
        socket = self._sockets.get(number)
        if socket is not None:
            socket.state = State.CLOSING

    def down(self, number: int) -> None:
        """The socket failed or closed; an error and the close that follows it count once, a replaced socket not at all."""
        socket = self._sockets.pop(number, None)
        if socket is None:
            return
        socket.state = State.CLOSED
        if socket is not self._socket:
            return
        for dropped in self.on_drop:
            dropped()
        if Rule.RECONNECT not in self._profile:
            return
        self._socket = None
        self._needs_resubscribe = True
        assert not self._timer_set, "a timer and a socket never stand together"
        self._timer_set = True
        self._act(SetTimer(RECONNECT_TIMER, self._delay_milliseconds()))

    def timer_fired(self) -> None:
        """The wait is over: count the attempt and open a new socket."""
        if self._timer_set:
            self._timer_set = False
            self._attempts += 1
            self._open()

    def _ensure(self) -> Socket:
        socket = self._socket
        if socket is not None:
            alive = socket.state in (State.CONNECTING, State.OPEN)
            if alive or Rule.REPLACE_DEAD_SOCKET not in self._profile:
                return socket
            self._needs_resubscribe = True
        return self._open()

    def _open(self) -> Socket:
        if self._timer_set:
            self._timer_set = False
            self._act(CancelTimer(RECONNECT_TIMER))
        self._count += 1
        self._socket = self._sockets[self._count] = Socket(self._count)
        self._act(Connect(self._count))
        return self._socket

    def _delay_milliseconds(self) -> int:
        doublings = min(self._attempts, _CAPPED_DOUBLINGS) if Rule.BACK_OFF in self._profile else 0
        delay = min(RECONNECT_CAP_MILLISECONDS, RECONNECT_BASE_MILLISECONDS << doublings)
        if Rule.JITTER not in self._profile:
            return delay
        return delay + round_half_up(delay * RECONNECT_JITTER * (self._rng.random() * self._jitter))
