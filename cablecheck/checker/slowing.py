"""The signs of faults that only slow things down: what they touched comes, and comes too late."""

from __future__ import annotations

from cablecheck.checker.rivals import excuse_seconds
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import (
    SLOWING,
    UNSURE_SECONDS,
    Felt,
    Touch,
    after,
    answered,
    arguments,
    frame_at_stake,
    seconds_of,
)

_ROUNDING_SECONDS = 0.001


def latency(touch: Touch) -> Felt | None:
    """What was slowed down comes at least the delay after the fault touched it; a subscribe's confirm likewise.

    Where its jitter may take off nearly all of it, it comes later than a busy machine explains.
    """
    delay, jitter = seconds_of(touch.arguments, "delay"), seconds_of(touch.arguments, "jitter")
    least = _surely(touch)
    return _late(touch, max(delay - jitter, least)) if delay + jitter >= least else None


def throttle(touch: Touch) -> Felt | None:
    """What had to wait its turn on a narrow line comes no sooner than it can have passed."""
    waited = seconds_of(arguments(touch.event.detail), "late")
    return _late(touch, waited) if waited >= _surely(touch) else None


def delay(touch: Touch) -> Felt | None:
    """The answer comes at least the delay after the fault touched it."""
    return _late(touch, seconds_of(touch.arguments, "by"))


def _late(touch: Touch, delay_seconds: float) -> Felt | None:
    if touch.event.fetch is not None:
        at = NEVER if touch.fetch is None else touch.fetch.ended
    elif touch.event.kind == "subscribe":
        at = NEVER if touch.socket is None else after(touch.socket.confirms, touch.position)
    else:
        at = touch.receipt()
    if at == NEVER or delay_seconds < UNSURE_SECONDS:
        return None
    # Healed before, it was let go at once; but that a delay is spent lets nothing go.
    if touch.fault.armed.verb in SLOWING and touch.over() < at:
        delay_seconds = min(delay_seconds, max(_surely(touch), touch.lasted(touch.over())))
    if touch.lasted(at) < delay_seconds + excuse_seconds(touch, at) - _ROUNDING_SECONDS:
        return None
    if touch.event.fetch is not None:
        return Felt(answered(touch), touch.event.ids)
    return Felt((at,)) if touch.event.kind == "subscribe" else frame_at_stake(touch, at)


def _surely(touch: Touch) -> float:
    """How many seconds late a thing has to be that no busy machine and no slow target explains it."""
    return UNSURE_SECONDS + touch.record.pace_seconds
