"""Hand-written histories with two faults of which one, f, is only journalled, and the other did the same; and some in which f is real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cablecheck.history import (
    Connecting,
    DeployBegan,
    DeployEnded,
    Event,
    Healed,
    Opened,
    Released,
    Sent,
    ServerStarted,
    ServerStopped,
    digest,
)
from cablecheck.truth import Truth
from tests.checker.faulty import Faulty, finished
from tests.checker.tale import OWN, id_of

TWO = {"ids": (id_of("m2"), id_of("m3"))}


def _two(f: str, g: str, f_detail: str = "", g_detail: str = "") -> Faulty:
    return Faulty().arm(f, f_detail).arm(g, g_detail, "g")


def _subscribing(tale: Faulty) -> Faulty:
    """The client is back and has subscribed, which f says it touched."""
    tale.gap("m2").add(Connecting, "c1", 2)
    return tale.subscribe(2).fire(socket=2, kind="subscribe", digest="d")


def _hold_subscribe_or_confirm() -> Faulty:
    tale = _subscribing(_two("hold", "hold")).on_confirm(2, "g").wait(1).add(Released, "f", "c1").wait(1)
    return tale.add(Released, "g", "c1").control("confirm", 2).caught_up("m2")


def _drop_subscribe_or_confirm() -> Faulty:
    tale = _subscribing(_two("drop", "drop")).on_confirm(2, "g").wait(1)
    return tale.lose("fin", 2).back("m2", socket=3)


def _hold_both() -> Faulty:
    """The confirm of the subscribe that was held is held as well, later: both are real."""
    tale = _subscribing(_two("hold", "hold")).wait(1).add(Released, "f", "c1").on_confirm(2, "g").wait(1)
    return tale.add(Released, "g", "c1").control("confirm", 2).caught_up("m2")


def _subscribe_that_is_cut(verb: str) -> Callable[[], Faulty]:
    """The line is cut at once, and the client hears of it only later."""

    def tell() -> Faulty:
        tale = _subscribing(_two(verb, "cut", "", "how: fin")).wait(-0.09).fire(socket=2, fault="g").wait(1)
        return tale.lose("fin", 2).back("m2", socket=3)

    return tell


def _slow_to_greet(seconds: float) -> Faulty:
    """The target welcomes the client late, and the subscribe is released so much after that."""
    tale = Faulty().arm("hold", "what: subscribe").gap("m2").add(Connecting, "c1", 2)
    tale.add(Opened, "c1", 2).add(Sent, "c1", 2, "subscribe", OWN)
    tale.fire(socket=2, kind="subscribe", digest="d").wait(1).control("welcome", 2)
    return tale.wait(seconds).add(Released, "f", "c1").control("confirm", 2).caught_up("m2")


def _slowed_welcome() -> Faulty:
    """It is not the target that greets late: the line makes the welcome late, and the hold is over soon after it."""
    tale = _two("hold", "latency", "", "delay: 1s").gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2, fault="g", kind="welcome", digest=digest("welcome None"))
    tale.add(Opened, "c1", 2).add(Sent, "c1", 2, "subscribe", OWN)
    tale.fire(socket=2, kind="subscribe", digest="d").wait(1).control("welcome", 2)
    return tale.wait(-0.09).add(Released, "f", "c1").control("confirm", 2).caught_up("m2")


def _second_welcome() -> Faulty:
    """The target greeted the client before it subscribed; the welcome that comes later is another."""
    tale = _subscribing(_two("hold", "inject", "", "what: welcome")).wait(1).control("welcome", 2)
    return tale.wait(-0.09).add(Released, "f", "c1").control("confirm", 2).caught_up("m2")


def _hold_on_a_slow_line(*, real: bool) -> Faulty:
    tale = _two("hold", "latency", "", "delay: 900ms").say("m2").on_message("m2")
    if not real:
        return tale.on_message("m2", fault="g").wait(0.4).add(Healed, "f").wait(0.3).say("+m2")
    return tale.wait(0.4).add(Healed, "f").on_message("m2", fault="g").wait(0.9).say("+m2")


def _hold_on_a_narrow_line(*, real: bool) -> Faulty:
    """The message waits its turn for 900 ms, whether it was held for half a second before or not."""
    tale = _two("hold", "throttle", "", "rate: 500B/s").say("m2").on_message("m2")
    if not real:
        return (
            tale.on_message("m2", fault="g", detail="late: 900ms")
            .wait(0.4)
            .add(Healed, "f")
            .wait(0.3)
            .say("+m2")
        )
    return (
        tale.wait(0.4).add(Healed, "f").on_message("m2", fault="g", detail="late: 900ms").wait(0.9).say("+m2")
    )


def _narrow_and_slow(seconds: float) -> Faulty:
    tale = _two("throttle", "latency", "rate: 500B/s", "delay: 500ms").say("m2")
    tale.on_message("m2", detail="late: 500ms").on_message("m2", fault="g")
    return tale.wait(seconds).say("+m2")


def _hold_answer() -> Faulty:
    tale = _two("hold", "delay", "", "by: 2s").gap("m2").connect(2).ask_back()
    tale.fire(fetch=1, ids=(id_of("m2"),)).fire(fetch=1, fault="g", ids=(id_of("m2"),), digest="d")
    return tale.wait(1).add(Released, "f", "c1").wait(1).answer("m2")


def _drop_twice() -> Faulty:
    tale = _two("drop", "drop").say("m2").on_message("m2").on_message("m2", fault="g").wait(1)
    return tale.lose("fin").back("m2")


def _slow_twice(seconds: float) -> Faulty:
    tale = _two("latency", "latency", "delay: 500ms", "delay: 500ms, jitter: 100ms").say("m2")
    return tale.on_message("m2").on_message("m2", fault="g").wait(seconds).say("+m2")


def _repeat_twice() -> Faulty:
    return _two("repeat", "repeat").say("m2").on_message("m2").on_message("m2", fault="g").say("+m2 >m2")


def _reorder_or_hold() -> Faulty:
    tale = _two("reorder", "hold", "window: 2").say("m2 m3").on_message("m2").on_message("m2", fault="g")
    return tale.on_message("m3").say("+m3").wait(1).add(Healed, "g").say("+m2/m3")


def _reorder_on_a_slow_line() -> Faulty:
    tale = _two("reorder", "latency", "window: 2", "delay: 1s").say("m2 m3").on_message("m2").on_message("m3")
    tale.on_message("m3", fault="g").on_message("m2", fault="g")
    return tale.wait(1).say("+m3 +m2/m3")


def _inject_or_repeat() -> Faulty:
    tale = _two("inject", "repeat", "what: confirm").gap("m2").add(Connecting, "c1", 2).subscribe(2)
    tale.on_confirm(2).on_confirm(2, "g")
    return tale.control("confirm", 2).control("confirm", 2).caught_up("m2")


def _inject_after_a_repeat() -> Faulty:
    """The confirm too many is there before the inject fires; the other one comes after it."""
    tale = _two("inject", "repeat", "what: confirm").gap("m2").add(Connecting, "c1", 2).subscribe(2)
    tale.on_confirm(2, "g").control("confirm", 2).on_confirm(2)
    return tale.control("confirm", 2).caught_up("m2")


def _inject_what_never_came() -> Faulty:
    """One confirm too many came, but it was not the one that was injected."""
    tale = Faulty().arm("inject", "what: confirm").gap("m2").add(Connecting, "c1", 2).subscribe(2)
    tale.fire(socket=2, kind="confirm", digest=digest("another text"))
    return tale.control("confirm", 2).control("confirm", 2).caught_up("m2")


def _spoil(f: str, g: str, f_detail: str, g_detail: str, **ended: Any) -> Callable[[], Faulty]:
    def tell() -> Faulty:
        tale = _two(f, g, f_detail, g_detail).gap("m2", "m3").connect(2).ask_back()
        tale.fire(fetch=1, digest="d", **TWO).fire(fetch=1, fault="g", digest="d", **TWO)
        tale.answer(**({"ids": ()} | ended))
        return tale.lose("fin", 2).back("m2", "m3", socket=3)

    return tell


def _lost_answer(f: str, g: str, f_detail: str = "", g_detail: str = "") -> Callable[[], Faulty]:
    """The answer never comes, or fails, a second later."""

    def tell() -> Faulty:
        tale = _two(f, g, f_detail, g_detail).gap("m2").connect(2).ask_back()
        tale.fire(fetch=1, ids=(id_of("m2"),)).fire(fetch=1, fault="g", ids=(id_of("m2"),)).wait(1)
        return tale.answer(ids=(), status=None, error="reset").lose("fin", 2).back("m2", socket=3)

    return tell


def _answer_lost_by_the_server() -> Faulty:
    tale = _two("drop", "restart").gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
    tale.wait(1).add(ServerStopped, "TERM").answer(ids=(), status=None, error="reset").add(ServerStarted)
    return tale.lose("fin", 2).back("m2", socket=3)


def _cut_or_reset() -> Faulty:
    tale = _two("cut", "blackhole", "how: rst").fire(socket=1).fire(socket=1, fault="g").say("m2")
    return tale.wait(1).add(Healed, "g", "reset").lose("rst").back("m2")


def _tear_or_cut(*, real: bool) -> Faulty:
    """The message was under way when the line was cut, or the line was cut when it was torn already."""
    tale = _two("truncate", "cut", "what: message", "how: rst").say("m2").on_message("m2")
    if real:
        tale.lose("rst")
    tale.fire(socket=1, fault="g")
    return (tale if real else tale.lose("rst")).back("m2")


def _cut_what_was_torn() -> Faulty:
    tale = _two("cut", "truncate", "how: rst", "what: message").say("m2").on_message("m2", fault="g")
    return tale.fire(socket=1).lose("rst").back("m2")


def _hold_what_was_torn() -> Faulty:
    """The line was reset at once, and the client hears of it only later."""
    tale = _two("hold", "truncate", "what: message", "what: message").say("m2").on_message("m2").wait(-0.09)
    return tale.on_message("m2", fault="g").wait(1).lose("rst").back("m2")


def _cut_before_a_reset_elsewhere() -> Faulty:
    """What g reset was a fetch, and no socket."""
    tale = _two("cut", "hold", "how: rst").fire(fetch=1, fault="g").fire(socket=1).say("m2")
    return tale.add(Healed, "g", "reset").lose("rst").back("m2")


def _cut_after_another() -> Faulty:
    tale = _two("cut", "cut", "how: rst", "how: rst").fire(socket=1, fault="g").fire(socket=1).lose("rst")
    return tale.say("m2").back("m2")


def _cut_after_a_reset_of_a_slow_line() -> Faulty:
    """Nothing was late on the slow line when it was reset, so that the socket lived on."""
    tale = _two("cut", "latency", "how: rst", "delay: 200ms").say("m2").on_message("m2", fault="g")
    tale.wait(0.2).say("+m2").add(Healed, "g", "reset").wait(1).fire(socket=1).lose("rst")
    return tale.say("m3").back("m3")


def _cut_after_a_reset_of_a_narrow_line() -> Faulty:
    """The message was through before the narrow line was reset, so that the socket lived on."""
    tale = _two("cut", "throttle", "how: rst", "rate: 500B/s").say("m2")
    tale.on_message("m2", fault="g", detail="late: 200ms").wait(0.2).say("+m2").add(Healed, "g", "reset")
    return tale.wait(1).fire(socket=1).lose("rst").say("m3").back("m3")


def _inject_before_there_are_two() -> Faulty:
    """The other one had sent its welcome before this one was armed."""
    tale = Faulty().arm("inject", "what: welcome", "g")
    tale.fire(socket=1, fault="g", kind="welcome", digest=digest("welcome None")).arm(
        "inject", "what: welcome"
    )
    tale.fire(socket=1, kind="welcome", digest=digest("welcome None")).control("welcome")
    return tale.say("m2 +m2")


def _refuse_twice() -> Faulty:
    tale = _two("refuse", "refuse", "how: 503", "how: 503").gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2).fire(socket=2, fault="g").lose("rejected", 2, status=503)
    return tale.add(Healed, "f").back("m2", socket=3)


def _hang_twice() -> Faulty:
    tale = _two("refuse", "refuse", "how: hang", "how: hang").gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2).fire(socket=2, fault="g").wait(1).add(Healed, "f").wait(1).add(Healed, "g")
    return tale.subscribe(2).control("confirm", 2).caught_up("m2")


def _hang_that_is_cut() -> Faulty:
    """Who hangs is cut in the end: it hung all the same."""
    tale = _two("refuse", "cut", "how: hang", "how: rst").gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2).wait(1).fire(socket=2, fault="g").lose("rst", 2).add(Healed, "f")
    return tale.back("m2", socket=3)


def _refuse_while_down(*, back: bool) -> Faulty:
    tale = _two("refuse", "restart", "how: reset").fire(socket=1, fault="g").lose("fin")
    tale.add(ServerStopped, "TERM")
    if back:
        tale.add(ServerStarted)
    tale.say("m2").add(Connecting, "c1", 2).fire(socket=2).lose("rst", 2)
    if not back:
        tale.add(ServerStarted)
    return tale.add(Healed, "f").back("m2", socket=3)


def _fetch_while_down(verb: str, detail: str) -> Callable[[], Faulty]:
    def tell() -> Faulty:
        tale = _two(verb, "restart", detail).gap("m2").connect(2).ask_back().fire(fetch=1, ids=(id_of("m2"),))
        tale.add(ServerStopped, "TERM").answer(ids=(), status=None, error="reset").add(ServerStarted)
        return tale.lose("fin", 2).back("m2", socket=3)

    return tell


def _fetch_while_deployed(*, over: bool) -> Faulty:
    """An answer that fails by itself, or by a fault, while a command of the user's own runs; or when it is over."""
    tale = _two("fail", "deploy", "as: reset").gap("m2").connect(2).ask_back().add(DeployBegan, "g", "x")
    if over:
        tale.add(DeployEnded, "g", "exited", 0)
    tale.fire(fetch=1, ids=(id_of("m2"),)).answer(ids=(), status=None, error="reset")
    if not over:
        tale.add(DeployEnded, "g", "exited", 0)
    return tale.lose("fin", 2).back("m2", socket=3)


