"""A request and its answer through the nemesis."""

from __future__ import annotations

from dataclasses import dataclass

from cablecheck.cable.answers import ids_in, shortened
from cablecheck.cable.json_values import NotJsonError, parse_shared
from cablecheck.chat.signals import Answer
from cablecheck.client.http_cache import Headers
from cablecheck.nemesis.signals import AnswerCame, BytesCame, Link, Replace
from cablecheck.sim.relay import Desk, Near, Relay
from cablecheck.sim.server import WEBCHAT


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks over HTTP; `target` begins with the path."""

    method: str
    target: str
    body: str | None
    catch_up: bool


class RestRelay(Relay):
    """A request's relay. `catch_up`: its answer is shown to the nemesis as one."""

    def __init__(self, link: Link, near: Near, desk: Desk, wish: Wish) -> None:
        super().__init__(link, near, desk)
        self._wish = wish
        self._answer: tuple[int, str, Headers] = (0, "", ())

    def reach_server(self) -> None:
        """Ask, when the request has arrived."""
        self.desk.agenda.travel(self._ask)

    def _ask(self) -> None:
        if self.severed or self.over or self._deserted:
            return
        wish = self._wish
        self.desk.server.ask(self._answered, wish.method, wish.target, wish.body, f"Bearer {WEBCHAT}")

    def _answered(self, answer: Answer) -> None:
        if self.severed or self.over:
            return
        status, text, headers = answer.status, answer.json, answer.headers
        call = (self.near.answered, (self.link.number, status, text, headers))
        if not self._wish.catch_up:
            self.show(BytesCame(self.link, self.token(), "down", size=len(text.encode())), "down", call)
            return
        self._answer = (status, text, headers)
        self.show(AnswerCame(self.link, self.token(), status, _ids(text), text), "down", call)

    def replace(self, order: Replace) -> None:
        """Give another answer; one that is cut short ends in the middle of its body."""
        self._waiting.pop(order.token, None)
        status, text, headers = self._answer
        status = status if order.status is None else order.status
        text = text if order.body is None else order.body
        if order.limit is not None:
            text = shortened(text.encode(), order.limit).decode()
        number = self.link.number
        if order.truncate:
            self.emit("down", (self.near.broke_off, (number, status)))
        else:
            self.emit("down", (self.near.answered, (number, status, text, headers)))


def _ids(text: str) -> tuple[str, ...]:
    try:
        return ids_in(parse_shared(text))
    except NotJsonError:
        return ()
