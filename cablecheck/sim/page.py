"""One client in the simulated world: the hands of its page, and its ends of the connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cablecheck.client import signals
from cablecheck.client.host import Host, Machine
from cablecheck.client.http_cache import CACHE_SECONDS, Headers, Kept
from cablecheck.history import Event
from cablecheck.nemesis.signals import Link
from cablecheck.sim.board import Board
from cablecheck.sim.cable_relay import CableRelay
from cablecheck.sim.rest_relay import RestRelay, Wish

API_PATH = "/v1"
CABLE_PATH = "/cable"
# As the live world's WebSocket has them (Chromium 156 waits 2003 ms for the end of TCP after a Close frame).
HANDSHAKE_SECONDS = 30.0
CLOSING_SECONDS = 2.0

State: TypeAlias = Literal["connecting", "open", "closing"]


@dataclass(slots=True, eq=False)
class _Socket:
    relay: CableRelay
    state: State = "connecting"
    code: int | None = None
    hung_up: bool = False


class SimPage:
    """The page of client `name`."""

    def __init__(self, name: str, client: Machine, board: Board, record: Callable[[Event], None]) -> None:
        self._name = name
        self._board = board
        self._agenda = board.agenda
        self._sockets: dict[int, _Socket] = {}
        self._timers: dict[str, int] = {}
        self._timer_count = 0
        self._fetches: dict[int, RestRelay] = {}
        self._recalled: set[int] = set()
        self.host = Host(name, client, self, api_path=API_PATH, record=record, now=self._now)

    def _now(self) -> float:
        return self._agenda.now

    # What the client wants of its sockets ------------------------------------------------------------------------------------

    def connect(self, socket: int, protocols: tuple[str, ...]) -> None:
        """Open a WebSocket to the cable, offering these subprotocols."""
        relay = CableRelay(Link(self._name, "cable", socket), self, self._board, protocols)
        self._sockets[socket] = _Socket(relay)
        self._agenda.after(0, self._board.announce, relay, CABLE_PATH, False)
        self._agenda.after(HANDSHAKE_SECONDS, self._lose_patience, socket)

    def send(self, socket: int, text: str) -> None:
        """Send a text frame; nothing at all before the upgrade and once a Close frame came or went."""
        there = self._sockets[socket]
        if there.state == "open" and not there.hung_up:
            there.relay.say(text)

    def hang_up(self, socket: int) -> None:
        """Send a Close frame; no text frame of this socket is told any more."""
        there = self._sockets[socket]
        assert there.state == "open", "the client knows the state of its sockets"
        there.hung_up = True
        there.relay.say_goodbye()

    def close(self, socket: int) -> None:
        """End a socket without waiting for anybody."""
        self._sockets.pop(socket).relay.hang_up()

    # What happens at its ends of the sockets ---------------------------------------------------------------------------------

    def opened(self, number: int, protocol: str | None) -> None:
        """The upgrade succeeded, with this subprotocol."""
        socket = self._sockets.get(number)
        if socket is not None:
            socket.state = "open"
            self.host.opened(number, protocol)

    def heard(self, number: int, text: str) -> None:
        """A text frame."""
        socket = self._sockets.get(number)
        if socket is not None and socket.state == "open" and not socket.hung_up:
            self.host.heard(number, text)

    def closing(self, number: int, code: int) -> None:
        """A Close frame."""
        socket = self._sockets.get(number)
        if socket is not None:
            socket.state, socket.code = "closing", code
            self.host.closing(number, code)
            self._agenda.after(CLOSING_SECONDS, self._end, number, "close")

    def _lose_patience(self, number: int) -> None:
        socket = self._sockets.get(number)
        if socket is not None and socket.state == "connecting":
            self._fail(number, "timeout", f"no answer to the upgrade within {HANDSHAKE_SECONDS:g} s")

    def _end(self, number: int, how: Literal["fin", "rst", "close"]) -> None:
        """A socket that is no longer there has ended already."""
        socket = self._sockets.get(number)
        if socket is None:
            return
        if socket.state == "connecting":
            reasons = {
                "rst": "reset before the upgrade was answered",
                "fin": "the server ended TCP without a Close frame",
            }
            self._fail(number, how, reasons[how])
            return
        del self._sockets[number]
        socket.relay.hang_up()
        self.host.closed(number, "close" if socket.state == "closing" else how, socket.code)

    def _fail(
        self,
        number: int,
        how: Literal["fin", "rst", "close", "refused", "rejected", "timeout"],
        reason: str,
        status: int | None = None,
    ) -> None:
        self._sockets.pop(number).relay.hang_up()
        self.host.failed_to_open(number, reason)
        self.host.closed(number, how, status=status)

    # Either kind of connection -----------------------------------------------------------------------------------------------

    def refused(self, link: Link, reason: str) -> None:
        """Nobody listens."""
        if link.kind == "rest":
            self._fetch_failed(link.number, reason)
        elif link.number in self._sockets:
            self._fail(link.number, "refused", reason)

    def rejected(self, link: Link, status: int) -> None:
        """An HTTP status instead of what was asked for."""
        if link.kind == "rest":
            self.answered(link.number, status, f"{status}\n")
        elif link.number in self._sockets:
            self._fail(link.number, "rejected", f"the upgrade was answered with {status}", status)

    def ended(self, link: Link, how: Literal["fin", "rst"]) -> None:
        """TCP ended."""
        if link.kind == "cable":
            self._end(link.number, how)
        else:
            reason = "the connection was reset" if how == "rst" else "the server ended TCP without an answer"
            self._fetch_failed(link.number, reason)

    # Timers ------------------------------------------------------------------------------------------------------------------

    def set_timer(self, name: str, milliseconds: int) -> None:
        """Ring after so long."""
        self._timer_count += 1
        self._timers[name] = self._timer_count
        self._agenda.after(milliseconds / 1000, self._ring, name, self._timer_count)

    def cancel_timer(self, name: str) -> None:
        """Forget a timer."""
        del self._timers[name]

    def _ring(self, name: str, number: int) -> None:
        if self._timers.get(name) == number:
            del self._timers[name]
            self.host.rang(name)

    # Fetches -----------------------------------------------------------------------------------------------------------------

    def fetch(self, action: signals.Fetch) -> None:
        """Ask over HTTP, on a connection of its own."""
        target = API_PATH + action.path
        wish = Wish(action.method, target, action.body, action.catch_up)
        relay = RestRelay(Link(self._name, "rest", action.fetch), self, self._board, wish)
        self._fetches[action.fetch] = relay
        self._agenda.after(0, self._board.announce, relay, target, action.catch_up)

    def recall(self, fetch: int, kept: Kept) -> None:
        """Answer in a moment with what the browser kept."""
        self._recalled.add(fetch)
        self._agenda.after(CACHE_SECONDS, self._remember, fetch, kept)

    def _remember(self, fetch: int, kept: Kept) -> None:
        if fetch in self._recalled:
            self._recalled.remove(fetch)
            self.host.recalled(fetch, kept)

    def abort(self, fetch: int) -> None:
        """Give a fetch up."""
        self._recalled.discard(fetch)
        relay = self._fetches.pop(fetch, None)
        if relay is not None:
            relay.hang_up()

    def answered(self, number: int, status: int, text: str, headers: Headers = ()) -> None:
        """A whole answer."""
        relay = self._fetches.pop(number, None)
        if relay is not None:
            relay.hang_up()
            self.host.answered(number, status, text, headers)

    def broke_off(self, number: int, status: int) -> None:
        """The head of an answer and a part of its body, then the end of TCP."""
        self._fetch_failed(number, "the answer broke off", status)

    def _fetch_failed(self, number: int, reason: str, status: int | None = None) -> None:
        relay = self._fetches.pop(number, None)
        if relay is not None:
            relay.hang_up()
            self.host.failed(number, reason, status)
