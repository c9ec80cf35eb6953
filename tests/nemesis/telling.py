"""A nemesis that is told a story in a few words, and whose orders read as words too."""

from __future__ import annotations

from random import Random
from typing import Any

from cablecheck.cable import commands, frames
from cablecheck.cable.subprotocols import V1_JSON
from cablecheck.history import Armed, Fired, Healed, Released
from cablecheck.nemesis import signals
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import Link
from cablecheck.scenario import model

OWN = '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"c"}'
OTHER = '{"channel":"WebchatChannel","id":"w","session":"s","conversation":"d"}'

TEXTS = {
    "welcome": frames.welcome(),
    "ping": frames.ping(7),
    "confirm": frames.confirm(OWN),
    "confirm other": frames.confirm(OTHER),
    "reject": frames.reject(OWN),
    "disconnect": frames.disconnect("remote", True),
    "subscribe": commands.subscribe(OWN),
    "unsubscribe": commands.unsubscribe(OWN),
    "perform": commands.perform(OWN, "started_typing"),
}
FIRST = Link("c1", "cable", 1)
UP = ("subscribe", "unsubscribe", "perform")


def text_of(what: str) -> str:
    """The text of a frame by its word; `m3` is the message of that label."""
    if what in TEXTS:
        return TEXTS[what]
    created_at = "2026-01-01T00:00:0" + what[-1] + "Z"
    return frames.message(
        OWN, {"type": "message", "id": int(what[1:]), "body": f"[cc:ab12:{what}]", "created_at": created_at}
    )


class Told:
    """Tell it what happens; each call returns the orders as words. Tokens count from 1 for each link."""

    def __init__(self, nemesis: type[Nemesis] = Nemesis) -> None:
        self.nemesis = nemesis(Random(1))
        self.now = 0.0
        self.tokens: dict[Link, int] = {}
        self.names: dict[tuple[Link, int], str] = {}

    def meet(self, client: str = "c1") -> list[str]:
        return self.say(self.nemesis.meet(client, self.now))

    def announce(self, kind: Any = "cable", number: int = 1, client: str = "c1") -> list[str]:
        return self.event(signals.Announced(Link(client, kind, number)))

    def dial(
        self, kind: Any = "cable", number: int = 1, client: str = "c1", catch_up: bool = False
    ) -> list[str]:
        return self.event(signals.Dialled(Link(client, kind, number), "/", catch_up))

    def came(self, *whats: str, number: int = 1, client: str = "c1") -> list[str]:
        """Frames and commands, in order."""
        link = Link(client, "cable", number)
        said = []
        for what in whats:
            token, text = self.token(link, what), text_of(what)
            if what in UP:
                said += self.event(signals.CommandCame(link, token, commands.read_command(text), text))
            else:
                said += self.event(signals.FrameCame(link, token, frames.read_frame(text), text))
        return said

    def answer(self, name: str = "answer", number: int = 1, client: str = "c1", text: str = "") -> list[str]:
        link = Link(client, "rest", number)
        return self.event(signals.AnswerCame(link, self.token(link, name), 200, ("7",), text))

    def some_bytes(
        self, name: str, link: Link = FIRST, direction: Any = "down", ends: bool = False, **read: Any
    ) -> list[str]:
        return self.event(signals.BytesCame(link, self.token(link, name), direction, ends, **read))

    def upgraded(self, number: int = 1, client: str = "c1", protocol: str | None = V1_JSON) -> list[str]:
        """The target's answer to an upgrade."""
        return self.some_bytes("upgrade", Link(client, "cable", number), protocol=protocol)

    def over(self, link: Link = FIRST) -> list[str]:
        return self.event(signals.Ended(link))

    def arm(self, step: model.Step, id_: str = "f", closing: bool = False) -> list[str]:
        verb = next(verb for verb, type_ in model.VERBS.items() if type_ is type(step))
        return self.say(
            self.nemesis.arm(step, fault=id_, verb=verb, number=3, now=self.now, closing=closing)
        )[1:]

    def heal(self, id_: str | None = "f", as_: Any = "in-order") -> list[str]:
        return self.say(self.nemesis.heal(id_, as_, self.now))

    def release(self, what: str | None = None, id_: str | None = None, as_: Any = "in-order") -> list[str]:
        return self.say(self.nemesis.release(what, id_, as_, self.now))

    def wake(self, alarm: int, at: float) -> list[str]:
        self.now = at
        return self.event(signals.Woke(alarm))

    def token(self, link: Link, name: str) -> int:
        token = self.tokens[link] = self.tokens.get(link, 0) + 1
        self.names[link, token] = name
        return token

    def event(self, event: signals.NemesisEvent) -> list[str]:
        return self.say(self.nemesis.handle(event, self.now))

    def say(self, orders: list[signals.NemesisOrder]) -> list[str]:
        return [self.word(order) for order in orders]

    def word(self, order: signals.NemesisOrder) -> str:
        match order:
            case signals.Deliver(link, token, keep, bare):
                return f"deliver {self.names[link, token]}" + " and keep" * keep + " bare" * bare
            case signals.Discard(link, token):
                return f"discard {self.names[link, token]}"
            case signals.Replace():
                return f"replace {order.status} {order.body} {order.limit} {order.truncate}"
            case signals.Cut(link, how, code, torn):
                within = "" if torn is None else f" in {self.names[link, torn]}"
                return f"cut {link.client} {link.kind} {link.number} {how}{f' {code}' * (how == 'close')}{within}"
            case signals.Wake(alarm, at):
                return f"wake {alarm} at {at:g}"
            case signals.Inject(link, text):
                return f"inject {link.number} {text}"
            case signals.Journal(Fired() as fired):
                number = f"{fired.socket} {fired.fetch}".replace("None", "-")
                kind = fired.kind or "-"
                return f"fired {fired.fault} {fired.client} {number} {kind} {','.join(fired.ids)} {fired.detail}".strip()
            case signals.Journal(Healed(fault=fault, detail=detail)):
                return f"healed {fault} {detail}".strip()
            case signals.Journal(Released() as released):
                return f"released {released.fault} {released.client}: {released.detail}"
            case signals.Journal(Armed() as armed):
                return f"armed {armed.fault} {armed.verb} {armed.step} {armed.client} {armed.detail} {armed.closing}"
            case signals.Hush(_, direction) | signals.Unhush(_, direction):
                return f"{type(order).__name__.lower()} {direction}"
            case signals.ClosePort(client) | signals.OpenPort(client):
                return f"{type(order).__name__.lower()} {client}"
            case signals.Refuse(link, how):
                return f"refuse {link.kind} {how}"
            case signals.Admit(link):
                return f"admit {link.client} {link.kind} {link.number}"
            case signals.Restart(signal, down):
                return f"restart {signal} {down:g}"
            case other:
                raise AssertionError(other)


def connected(nemesis: type[Nemesis] = Nemesis, clients: tuple[str, ...] = ("c1",)) -> Told:
    """Each client's first socket is subscribed and confirmed."""
    told = Told(nemesis)
    for client in clients:
        told.meet(client)
        told.dial(client=client)
        told.came("welcome", "subscribe", "confirm", client=client)
    return told
