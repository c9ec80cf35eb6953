"""On the open socket: the welcome, the subscription and its confirmation, the pings."""

from __future__ import annotations

from itertools import pairwise

from cablecheck.cable.frames import Confirm, Disconnect, Reject
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, unexamined, warning
from cablecheck.doctor.visit import Visit
from cablecheck.report.visible import counted, shortened

# The official client asks again after half a second; a server that answers only then has lost the first question.
_ASK_AGAIN_SECONDS = 3.0
_MOST_QUOTED = 60
# Two pings of Rails come within six seconds, whatever the file calls stale.
_LEAST_PING_SECONDS = 8.0
_TOLERANCE = 1.25  # two pings may be a little late
_MOST_PING_SECONDS = 20.0


async def welcome(visit: Visit) -> Diagnosis:
    """The first frame is a welcome."""
    ear = visit.first.ear
    assert ear is not None, "the socket was opened"
    came = await ear.until(ear.greeted, visit.patience)
    if came is None:
        strange = ear.strange()
        if strange:
            fact = f"no welcome, but {shortened(strange[0].text, _MOST_QUOTED)!r} ({strange[0].reason})"
            return unexamined(fact, "this WebSocket speaks something else than Action Cable; see cable.url")
        frames = f", but {counted(len(ear.arrived), 'other frame')}" if ear.arrived else ""
        fact = f"no welcome: {ear.end()}" if ear.end() else f"no welcome within {visit.patience:g} s{frames}"
        return unexamined(
            fact,
            "see that this is the cable's address, and that the cable's workers and its adapter (Redis) are up",
        )
    if isinstance(came.frame, Disconnect):
        fact = f"a disconnect frame instead of a welcome: {came.frame.reason}"
        if came.frame.reason == "unauthorized":
            return misdescribed(
                fact,
                "see what the server looks at in `connect`: give it as cookies, headers or query under cable",
            )
        return unexamined(fact, "the server sends everybody away; is it being restarted?")
    return ok(
        "it came" if not ear.strange() else f"it came, after {counted(len(ear.strange()), 'strange frame')}"
    )


async def subscribe(visit: Visit) -> Diagnosis:
    """A subscription is confirmed, at the first asking, under the identifier that was sent."""
    first = visit.first
    ear = first.ear
    assert ear is not None, "the socket was opened"
    ear.subscribe(first.identifier)
    came = await ear.until(lambda: ear.told_of(first.identifier), _ASK_AGAIN_SECONDS)
    again = came is None and not ear.end()
    if again:
        ear.subscribe(first.identifier)
        came = await ear.until(lambda: ear.told_of(first.identifier), visit.patience)
    if came is None:
        return _unanswered(ear.end())
    match came.frame:
        case Reject():
            return misdescribed(
                "the subscription is rejected",
                "see the ids in subscription.identifier, and what `subscribed` of the channel checks",
            )
        case Disconnect(reason=reason):
            return unexamined(
                f"a disconnect frame came instead: {reason}", "see the server's log; is it being restarted?"
            )
        case Confirm(identifier=identifier) if identifier != first.identifier:
            fact = f"confirmed, but as {shortened(str(identifier), _MOST_QUOTED)}: the server writes the identifier anew"
            return warning(
                fact,
                "write its keys in the server's order, without blanks: the official client compares letter by letter, and hears nothing",
            )
    if again:
        return breach(
            "confirmed only when asked twice",
            "a client that asks once, as hellotext.js does, waits for ever; see the server's log for the first one",
        )
    return ok("confirmed")


def _unanswered(end: str) -> Diagnosis:
    if end:
        return unexamined(
            f"the connection ended instead of an answer: {end}",
            "see the server's log: subscribing kills it (is its adapter, Redis, up?)",
        )
    remedy = "Rails is silent about a channel that it does not know: see the channel's name in subscription.identifier, and the adapter"
    return misdescribed("neither confirmed nor rejected, asked twice", remedy)


async def pings(visit: Visit) -> Diagnosis:
    """Two pings come, and often enough for a client that takes silence for death."""
    ear = visit.first.ear
    assert ear is not None, "the socket was opened"
    stale = visit.place.wire.target.cable.stale_after
    limit = min(max(2 * stale + 1, _LEAST_PING_SECONDS), _MOST_PING_SECONDS)
    await ear.until(lambda: len(ear.pings()) >= 2 or None, limit)
    came = ear.pings()
    longer = "let the server ping more often (Rails: every 3 s), or raise cable.stale_after and the client's own limit"
    if ear.end() and len(came) < 2:
        return breach(
            f"the socket ended by itself: {ear.end()}",
            "see what closes idle sockets: the proxy's read timeout, or the server",
        )
    if len(came) < 2:
        seen = "no ping" if not came else "one ping"
        fact = f"{seen} within {limit:g} s, while stale_after is {stale:g} s"
        return breach(fact, f"{longer}; a client reconnects for ever, or never notices that the line is dead")
    apart = max(later - earlier for earlier, later in pairwise(came))
    if apart >= stale:
        return breach(
            f"{apart:.1f} s apart, while stale_after is {stale:g} s",
            f"{longer}: every client takes a living socket for dead",
        )
    if 2 * apart > stale * _TOLERANCE:
        return warning(f"{apart:.1f} s apart: one late ping, and stale_after ({stale:g} s) is over", longer)
    return ok(f"{apart:.1f} s apart; stale_after is {stale:g} s")
