"""How a client's own events show that a fault touched it: one row a verb.

The journal of the nemesis is never believed: a nemesis that writes "fired" and does nothing leaves none of these signs. Each
sign is stricter than it need be, because a fault that was not felt only makes a run inconclusive, while one that is believed in
error makes it worthless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from cablecheck.checker.endings import DEPLOY_WORDS, cut, deploy, restart, truncate
from cablecheck.checker.record import Fault, Record
from cablecheck.checker.rivals import (
    copied,
    excuse_seconds,
    rivals,
    server_down,
    slow_line_seconds,
    unspoilt_by_others,
)
from cablecheck.checker.slowing import delay, latency, throttle
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import (
    SLOWING,
    UNSURE_SECONDS,
    Felt,
    Touch,
    after,
    answered,
    frame_at_stake,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows a fault: the rule, and in words what the client's events must say.

    `unfelt` and `idle` say what it comes to that nobody felt it, or that nothing was at stake. `moot` says why a fault that never fired could not touch these clients, where their own events show that it could not.
    """

    look: Callable[[Touch], Felt | None]
    words: str
    unfelt: str = "it fired, and the client never felt it"
    idle: str = "it was felt, and no message of the story was at stake"
    moot: Callable[[Record, Fault], str] = lambda *_: ""


def refuse(touch: Touch) -> Felt | None:
    """The connection attempt fails in just this way; one that hangs does not open before the heal."""
    how = touch.arguments.get("how", "")
    others = {event.verb for event in rivals(touch, NEVER)}
    if "refuse" in others or (how != "hang" and others - {*SLOWING}):
        return None
    return _refused_fetch(touch, how) if touch.event.fetch is not None else _refused_socket(touch, how)


def _refused_socket(touch: Touch, how: str) -> Felt | None:
    socket = touch.socket
    if socket is None:
        return None
    if how == "hang":
        until = min(touch.over(), socket.closed)
        natural = UNSURE_SECONDS + slow_line_seconds(touch, until)
        if socket.opened < until or touch.lasted(until) < natural:
            return None
        return Felt((touch.confirmed_after(until),))
    end = socket.end
    if end is None or socket.opened != NEVER or socket.closed < touch.position:
        return None
    if how == "reset" and server_down(touch.record, socket.closed):
        return None
    ways = {"port": ("refused", None), "reset": ("rst", None)}
    way, status = ways.get(how, ("rejected", how))
    if end.how != way or (status is not None and str(end.status) != status):
        return None
    return Felt((touch.confirmed_after(socket.closed),))


def _refused_fetch(touch: Touch, how: str) -> Felt | None:
    fetch = touch.fetch
    if fetch is None:
        return None
    if how == "hang":
        until = touch.kept_until()
        felt = fetch.ended >= until and touch.lasted(until) >= UNSURE_SECONDS + excuse_seconds(touch, until)
    elif fetch.answer is None:
        return None
    elif how in ("port", "reset"):
        broken = fetch.answer.error is not None and fetch.answer.status is None
        felt = broken and not server_down(touch.record, fetch.ended)
    else:
        felt = str(fetch.answer.status) == how
    return Felt(answered(touch)) if felt else None


def hold(touch: Touch) -> Felt | None:
    """What was kept is not received before it is released or healed, or its connection is gone, and that took a while."""
    until = touch.kept_until()
    if touch.event.fetch is not None:
        fetch = touch.fetch
        if fetch is None or fetch.ended < until or not _outlasted(touch, until):
            return None
        return Felt(answered(touch), touch.event.ids)
    socket = touch.socket
    if socket is None or not _outlasted(touch, until):
        return None
    if touch.event.kind == "subscribe":
        return Felt((touch.confirmed_after(until - 1),)) if touch.unconfirmed(socket, until) else None
    if not _came_down(touch) or touch.receipt() < until:
        return None
    return frame_at_stake(touch, touch.confirmed_after(touch.position))


def drop(touch: Touch) -> Felt | None:
    """What was dropped is never received on its socket, which lived on for a while; a dropped subscribe is not confirmed there."""
    if touch.event.fetch is not None:
        fetch = touch.fetch
        gone = fetch is not None and (fetch.answer is None or fetch.answer.error is not None)
        alone = unspoilt_by_others(touch) and not server_down(touch.record, fetch.ended if fetch else NEVER)
        if not gone or not alone or not _outlasted(touch, fetch.ended if fetch else NEVER):
            return None
        return Felt(answered(touch), touch.event.ids)
    socket, until = touch.socket, touch.alive_until()
    if socket is None or not _outlasted(touch, until):
        return None
    if touch.event.kind == "subscribe":
        return Felt((touch.confirmed_after(touch.position),)) if touch.unconfirmed(socket, until) else None
    if not _came_down(touch) or touch.receipt() != NEVER:
        return None
    return frame_at_stake(touch, touch.confirmed_after(touch.position))


def _outlasted(touch: Touch, until: int) -> bool:
    """Whether it was away for longer than a busy machine, or what other faults did to it, can explain."""
    natural = max(excuse_seconds(touch, until), touch.greeted_after(), touch.record.pace_seconds)
    return touch.lasted(until) >= UNSURE_SECONDS + natural


def strip(touch: Touch) -> Felt | None:
    """A socket that offered subprotocols opens without one, though the same target chose one for another; nothing is confirmed on it."""
    socket = touch.socket
    if socket is None or not touch.position < socket.opened < NEVER or not socket.offers:
        return None
    if socket.protocol is not None or not any(each.protocol for each in touch.subject.sockets.values()):
        return None
    return Felt(() if socket.confirms else (touch.confirmed_after(socket.opened, anew=True),))


