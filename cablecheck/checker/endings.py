"""The signs of faults that end a socket: it ends just so, and nothing else can have ended it."""

from __future__ import annotations

from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import Felt, Touch, after


def cut(touch: Touch) -> Felt | None:
    """The socket that was cut ends, and ends in just this way, before anything else could have ended it."""
    socket, until = touch.socket, touch.undisturbed_until()
    if socket is None:
        return None
    how = touch.arguments.get("how", "")
    if how.startswith("close"):
        code = touch.arguments.get("code", "1000")
        at = socket.closing if str(socket.closing_code or code) == code else NEVER
    else:
        at = socket.closed if socket.end is not None and socket.end.how == how else NEVER
    return Felt((touch.confirmed_after(at, anew=True),)) if touch.position < at < until else None


def restart(touch: Touch) -> Felt | None:
    """The server was seen to stop, and the socket that was connected to it ends before the server is back."""
    socket, stops, starts = touch.socket, touch.record.stops, touch.record.starts
    stop = after(stops, touch.position)
    if socket is None or socket.end is None or stop == NEVER:
        return None
    until = min(touch.undisturbed_until(), after(starts, stop))
    if socket.end.how not in ("fin", "rst", "close") or not touch.position < socket.closed < until:
        return None
    return Felt((touch.confirmed_after(socket.closed, anew=True),))


def truncate(touch: Touch) -> Felt | None:
    """The socket is reset before anything else could have ended it, and what was cut in the middle is never received on it."""
    socket = touch.socket
    if socket is None or socket.end is None or socket.end.how != "rst" or touch.receipt() != NEVER:
        return None
    if not touch.position < socket.closed < touch.undisturbed_until():
        return None
    return Felt((touch.confirmed_after(socket.closed, anew=True),), touch.event.ids)
