"""A page on the official client, with a clock that rings its timers."""

from __future__ import annotations

import random
from collections.abc import Iterable

from cablecheck.cable import frames
from cablecheck.cable.identifiers import Routing
from cablecheck.cable.subprotocols import V1_JSON
from cablecheck.client import signals
from cablecheck.client.profiles import RAILS, Profile
from cablecheck.client.rails.line import RailsLine
from cablecheck.client.signals import ClientAction, ClientEvent, Connect, Send, SetTimer
from tests.client.acting import NOON, Acting, Always

BEGAN_IN = Routing("wc-1", "sess-1", "conv-1").identifier
OTHER = '{"channel":"OtherChannel"}'


class Riding(Acting):
    """The page. Unless chance is asked for, every poll waits as short as it may."""

    def __init__(self, *ids: str, profile: Profile = RAILS, rng: random.Random | None = None) -> None:
        self.timers: dict[str, float] = {}
        self.watches: dict[str, bool] = {}
        super().__init__(*ids, profile=profile, jitter=1.0, rng=rng or Always(0.0), line_of=RailsLine)
        self.take(self.begun)

    def tell(self, *events: ClientEvent) -> list[ClientAction]:
        return self.take(super().tell(*events))

    def take(self, actions: list[ClientAction]) -> list[ClientAction]:
        """Wind the clock."""
        for action in actions:
            if isinstance(action, SetTimer):
                self.timers[action.name] = round(self.now + action.milliseconds / 1000, 3)
                self.watches[action.name] = action.watch
            elif isinstance(action, signals.CancelTimer):
                del self.timers[action.name]
        return actions

    def wait(self, seconds: float) -> list[ClientAction]:
        """Let time pass: all that the client does meanwhile."""
        until = round(self.now + seconds, 3)
        done: list[ClientAction] = []
        while due := [(at, name) for name, at in self.timers.items() if at <= until]:
            self.now, name = min(due)
            del self.timers[name]
            done += self.ring(name)
        self.now = until
        return done

    def until_connect(self, most: float = 60.0) -> float:
        """Let time pass until the client connects: how long that took."""
        began = self.now
        while self.now - began < most:
            self.now = min(self.timers.values())
            if connects_in(self.wait(0.0)):
                return round(self.now - began, 3)
        raise AssertionError(f"no connection within {most:g} s")

    def open_(self, socket: int = 1, protocol: str | None = V1_JSON) -> list[ClientAction]:
        return self.tell(signals.Opened(socket, protocol))

    def welcome(self, socket: int = 1) -> list[ClientAction]:
        return self.say(frames.welcome(), socket)

    def ping(self, socket: int = 1) -> list[ClientAction]:
        return self.say(frames.ping(int(self.now)), socket)

    def greet(self, socket: int = 1) -> list[ClientAction]:
        """The socket opens, is welcomed and its subscription is confirmed: what the confirmation causes."""
        self.open_(socket)
        self.welcome(socket)
        return self.confirm(socket)

    def hear(
        self, id_: object, at: int | str | None = None, socket: int = 1, **more: object
    ) -> list[ClientAction]:
        """A broadcast of the conversation that the page began in; `at` is its second after noon."""
        message = {"type": "message", "id": id_, "body": "x", "created_at": NOON.format(at), **more}
        return self.say(frames.message(BEGAN_IN, message), socket)

    def answer_post(self, id_: str, conversation: str) -> list[ClientAction]:
        """The first fetch, a POST, is answered."""
        return self.tell(signals.Answered(1, 201, {"id": id_, "conversation": conversation}))

    def pinged_for(self, seconds: float, socket: int = 1) -> list[ClientAction]:
        """Time passes with a ping every 3 s, the last of them now."""
        done: list[ClientAction] = []
        for _ in range(int(seconds // 3)):
            done += self.wait(3.0)
            done += self.ping(socket)
        return done


def riding(*ids: str, profile: Profile = RAILS, rng: random.Random | None = None) -> Riding:
    """A page whose first socket is open, welcomed and confirmed."""
    page = Riding(*ids, profile=profile, rng=rng)
    page.greet()
    return page


def connects_in(actions: Iterable[ClientAction]) -> list[int]:
    """The sockets asked for."""
    return [action.socket for action in actions if isinstance(action, Connect)]


def sent_in(actions: Iterable[ClientAction]) -> list[str]:
    """The commands sent."""
    return [action.text for action in actions if isinstance(action, Send)]