def _deploy_on_a_slow_line() -> Faulty:
    """What slows a line down ends no connection."""
    tale = _two("deploy", "latency", "", "delay: 1s").fire(socket=1).add(DeployBegan, "f", "x")
    tale.fire(socket=1, fault="g").lose("fin").say("m2").back("m2")
    return tale.add(DeployEnded, "f", "exited", 0)


def _hang_on_a_slow_line(heal_after: float, g_detail: str = "delay: 500ms") -> Faulty:
    tale = _two("refuse", "latency", "how: hang", g_detail).gap("m2").add(Connecting, "c1", 2)
    tale.fire(socket=2).wait(heal_after).add(Healed, "f")
    return tale.subscribe(2).control("confirm", 2).caught_up("m2")


def _hold_what_is_known() -> Faulty:
    """The answer that is held has nothing new: a frame brought it before."""
    tale = Faulty().arm("hold", "what: catch-up").say("m2 +m2").connect(2).ask_back()
    tale.fire(fetch=1, ids=(id_of("m2"),)).wait(1).add(Released, "f", "c1")
    return tale.answer(ids=(id_of("m2"),))


def _drop_the_echo() -> Faulty:
    """The frame of the visitor's own message is thrown away: nobody else had told the client of it."""
    tale = Faulty().arm("drop", "what: message").say("m2 own:m2 id:m2").on_message("m2").wait(1)
    return tale.lose("fin").back()


