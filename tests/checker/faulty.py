"""Hand-written histories with one fault each: as the client lives them when the fault is real, and when it is only journalled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from cablecheck.cable.frames import ping
from cablecheck.cable.subprotocols import V1_JSON
from cablecheck.history import (
    GIVEN_UP,
    Armed,
    Closed,
    Closing,
    ClosingBegan,
    Connecting,
    DeployBegan,
    DeployEnded,
    Event,
    FetchEnded,
    FetchSent,
    Fired,
    Healed,
    Opened,
    Received,
    Released,
    Sent,
    ServerStarted,
    ServerStopped,
    StepBegan,
    StepEnded,
    digest,
)
from cablecheck.truth import Truth
from tests.checker.tale import OWN, Tale, id_of, truth_of

OTHER = '{"channel":"OtherChannel"}'


class Faulty(Tale):
    """A client that is subscribed and shows m1, and the verbs that a story with a fault needs."""

    def __init__(self) -> None:
        super().__init__()
        self.verbs: dict[str, str] = {}
        self.connect(1).say("m1 +m1")

    def connect(self, socket: int, opened: bool = True) -> Self:
        """A socket opens, subscribes and is confirmed."""
        self.add(Connecting, "c1", socket)
        return self.subscribe(socket).control("confirm", socket) if opened else self

    def subscribe(self, socket: int) -> Self:
        """A socket opens and subscribes."""
        self.add(Opened, "c1", socket).add(Sent, "c1", socket, "subscribe", OWN)
        return self.control("welcome", socket)

    def offer(self, socket: int, given: str | None = V1_JSON) -> Self:
        """A socket offers a subprotocol, and opens with the one that it is given."""
        return self.add(Connecting, "c1", socket, (V1_JSON,)).add(Opened, "c1", socket, given)

    def confirm(self, socket: int) -> Self:
        """A socket that is open subscribes and is confirmed."""
        return self.add(Sent, "c1", socket, "subscribe", OWN).control("confirm", socket)

    def control(self, kind: Any, socket: int = 1, identifier: str = OWN) -> Self:
        """A frame that is no message is received."""
        named = identifier if kind in ("confirm", "reject") else None
        self.add(Received, "c1", socket, kind, named, None, digest(f"{kind} {named}"))
        return self

    def arm(self, verb: str, detail: str = "", fault: str = "f", **named: Any) -> Self:
        """A step arms a fault."""
        self.add(StepBegan, 1, verb)
        self.add(Armed, fault, verb, 1, None, detail, **named)
        self.verbs[fault] = verb
        return self

    def fire(
        self, *, socket: int | None = None, fetch: int | None = None, fault: str = "f", **touched: Any
    ) -> Self:
        """The nemesis says that the fault fired."""
        self.add(Fired, fault, self.verbs[fault], "c1", socket, fetch, **touched)
        return self

    def on_message(self, label: str, socket: int = 1, fault: str = "f", detail: str = "") -> Self:
        """The nemesis says that it touched the frame of a message."""
        touched = {"ids": (id_of(label),), "digest": digest(f"frame {label}"), "detail": detail}
        return self.fire(fault=fault, socket=socket, kind="message", **touched)

    def on_confirm(self, socket: int, fault: str = "f", detail: str = "") -> Self:
        """The nemesis says that it touched a confirm."""
        touched = {"digest": digest(f"confirm {OWN}"), "detail": detail}
        return self.fire(fault=fault, socket=socket, kind="confirm", **touched)

    def lose(self, how: str, socket: int = 1, **named: Any) -> Self:
        """A socket is gone."""
        self.add(Closed, "c1", socket, how, **named)
        return self

    def back(self, *labels: str, socket: int = 2) -> Self:
        """The client comes back by a new socket, and a catch-up brings what it missed."""
        self.connect(socket)
        return self.caught_up(*labels)

    def caught_up(self, *labels: str) -> Self:
        """A catch-up brings these, and they are shown."""
        self.catch_up(*labels)
        for label in labels:
            self.show(label, "c1", source="catch-up")
        return self

    def gap(self, *labels: str) -> Self:
        """The socket is gone without any fault of the nemesis, and these are published."""
        self.lose("fin")
        self.say(" ".join(labels))
        return self

    def ask_back(self) -> Self:
        """The catch-up is on its way."""
        self.add(FetchSent, "c1", 1, "GET", "/messages?after_id=101", True)
        return self

    def answer(self, *labels: str, **ended: Any) -> Self:
        """And its answer comes; what it holds is shown."""
        ids = tuple(map(id_of, labels))
        self.add(FetchEnded, "c1", 1, **({"status": 200, "ids": ids} | ended))
        for label in labels:
            self.show(label, "c1", source="catch-up")
        return self


def _cut(how: str, detail: str, *signs: Callable[[Faulty], Any]) -> Callable[[Faulty, bool], Any]:
    def tell(tale: Faulty, real: bool) -> Any:
        tale.arm("cut", detail).fire(socket=1, detail=how)
        if not real:
            return tale.say("m2 +m2")
        for sign in signs:
            sign(tale)
        return tale.say("m2") and tale.back("m2")

    return tell


def _closing(code: int) -> Callable[[Faulty], Any]:
    return lambda tale: tale.add(Closing, "c1", 1, code)


def _restart(tale: Faulty, real: bool) -> Any:
    tale.arm("restart", "signal: TERM").fire(socket=1, detail="TERM")
    if not real:
        return tale.say("m2 +m2")
    tale.lose("fin").add(ServerStopped, "TERM").add(ServerStarted).say("m2")
    return tale.back("m2")


def _restart_while_away(tale: Faulty, real: bool) -> Any:
    """The client has no socket when the server goes, and is kept out until it is back."""
    tale.gap("m2").arm("restart", "signal: TERM").fire(detail="TERM")
    if not real:
        return tale.back("m2")
    tale.add(ServerStopped, "TERM").add(Connecting, "c1", 2).lose("refused", 2).add(ServerStarted)
    return tale.back("m2", socket=3)


def _deploy(tale: Faulty, real: bool) -> Any:
    tale.arm("deploy", "command: ./deploy.sh").fire(socket=1).add(DeployBegan, "f", "./deploy.sh")
    if real:
        tale.lose("fin").say("m2").back("m2")
    else:
        tale.say("m2 +m2")
    return tale.add(DeployEnded, "f", "exited", 0)


def _deploy_rolling(tale: Faulty, real: bool) -> Any:
    """The command is back before the first connection ends."""
    tale.arm("deploy", "command: ./deploy.sh").fire(socket=1).add(DeployBegan, "f", "./deploy.sh")
    tale.add(DeployEnded, "f", "exited", 0)
    return tale.lose("fin").say("m2").back("m2") if real else tale.say("m2 +m2")


def _deploy_that_turns_away(tale: Faulty, real: bool) -> Any:
    """The client comes back, and meets a closed port: what is said then is at stake."""
    tale.arm("deploy", "command: ./deploy.sh").fire(socket=1).add(DeployBegan, "f", "./deploy.sh")
    if real:
        tale.lose("rst").connect(2, opened=False).lose("refused", 2).say("m2").back("m2", socket=3)
    else:
        tale.say("m2 +m2")
    return tale.add(DeployEnded, "f", "exited", 0)


def _refuse(how: str, *signs: Callable[[Faulty], Any]) -> Callable[[Faulty, bool], Any]:
    def tell(tale: Faulty, real: bool) -> Any:
        tale.arm("refuse", f"how: {how}").gap("m2").add(Connecting, "c1", 2)
        tale.fire(socket=2, detail=how)
        if not real:
            tale.subscribe(2).control("confirm", 2)
            return tale.caught_up("m2") and tale.add(Healed, "f")
        for sign in signs:
            sign(tale)
        return tale.add(Healed, "f") and tale.back("m2", socket=3)

    return tell


def _refuse_hang(tale: Faulty, real: bool) -> Any:
    tale.arm("refuse", "how: hang").gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2, detail="hang")
    if real:
        return tale.wait(1).add(Healed, "f") and tale.subscribe(2).control("confirm", 2).caught_up("m2")
    return tale.subscribe(2).control("confirm", 2).caught_up("m2").add(Healed, "f")


def _refuse_fetch(how: str, **ended: Any) -> Callable[[Faulty, bool], Any]:
    def tell(tale: Faulty, real: bool) -> Any:
        tale.arm("refuse", f"how: {how}, what: rest").gap("m2").connect(2).ask_back()
        tale.fire(fetch=1, detail=how)
        if not real:
            return tale.answer("m2").wait(1).add(Healed, "f")
        if how == "hang":
            return tale.wait(1).add(Healed, "f") and tale.answer("m2")
        return tale.answer(**({"ids": (), "status": None} | ended)).add(Healed, "f") and tale.caught_up("m2")

    return tell


def _refuse_fetch_too_long(tale: Faulty, real: bool) -> Any:
    tale.arm("refuse", "how: hang, what: rest").gap("m2").connect(2).ask_back().fire(fetch=1, detail="hang")
    if real:
        return tale.wait(5).answer(status=None, error=GIVEN_UP).caught_up("m2").add(Healed, "f")
    return tale.answer("m2").wait(5).add(Healed, "f")


def _blackhole(tale: Faulty, real: bool) -> Any:
    tale.arm("blackhole").fire(socket=1, detail="both").say("m2").on_message("m2")
    if real:
        return tale.wait(1).lose("rst").back("m2")
    return tale.say("+m2").wait(1).lose("rst").back()


def _latency(tale: Faulty, real: bool) -> Any:
    tale.arm("latency", "delay: 500ms, jitter: 100ms").say("m2").on_message("m2")
    return tale.wait(0.4 if real else 0.1).say("+m2")


def _latency_of_chance(tale: Faulty, real: bool) -> Any:
    """Its jitter may take off all of the delay."""
    tale.arm("latency", "delay: 300ms, jitter: 300ms").say("m2").on_message("m2")
    return tale.wait(0.2 if real else 0.01).say("+m2")


def _latency_healed(tale: Faulty, real: bool) -> Any:
    """What was slowed down is let go at the heal, long before its time."""
    tale.arm("latency", "delay: 5s").say("m2").on_message("m2")
    if real:
        return tale.wait(1).add(Healed, "f") and tale.say("+m2")
    return tale.say("+m2").wait(1).add(Healed, "f")


def _latency_answer(tale: Faulty, real: bool) -> Any:
    tale.arm("latency", "delay: 2s").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
    return tale.wait(2 if real else 0.1) and tale.answer("m2")


def _latency_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("latency", "delay: 2s").gap("m2").add(Connecting, "c1", 2) and tale.subscribe(2).on_confirm(2)
    return tale.wait(2 if real else 0.1) and tale.control("confirm", 2).caught_up("m2")


def _latency_up(tale: Faulty, real: bool) -> Any:
    tale.arm("latency", "delay: 2s, direction: up").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d").wait(2 if real else 0.1)
    return tale.control("confirm", 2).caught_up("m2")


def _throttle(tale: Faulty, real: bool) -> Any:
    """Two messages that take 400 ms each; the first is no later than a slow machine makes it."""
    tale.arm("throttle", "rate: 500B/s").say("m2 m3").on_message("m2", detail="late: 30ms")
    tale.on_message("m3", detail="late: 800ms").say("+m2").wait(0.6 if real else 0.1)
    return tale.say("+m3")


def _throttle_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("throttle", "rate: 500B/s").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).on_confirm(2, detail="late: 2s").wait(2 if real else 0.1)
    return tale.control("confirm", 2).caught_up("m2")


def _throttle_answer(tale: Faulty, real: bool) -> Any:
    tale.arm("throttle", "rate: 500B/s, what: all").gap("m2").connect(2).ask_back()
    tale.fire(fetch=1, ids=(id_of("m2"),), detail="late: 2s")
    return tale.wait(2 if real else 0.1) and tale.answer("m2")


def _strip(tale: Faulty, real: bool) -> Any:
    """The client leaves a socket that opens without the subprotocol, and comes back when it is given again."""
    tale.lose("fin").offer(2).confirm(2).arm("strip").lose("fin", 2).say("m2")
    tale.add(Connecting, "c1", 3, (V1_JSON,)).fire(socket=3, detail=V1_JSON)
    tale.add(Opened, "c1", 3, None if real else V1_JSON)
    if not real:
        return tale.confirm(3).caught_up("m2")
    return tale.lose("local", 3).add(Healed, "f").offer(4).confirm(4).caught_up("m2")


def _hold_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("hold", "what: confirm").gap("m2").add(Connecting, "c1", 2) and tale.subscribe(2).on_confirm(2)
    if real:
        return tale.wait(1).add(Released, "f", "c1", "given") and tale.control("confirm", 2).caught_up("m2")
    return tale.control("confirm", 2).caught_up("m2").wait(1).add(Released, "f", "c1", "given")


def _hold_message(tale: Faulty, real: bool) -> Any:
    tale.arm("hold", "what: message").say("m2").on_message("m2")
    if real:
        return tale.wait(1).add(Healed, "f") and tale.say("+m2")
    return tale.say("+m2").wait(1).add(Healed, "f")


def _hold_subscribe(tale: Faulty, real: bool) -> Any:
    tale.arm("hold", "what: subscribe").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")
    if real:
        return tale.wait(1).add(Released, "f", "c1") and tale.control("confirm", 2).caught_up("m2")
    return tale.control("confirm", 2).caught_up("m2").wait(1).add(Released, "f", "c1")


def _hold_subscribe_and_confirm_it(tale: Faulty, real: bool) -> Any:
    """While the subscribe is held a confirm is injected, and one comes when it is released."""
    tale.arm("hold", "what: subscribe").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d").wait(1).control("confirm", 2).catch_up()
    tale.add(Released, "f", "c1")
    return (tale.control("confirm", 2) if real else tale).caught_up("m2")


def _hold_one_subscribe(tale: Faulty, real: bool) -> Any:
    """The client asks again, and that is not held."""
    tale.arm("hold", "what: subscribe, count: 1").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")
    if not real:
        tale.control("confirm", 2).caught_up("m2")
    tale.wait(2).add(Sent, "c1", 2, "subscribe", OWN)
    return (
        tale.control("confirm", 2).caught_up("m2") and tale.wait(1).add(Released, "f", "c1") if real else tale
    )


def _hold_catch_up_too_long(tale: Faulty, real: bool) -> Any:
    """The client gives the fetch up, and asks again."""
    tale.arm("hold", "what: catch-up, count: 1").gap("m2").connect(2).ask_back()
    tale.fire(fetch=1, ids=(id_of("m2"),))
    if real:
        return tale.wait(5).answer(status=None, error=GIVEN_UP).caught_up("m2").add(Healed, "f")
    return tale.answer("m2").wait(5).add(Healed, "f")


def _hold_catch_up(tale: Faulty, real: bool) -> Any:
    tale.arm("hold", "what: catch-up").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
    if real:
        return tale.wait(1).add(Released, "f", "c1") and tale.answer("m2")
    return tale.answer("m2").wait(1).add(Released, "f", "c1")


def _drop_message(tale: Faulty, real: bool) -> Any:
    tale.arm("drop", "what: message").say("m2").on_message("m2").add(Healed, "f", "spent")
    return tale.lose("fin").back("m2") if real and tale.wait(1) else tale.say("+m2")


def _drop_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("drop", "what: confirm").gap("m2").add(Connecting, "c1", 2) and tale.subscribe(2).on_confirm(2)
    if real:
        return tale.wait(1) and tale.lose("fin", 2).back("m2", socket=3)
    return tale.control("confirm", 2).caught_up("m2")


def _drop_subscribe(tale: Faulty, real: bool) -> Any:
    tale.arm("drop", "what: subscribe").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")
    if real:
        return tale.wait(1) and tale.lose("fin", 2).back("m2", socket=3)
    return tale.control("confirm", 2).caught_up("m2")


def _drop_one_subscribe(tale: Faulty, real: bool) -> Any:
    """The client asks again, and that is not dropped."""
    tale.arm("drop", "what: subscribe, count: 1").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")
    if not real:
        tale.control("confirm", 2).caught_up("m2")
    tale.wait(2).add(Sent, "c1", 2, "subscribe", OWN)
    return tale.control("confirm", 2).caught_up("m2") if real else tale


def _drop_catch_up(tale: Faulty, real: bool) -> Any:
    tale.arm("drop", "what: catch-up").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
    if real:
        return tale.wait(1) and tale.answer(status=None, error="reset").lose("fin", 2).back("m2", socket=3)
    return tale.answer("m2")


def _repeat_message(tale: Faulty, real: bool) -> Any:
    tale.arm("repeat", "what: message, times: 2").say("m2").on_message("m2").say("+m2 >m2")
    return tale.say(">m2") if real else tale


def _repeat_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("repeat", "what: confirm").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).on_confirm(2).control("confirm", 2)
    return (tale.control("confirm", 2) if real else tale).caught_up("m2")


def _truncate_message(tale: Faulty, real: bool) -> Any:
    tale.arm("truncate", "what: message").say("m2").on_message("m2").add(Healed, "f", "spent")
    return tale.lose("rst").back("m2") if real else tale.say("+m2").lose("rst").back()


def _truncate_confirm(tale: Faulty, real: bool) -> Any:
    tale.arm("truncate", "what: confirm").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).on_confirm(2).add(Healed, "f", "spent")
    return tale.lose("rst", 2).back("m2", socket=3) if real else tale.control("confirm", 2).caught_up("m2")


def _truncate_subscribe(tale: Faulty, real: bool) -> Any:
    tale.arm("truncate", "what: subscribe").gap("m2").add(Connecting, "c1", 2)
    tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")
    return tale.lose("rst" if real else "fin", 2).back("m2", socket=3)


def _reorder(tale: Faulty, real: bool) -> Any:
    tale.arm("reorder", "window: 2").say("m2 m3").on_message("m2").on_message("m3")
    return tale.say("+m3 +m2/m3" if real else "+m2 +m3")


def _reorder_one(tale: Faulty, real: bool) -> Any:
    """No second message comes, so the first is kept until it is let go."""
    tale.arm("reorder", "window: 2").say("m2").on_message("m2")
    if real:
        return tale.wait(1).add(Released, "f", "c1", "given") and tale.say("+m2")
    return tale.say("+m2").wait(1).add(Released, "f", "c1", "given")


def _inject(
    what: str, real_frame: Callable[[Faulty], Any], extra: str = "", text: str = ""
) -> Callable[[Faulty, bool], Any]:
    def tell(tale: Faulty, real: bool) -> Any:
        tale.arm("inject", f"what: {what}{extra}").gap("m2").add(Connecting, "c1", 2)
        ids = ("injected-f",) if what == "message" else ()
        tale.subscribe(2).fire(
            socket=2, kind=what, ids=ids, digest=digest(text or f"{what} {OWN}"), detail="before confirm"
        )
        if real:
            real_frame(tale)
        return tale.control("confirm", 2).caught_up("m2")

    return tell


def _inject_ping(tale: Faulty, real: bool) -> Any:
    tale.arm("inject", "what: ping").fire(socket=1, kind="ping", digest=digest(ping(1)), detail="at once")
    return tale.add(Received, "c1", 1, "ping", None, None, digest(ping(1 if real else 1_800_000_000))).say(
        "m2 +m2"
    )


def _inject_welcome(tale: Faulty, real: bool) -> Any:
    tale.arm("inject", "what: welcome").fire(socket=1, kind="welcome", digest=digest("welcome None"))
    return (tale.control("welcome", 1) if real else tale).say("m2 +m2")


def _fail(as_: str, **ended: Any) -> Callable[[Faulty, bool], Any]:
    def tell(tale: Faulty, real: bool) -> Any:
        tale.arm("fail", f"as: {as_}").gap("m2").connect(2).ask_back()
        tale.fire(fetch=1, ids=(id_of("m2"),), detail=as_).add(Healed, "f", "spent")
        if not real:
            return tale.answer("m2")
        return tale.answer(**({"ids": ()} | ended)).lose("fin", 2).back("m2", socket=3)

    return tell


def _delay(tale: Faulty, real: bool) -> Any:
    """It is spent with its last firing, which lets nothing go."""
    tale.arm("delay", "by: 3s").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
    return tale.add(Healed, "f", "spent").wait(3 if real else 0.1) and tale.answer("m2")


def _page(tale: Faulty, real: bool) -> Any:
    tale.arm("page", "limit: 1").gap("m2", "m3").connect(2).ask_back()
    tale.fire(fetch=1, ids=(id_of("m2"), id_of("m3")), detail="limit 1")
    return tale.answer("m2").lose("fin", 2).back("m3", socket=3) if real else tale.answer("m2", "m3")


M2 = ("m2",)
# name: (the tale, what is at stake when the fault is real; None: it can be felt but never matters)
FAULTS: dict[str, tuple[Callable[[Faulty, bool], Any], tuple[str, ...] | None]] = {
    "cut rst": (_cut("rst", "how: rst", lambda tale: tale.lose("rst")), M2),
    "cut fin": (_cut("fin", "how: fin", lambda tale: tale.lose("fin")), M2),
    "cut close": (
        _cut("close 4001", "how: close, code: 4001", _closing(4001), lambda t: t.lose("close")),
        M2,
    ),
    "cut close-half": (_cut("close-half", "how: close-half", _closing(1000)), M2),
    "restart": (_restart, M2),
    "restart while the client is away": (_restart_while_away, M2),
    "deploy": (_deploy, M2),
    "deploy that goes on when its command is back": (_deploy_rolling, M2),
    "deploy that turns a client away": (_deploy_that_turns_away, M2),
    "refuse port": (_refuse("port", lambda tale: tale.lose("refused", 2)), M2),
    "refuse reset": (_refuse("reset", lambda tale: tale.lose("rst", 2)), M2),
    "refuse 503": (_refuse("503", lambda tale: tale.lose("rejected", 2, status=503)), M2),
    "refuse hang": (_refuse_hang, M2),
    "refuse a fetch by port": (_refuse_fetch("port", error="refused"), M2),
    "refuse a fetch with 502": (_refuse_fetch("502", status=502), M2),
    "refuse a fetch by hanging": (_refuse_fetch("hang"), M2),
    "refuse a fetch by hanging, and it is given up": (_refuse_fetch_too_long, M2),
    "blackhole": (_blackhole, M2),
    "latency of a message": (_latency, M2),
    "latency of a message, by chance": (_latency_of_chance, M2),
    "latency of a message, healed before its time": (_latency_healed, M2),
    "latency of a confirm": (_latency_confirm, M2),
    "latency of a subscribe": (_latency_up, M2),
    "latency of an answer": (_latency_answer, M2),
    "throttle a message": (_throttle, ("m3",)),
    "throttle a confirm": (_throttle_confirm, M2),
    "throttle an answer": (_throttle_answer, M2),
    "strip": (_strip, M2),
    "hold a message": (_hold_message, M2),
    "hold a confirm": (_hold_confirm, M2),
    "hold a subscribe": (_hold_subscribe, M2),
    "hold a subscribe and confirm it": (_hold_subscribe_and_confirm_it, M2),
    "hold a subscribe that is sent again": (_hold_one_subscribe, M2),
    "hold a catch-up": (_hold_catch_up, M2),
    "hold a catch-up that is given up": (_hold_catch_up_too_long, M2),
    "drop a message": (_drop_message, M2),
    "drop a confirm": (_drop_confirm, M2),
    "drop a subscribe": (_drop_subscribe, M2),
    "drop a subscribe that is sent again": (_drop_one_subscribe, M2),
    "drop a catch-up": (_drop_catch_up, M2),
    "repeat a message": (_repeat_message, M2),
    "repeat a confirm": (_repeat_confirm, M2),
    "truncate a message": (_truncate_message, M2),
    "truncate a confirm": (_truncate_confirm, M2),
    "truncate a subscribe": (_truncate_subscribe, M2),
    "reorder": (_reorder, ("m2", "m3")),
    "reorder a message that none follows": (_reorder_one, M2),
    "inject an own confirm": (_inject("confirm", lambda tale: tale.control("confirm", 2)), M2),
    "inject a foreign confirm": (
        _inject(
            "confirm",
            lambda tale: tale.control("confirm", 2, OTHER),
            ", identifier: other",
            f"confirm {OTHER}",
        ),
        M2,
    ),
    "inject a disconnect": (
        _inject("disconnect", lambda tale: tale.control("disconnect", 2), text="disconnect None"),
        M2,
    ),
    "inject a reject": (_inject("reject", lambda tale: tale.control("reject", 2)), M2),
    "inject a message": (
        _inject(
            "message",
            lambda t: t.add(Received, "c1", 2, "message", OWN, "injected-f", digest("injected")),
            text="injected",
        ),
        M2,
    ),
    "inject a ping": (_inject_ping, None),
    "inject a welcome": (_inject_welcome, None),
    "fail with 500": (_fail("500", status=500), M2),
    "fail with broken JSON": (_fail("broken-json", error="the body is no JSON"), M2),
    "fail with a truncated body": (_fail("truncated", status=None, error="the body breaks off"), M2),
    "fail with a reset": (_fail("reset", status=None, error="reset"), M2),
    "delay": (_delay, M2),
    "page": (_page, ("m3",)),
}


def lived(name: str, *, real: bool) -> tuple[list[Event], Truth]:
    """A whole run with this fault, real or only journalled."""
    tale = Faulty()
    FAULTS[name][0](tale, real)
    return finished(tale)


def finished(tale: Tale) -> tuple[list[Event], Truth]:
    """The run with its end; everything that was published is in the truth, in the order of its labels."""
    published = sorted({e.label for e in tale.events if hasattr(e, "nonce") and hasattr(e, "by")})
    truth = truth_of(" ".join([*published, "p1", "p2"]))
    tale.add(StepEnded, 1).add(ClosingBegan)
    return tale.end(truth=truth).events, truth
