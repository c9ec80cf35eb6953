"""A WebSocket through the nemesis."""

from __future__ import annotations

from cablecheck.cable.commands import read_command
from cablecheck.cable.frames import read_frame
from cablecheck.cable.subprotocols import chosen
from cablecheck.nemesis.signals import BytesCame, CommandCame, Cut, Direction, FrameCame, Link
from cablecheck.sim.relay import Call, Desk, Near, Relay

NO_CODE = 1005  # what a Close frame without a code is told as, RFC 6455


class CableRelay(Relay):
    """A WebSocket's relay. Frames from elsewhere wait until the upgrade has been answered."""

    def __init__(self, link: Link, near: Near, desk: Desk, protocols: tuple[str, ...]) -> None:
        super().__init__(link, near, desk)
        self._protocol = chosen(protocols)
        self._socket = 0
        self._opened = False
        self._parked: list[Call] = []

    def reach_server(self) -> None:
        """Answer the upgrade; the server's welcome follows."""
        came = BytesCame(self.link, self.token(), "down", protocol=self._protocol)
        self.show(came, "down", (self._open, ()))
        self._socket = self.desk.server.join(self.came_down)

    def emit(self, direction: Direction, call: Call) -> None:
        """As any relay; the answer to the upgrade goes first."""
        if direction == "up" or self._opened or direction in self._hushed:
            super().emit(direction, call)
        elif call[0] == self._open:
            self._opened = True
            super().emit("down", (self.near.opened, (self.link.number, self._protocol)))
            parked, self._parked = self._parked, []
            for each in parked:
                super().emit("down", each)
        elif self.severed:
            super().emit("down", call)
        else:
            self._parked.append(call)

    def _open(self) -> None:
        raise AssertionError("stands for the answer to the upgrade, and is never called")

    def came_down(self, text: str) -> None:
        """The server sent a text frame."""
        if self.severed:
            return
        link, desk = self.link, self.desk
        if self._opened and desk.nemesis.idle:  # as `show` does it, without reading what nobody asks about
            if '"created_at"' in text:
                desk.nemesis.overhear(link, text)
            desk.agenda.arrive(self._down, self.near.heard, link.number, text)
            return
        call = (self.near.heard, (link.number, text))
        self.show(FrameCame(link, self.token(), read_frame(text), text), "down", call)

    def say(self, text: str) -> None:
        """The client sends a text frame."""
        self.desk.agenda.arrive(self._up, self.came_up, text)

    def came_up(self, text: str) -> None:
        """The client's text frame is here."""
        if not self.severed and not self.over:
            call = (self._say, (text,))
            self.show(CommandCame(self.link, self.token(), read_command(text), text), "up", call)

    def _say(self, text: str) -> None:
        self.desk.server.hear(self._socket, text)

    def say_goodbye(self) -> None:
        """The client sends a Close frame."""
        self.desk.agenda.arrive(self._up, self._goodbye_came)

    def _goodbye_came(self) -> None:
        """The client's Close frame is here."""
        if not self.severed and not self.over:
            self.show(BytesCame(self.link, self.token(), "up"), "up", (self._answer_goodbye, ()))

    def _answer_goodbye(self) -> None:
        """The server sends a Close frame back, and ends TCP."""
        answer = (self.near.closing, (self.link.number, NO_CODE))
        self.show(BytesCame(self.link, self.token(), "down"), "down", answer)
        self.leave_server()
        self.server_ended()

    def cut(self, order: Cut) -> None:
        """End the connection; a Close frame can only be said once the upgrade was answered."""
        if order.how in ("rst", "fin"):
            super().cut(order)
            return
        self.sever()
        if self._opened:
            super().emit("down", (self.near.closing, (self.link.number, order.code)))
        if order.how == "close":
            self.end_near("fin")

    def strip(self) -> None:
        """Answer the upgrade without a subprotocol."""
        self._protocol = None

    def inject(self, text: str) -> None:
        """Send the client a frame that the target never sent."""
        self.emit("down", (self.near.heard, (self.link.number, text)))

    def leave_server(self) -> None:
        """The server hears no more of this client."""
        self.desk.server.leave(self._socket)