# name: (the tale, whether f is felt, whether it mattered)
RIVALS: dict[str, tuple[Callable[[], Faulty], bool, bool]] = {
    "a subscribe whose confirm another hold keeps": (_hold_subscribe_or_confirm, False, False),
    "a subscribe whose confirm another drop took": (_drop_subscribe_or_confirm, False, False),
    "a held subscribe whose confirm is held afterwards": (_hold_both, True, True),
    "a hold of a subscribe on a line that is cut": (_subscribe_that_is_cut("hold"), False, False),
    "a drop of a subscribe on a line that is cut": (_subscribe_that_is_cut("drop"), False, False),
    "a hold of a subscribe to a target that is slow to greet": (lambda: _slow_to_greet(-0.09), False, False),
    "a hold of a subscribe after a welcome that was slowed down": (_slowed_welcome, True, True),
    "a hold of a subscribe before a second welcome": (_second_welcome, True, True),
    "a longer hold of a subscribe to it": (lambda: _slow_to_greet(1), True, True),
    "a hold on a slow line": (lambda: _hold_on_a_slow_line(real=False), False, False),
    "a real hold on a slow line": (lambda: _hold_on_a_slow_line(real=True), True, True),
    "a hold on a narrow line": (lambda: _hold_on_a_narrow_line(real=False), False, False),
    "a real hold on a narrow line": (lambda: _hold_on_a_narrow_line(real=True), True, True),
    "a narrow line beside a slow one": (lambda: _narrow_and_slow(0.6), False, False),
    "a narrow line and a slow one": (lambda: _narrow_and_slow(1.1), True, True),
    "a fail on a narrow line": (_spoil("fail", "throttle", "as: 500", "rate: 9B/s", status=500), True, True),
    "a hold of an answer that is delayed": (_hold_answer, False, False),
    "a failed answer while a deploy runs": (lambda: _fetch_while_deployed(over=False), False, False),
    "a failed answer when a deploy is over": (lambda: _fetch_while_deployed(over=True), True, True),
    "a deploy on a slow line": (_deploy_on_a_slow_line, True, True),
    "a drop of what another drop took": (_drop_twice, False, False),
    "a latency beside another": (lambda: _slow_twice(0.6), False, False),
    "a latency and another": (lambda: _slow_twice(1.2), True, True),
    "a repeat beside another": (_repeat_twice, False, False),
    "a reorder of what another fault held": (_reorder_or_hold, False, False),
    "a reorder on a slow line": (_reorder_on_a_slow_line, True, True),
    "an inject of what another fault repeats": (_inject_or_repeat, False, False),
    "an inject after a repeat": (_inject_after_a_repeat, False, False),
    "an inject of what never came": (_inject_what_never_came, False, False),
    "a fail beside another": (_spoil("fail", "fail", "as: 500", "as: 500", status=500), False, False),
    "a fail on a slow line": (_spoil("fail", "latency", "as: 500", "delay: 1s", status=500), True, True),
    "a drop of an answer that failed": (_lost_answer("drop", "fail", "", "as: reset"), False, False),
    "a drop of an answer that died with the server": (_answer_lost_by_the_server, False, False),
    "a slow line for an answer that failed": (
        _lost_answer("latency", "fail", "delay: 1s", "as: reset"),
        True,
        True,
    ),
    "a page of an answer that failed": (
        _spoil("page", "fail", "limit: 1", "as: 500", status=500),
        False,
        False,
    ),
    "a page beside another": (
        _spoil("page", "page", "limit: 1", "limit: 1", ids=(id_of("m2"),)),
        False,
        False,
    ),
    "a cut of what another fault reset": (_cut_or_reset, False, False),
    "a truncation beside a cut": (lambda: _tear_or_cut(real=False), False, False),
    "a truncation before a cut": (lambda: _tear_or_cut(real=True), True, True),
    "a cut of what was torn": (_cut_what_was_torn, False, False),
    "a hold of what was torn": (_hold_what_was_torn, False, False),
    "a cut before a reset elsewhere": (_cut_before_a_reset_elsewhere, True, True),
    "a cut after another": (_cut_after_another, False, False),
    "a cut after a reset of a slow line": (_cut_after_a_reset_of_a_slow_line, True, True),
    "a cut after a reset of a narrow line": (_cut_after_a_reset_of_a_narrow_line, True, True),
    "an inject after one that was there alone": (_inject_before_there_are_two, False, False),
    "a refusal beside another": (_refuse_twice, False, False),
    "a hang beside another": (_hang_twice, False, False),
    "a hang that is cut": (_hang_that_is_cut, True, True),
    "a refusal while the server is down": (lambda: _refuse_while_down(back=False), False, False),
    "a refusal once the server is back": (lambda: _refuse_while_down(back=True), True, True),
    "a fail while the server is down": (_fetch_while_down("fail", "as: reset"), False, False),
    "a refused fetch while the server is down": (_fetch_while_down("refuse", "how: reset"), False, False),
    "a hang on a slow line": (lambda: _hang_on_a_slow_line(0.8), False, False),
    "a long hang on a slow line": (lambda: _hang_on_a_slow_line(2), True, True),
    "a hold of what the client knew": (_hold_what_is_known, True, False),
    "a drop of the visitor's own message": (_drop_the_echo, True, True),
}


def rivalry(name: str) -> tuple[list[Event], Truth]:
    """A whole run with these faults."""
    return finished(RIVALS[name][0]())
