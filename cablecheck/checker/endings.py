"""The signs of faults that end a socket: it ends just so, and nothing else can have ended it."""

from __future__ import annotations

from cablecheck.checker.subject import Socket
from cablecheck.checker.timeline import NEVER
from cablecheck.checker.touch import SLOWING, Felt, Touch, after


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
    """The server was seen to stop, and the socket that was connected to it ends before the server is back; or one does not open meanwhile."""
    socket, stops, starts = touch.socket, touch.record.stops, touch.record.starts
    stop = after(stops, touch.position)
    if stop == NEVER:
        return None
    start = after(starts, stop)
    if socket is None:
        return _kept_out(touch, stop, min(start, touch.record.closing))
    if socket.end is None:
        return None
    until = min(touch.undisturbed_until(), start)
    if socket.end.how not in ("fin", "rst", "close") or not touch.position < socket.closed < until:
        return None
    return Felt((touch.confirmed_after(socket.closed, anew=True),))


def _kept_out(touch: Touch, stop: int, start: int) -> Felt | None:
    ends = [
        socket.closed
        for socket in touch.subject.sockets.values()
        if socket.opened == NEVER and stop < socket.closed < start and not _touched_by_others(touch, socket)
    ]
    return Felt(tuple(touch.confirmed_after(end) for end in ends)) if ends else None


def truncate(touch: Touch) -> Felt | None:
    """The socket is reset before anything else could have ended it, and what was cut in the middle is never received on it."""
    socket = touch.socket
    if socket is None or socket.end is None or socket.end.how != "rst" or touch.receipt() != NEVER:
        return None
    if not touch.position < socket.closed < touch.undisturbed_until():
        return None
    return Felt((touch.confirmed_after(socket.closed, anew=True),), touch.event.ids)


# What a deploy must do to be believed, and what it comes to where nobody felt it, or nothing was at stake.
DEPLOY_WORDS = (
    "a rolling restart kept the sockets, or the command restarted nothing",
    "the deploy ended no connection",
    "the deploy ended connections, and no message was stored while a client was away; publish faster",
)


def deploy(touch: Touch) -> Felt | None:
    """Since the command began a socket of this client ended, or did not open, and no fault had touched it.

    Also after the command's end, for a rolling deploy goes on ending connections when the command is back; until the next deploy.
    """
    record = touch.record
    this = record.deploys.get(touch.event.fault)
    if this is None:
        return None
    until = min((each.began for each in record.deploys.values() if each.began > this.began), default=NEVER)
    until = min(until, record.closing)
    ends = [
        socket.closed
        for socket in touch.subject.sockets.values()
        if this.began < socket.closed < until and not _touched_by_others(touch, socket)
    ]
    return Felt(tuple(touch.confirmed_after(end) for end in ends)) if ends else None


def _touched_by_others(touch: Touch, socket: Socket) -> bool:
    """Whether a fault touched this socket as a whole before its end, so that the end may be that fault's doing."""
    thing = (touch.event.client, socket.number, None, "")
    cuts = touch.record.cuts.get((touch.event.client, socket.number), [])
    touches = [(position, event.fault, event.verb) for position, event in touch.record.touches.get(thing, [])]
    return any(position < socket.closed for position, _ in cuts) or any(
        position < socket.closed and fault != touch.event.fault and verb not in SLOWING
        for position, fault, verb in touches
    )
