"""What else can have done what a fault is said to have done: the other faults that touched the same thing, and the server's absence.

A fault that did nothing is not to be believed because another one did the same. The journal is no proof that something happened, but
it is good enough for a doubt.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from math import inf

from cablecheck.checker.record import Fault, Record, Thing, thing_of
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import SLOWING, Touch, after, arguments, seconds_of
from cablecheck.history import Fired

_KEEPING = ("hold", "drop", "truncate", "reorder", "blackhole", "refuse")


def rivals(touch: Touch, until: int) -> Iterator[Fired]:
    """Other faults' touches of the same thing, from this touch on, before `until`. A subscribe and its confirm are one thing."""
    for thing in _things(touch.event):
        touches = touch.record.touches.get(thing, [])
        first = bisect_left(touches, touch.event.at, key=lambda entry: entry[1].at)
        for index in range(first, len(touches)):
            position, event = touches[index]
            if position >= until:
                break
            if event.fault != touch.event.fault:
                yield event


def excuse_seconds(touch: Touch, until: int) -> float:
    """How late the touched thing may be by the doing of others: without end where one of them kept it or threw it away."""
    late: dict[str, float] = {}
    for event in rivals(touch, until):
        waited = seconds_of(arguments(event.detail), "late")
        slower = waited or _slower_by(touch.record.faults[event.fault])
        late[event.fault] = inf if event.verb in _KEEPING else slower
    return sum(late.values())


def slow_line_seconds(touch: Touch, until: int) -> float:
    """How much later a handshake may be answered on a line that other faults slow down: nobody journals its bytes."""
    faults = touch.record.faults.values()
    return 2 * sum(
        _slower_by(fault)
        for fault in faults
        if fault.armed.verb == "latency"
        and fault.armed_at < until
        and fault.healed > touch.position
        and fault.armed.client in (None, touch.event.client)
    )


def copied(touch: Touch) -> bool:
    """Whether another fault sent the client the same text once more, before or after."""
    touches = touch.record.touches.get(thing_of(touch.event), [])
    return any(
        event.fault != touch.event.fault and event.verb in ("repeat", "inject") for _, event in touches
    )


def unspoilt_by_others(touch: Touch) -> bool:
    """Whether no other fault changed the answer: that it was late changes nothing."""
    return all(event.verb in (*SLOWING, "delay") for event in rivals(touch, NEVER))


def server_down(record: Record, position: int) -> bool:
    """Whether the server was being restarted or deployed then, so that a connection may have failed all by itself."""
    index = bisect_right(record.restarts, position) - 1
    restarting = index >= 0 and position < after(record.starts, record.restarts[index])
    return restarting or any(deploy.began <= position < deploy.ended for deploy in record.deploys.values())


def _things(event: Fired) -> tuple[Thing, ...]:
    thing = thing_of(event)
    if event.kind != "subscribe":
        return (thing,)
    return ((*thing[:3], "subscribe"), (*thing[:3], "confirm"))


def _slower_by(fault: Fault) -> float:
    given = arguments(fault.armed.detail)
    return sum(seconds_of(given, name) for name in ("delay", "jitter", "by"))
