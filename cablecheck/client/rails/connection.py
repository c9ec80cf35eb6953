"""The connection: one socket at a time, opened when nothing is active, closed politely, replaced without looking back."""

from __future__ import annotations

import random
from collections.abc import Callable

from cablecheck.cable.subprotocols import SUBPROTOCOLS, V1_JSON
from cablecheck.client.connection import Socket, State
from cablecheck.client.fetches import Act
from cablecheck.client.profiles import Profile, Rule
from cablecheck.client.rails.constants import REOPEN_MILLISECONDS
from cablecheck.client.rails.monitor import Monitor
from cablecheck.client.signals import Close, Connect, HangUp, Send, SetTimer

REOPEN_TIMER = "reopen"
_ACTIVE = (State.CONNECTING, State.OPEN)


class Connection:
    """The socket, and the monitor that watches it. `on_loss` is called once for each connection that was open and is lost.

    A socket that is replaced is heard of no more, not even its end: where the line was dead, and so no answer came to the Close frame
    within half a second, `on_loss` is not called at all. An attempt that fails is no loss.
    """

    def __init__(
        self,
        profile: Profile,
        rng: random.Random,
        jitter: float,
        act: Act,
        on_loss: Callable[[], None],
        stale_milliseconds: int,
    ) -> None:
        self.monitor = Monitor(profile, rng, jitter, act, self._reopen, stale_milliseconds)
        self._profile = profile
        self._act = act
        self._on_loss = on_loss
        self._socket: Socket | None = None
        self._count = 0
        self._welcomed = False
        self._lost = True

    @property
    def well(self) -> bool:
        """Whether the client has no reason to think that anything is wrong."""
        return self._state is State.OPEN and self._welcomed

    # What the page and its channel want ------------------------------------------------------------------------------------------

    def open(self, now: float) -> None:
        """Open a socket, unless one is open or connecting. One that is still closing is replaced."""
        if self._state in _ACTIVE:
            return
        if self._socket is not None and self._state is State.CLOSING:
            self._act(Close(self._socket.number))
        self._count += 1
        self._socket = Socket(self._count)
        self._welcomed = False
        offered = SUBPROTOCOLS if Rule.AGREE_ON_PROTOCOL in self._profile else ()
        self._act(Connect(self._count, offered))
        self.monitor.start(now)

    def send(self, text: str) -> bool:
        """Send a command on an open socket; any other swallows it, and False says so."""
        if self._socket is None or self._state is not State.OPEN:
            return False
        self._act(Send(self._socket.number, text))
        return True

    def close(self, now: float, *, allow_reconnect: bool) -> None:
        """Hang up; without a reconnect the monitor stops, and nothing but a new subscription will open another socket."""
        if not allow_reconnect:
            self.monitor.stop()
        socket = self._socket
        if socket is not None and socket.state is State.OPEN:
            socket.state = State.CLOSING
            self._act(HangUp(socket.number))
        elif (
            socket is not None
            and socket.state is State.CONNECTING
            and Rule.SPARE_CONNECTING not in self._profile
        ):
            self._act(Close(socket.number))
            self.closed(socket.number, now)

    # What happens to the socket --------------------------------------------------------------------------------------------------

    def opened(self, number: int, protocol: str | None, now: float) -> None:
        """The upgrade succeeded. A server that speaks another protocol is left for good."""
        socket = self._current(number)
        if socket is None or socket.state is not State.CONNECTING:
            return
        socket.state = State.OPEN
        self._lost = False
        if protocol != V1_JSON and Rule.AGREE_ON_PROTOCOL in self._profile:
            self.close(now, allow_reconnect=False)

    def delivers(self, number: int) -> bool:
        """Whether a frame of this socket reaches the page."""
        socket = self._current(number)
        return socket is not None and socket.state is State.OPEN

    def welcomed(self) -> bool:
        """The server is ready. Whether the monitor had tried to reconnect before."""
        tried = self.monitor.attempts > 0
        self._welcomed = True
        self.monitor.connected()
        return tried

    def closing(self, number: int) -> None:
        """A Close frame came: the socket is no longer active, but its end is still to come."""
        socket = self._current(number)
        if socket is not None:
            socket.state = State.CLOSING

    def closed(self, number: int, now: float) -> None:
        """The socket is gone."""
        socket = self._current(number)
        if socket is None:
            return
        socket.state = State.CLOSED
        if not self._lost:
            self._lost = True
            self.monitor.disconnected(now)
            self._on_loss()

    def _reopen(self, now: float) -> None:
        """Replace what is stale: at once where nothing is active, else half a second after hanging up."""
        if self._state in _ACTIVE:
            self.close(now, allow_reconnect=True)
            self._act(SetTimer(REOPEN_TIMER, REOPEN_MILLISECONDS))
        else:
            self.open(now)

    @property
    def _state(self) -> State:
        return State.CLOSED if self._socket is None else self._socket.state

    def _current(self, number: int) -> Socket | None:
        socket = self._socket
        return socket if socket is not None and socket.number == number else None