def _nothing_offered(record: Record, fault: Fault) -> str:
    """Who offers no subprotocol does not notice that there is none."""
    covered = [subject for name, subject in record.subjects.items() if fault.armed.client in (None, name)]
    offered = any(socket.offers for subject in covered for socket in subject.sockets.values())
    return "" if offered else "no socket offered a subprotocol, so there was none to take out"


def repeat(touch: Touch) -> Felt | None:
    """The frame is received once more for each time that it was to be repeated."""
    last = touch.receipt(int(touch.arguments.get("times", "1")))
    return None if last == NEVER or copied(touch) else frame_at_stake(touch, last)


def reorder(touch: Touch) -> Felt | None:
    """Two frames that came to the fault one after the other are received the other way round; or none followed, and the one was held."""
    socket = touch.socket
    if touch.following is None or socket is None:
        return hold(touch)
    position, event = touch.following
    second = after(socket.receipts.get(event.digest or "", []), position)
    first = touch.receipt()
    if not second < first < NEVER or excuse_seconds(touch, first) == inf:
        return hold(touch)
    return Felt((), touch.event.ids + event.ids)


def inject(touch: Touch) -> Felt | None:
    """A frame is received that the target has no reason to send: one more than was asked for, or one that nobody asked for."""
    socket, what = touch.socket, touch.arguments.get("what", "")
    if socket is None or touch.receipt() == NEVER or copied(touch):
        return None
    match what:
        case "confirm" if touch.arguments.get("identifier", "own") == "own":
            asked = sum(len(sent) for sent in socket.subscribes.values())
            at = _beyond(socket.confirms, asked, touch.position)
            return None if at == NEVER else Felt((at, touch.confirmed_after(at)))
        case "confirm":
            at = _beyond(socket.controls.get("foreign", []), 0, touch.position)
        case "message":
            at = touch.subject.by_socket.get("".join(touch.event.ids), NEVER)
        case "ping":
            return Felt() if touch.event.kind == "ping" else None
        case "welcome":
            return Felt() if _beyond(socket.controls.get("welcome", []), 1, touch.position) != NEVER else None
        case _:
            at = _beyond(socket.controls.get(what, []), 0, touch.position)
    return None if at == NEVER else Felt((at,))


def _beyond(receipts: list[int], natural: int, position: int) -> int:
    """The first receipt after this position, if there are more of them in all than come by nature."""
    return after(receipts, position) if len(receipts) > natural else NEVER


def fail(touch: Touch) -> Felt | None:
    """The answer that the client got is spoilt in just this way."""
    fetch, as_ = touch.fetch, touch.arguments.get("as", "")
    if fetch is None or fetch.answer is None or fetch.ended < touch.position:
        return None
    if as_.isdigit():
        spoilt = str(fetch.answer.status) == as_
    else:
        spoilt = fetch.answer.error is not None and not server_down(touch.record, fetch.ended)
    return Felt(answered(touch), touch.event.ids) if spoilt and unspoilt_by_others(touch) else None


def page(touch: Touch) -> Felt | None:
    """The answer that the client got lacks messages that the target's own answer had, and is as short as the limit."""
    fetch = touch.fetch
    if fetch is None or fetch.answer is None or fetch.answer.status != 200 or not unspoilt_by_others(touch):
        return None
    got = set(fetch.answer.ids)
    withheld = tuple(id_ for id_ in touch.event.ids if id_ not in got)
    return Felt((), withheld) if withheld and len(got) <= int(touch.arguments.get("limit", "0")) else None


def _came_down(touch: Touch) -> bool:
    """Whether it was certainly a frame for the client: nothing shows what became of other commands than a subscribe."""
    event = touch.event
    down = event.kind in ("welcome", "ping", "confirm", "reject", "disconnect")
    return event.digest is not None and (down or (event.kind == "message" and bool(event.ids)))


SIGNS: dict[str, Sign] = {
    "cut": Sign(cut, "the socket does not end as it was cut"),
    "restart": Sign(restart, "the server was not seen to stop, or no socket ended with it or was kept out"),
    "deploy": Sign(deploy, *DEPLOY_WORDS),
    "refuse": Sign(refuse, "no connection fails as it was refused"),
    "blackhole": Sign(hold, "what was swallowed was received all the same, or nothing was swallowed"),
    "latency": Sign(latency, "nothing that was slowed down is late by the delay"),
    "throttle": Sign(throttle, "nothing came as late as its turn on the narrow line"),
    "strip": Sign(
        strip, "no socket opened without the subprotocol that others were given", moot=_nothing_offered
    ),
    "hold": Sign(hold, "what was held was received before its release, or was held too short to tell"),
    "drop": Sign(drop, "what was dropped was received, or its connection ended at once"),
    "repeat": Sign(repeat, "no frame was received as often as it was repeated"),
    "truncate": Sign(truncate, "what was cut in the middle was received, or its socket was not reset"),
    "reorder": Sign(
        reorder,
        "no two frames were received in another order than they came, and none was kept back for long",
    ),
    "inject": Sign(inject, "no frame was received but those that the target had reason to send"),
    "fail": Sign(fail, "no answer was spoilt as it was to be"),
    "delay": Sign(delay, "no answer is late by the delay"),
    "page": Sign(page, "no answer lacks what a page limit withholds"),
}
