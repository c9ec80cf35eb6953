"""The checks in their order, each with what it needs; and the visit itself, which is over in a minute whatever the target does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import trio

from cablecheck.doctor import (
    answering,
    catching_up,
    cursors,
    hearing,
    listening,
    publishing,
    reaching,
    signing_in,
    storing,
    strangers,
    upgrading,
)
from cablecheck.doctor.diagnosis import Diagnosis, Row, skipped, unexamined
from cablecheck.doctor.visit import Visit
from cablecheck.errors import UnreachableError
from cablecheck.live.targets import Place

VISIT_SECONDS = 55.0
# All that is ever published: seven into one conversation, one more where a stranger may listen, one into another conversation, and one
# with a wrong token, which should be refused.
MOST_MESSAGES = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `needs`: the checks that must have passed; a warning is good enough."""

    name: str
    look: Callable[[Visit], Awaitable[Diagnosis]]
    needs: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check("name", reaching.look_up),
    Check("port", reaching.open_port, ("name",)),
    Check("tls", reaching.handshake, ("port",)),
    Check("sign in", signing_in.sign_in, ("tls",)),
    Check("upgrade", upgrading.upgrade, ("tls",)),
    Check("subprotocol", upgrading.subprotocol, ("upgrade",)),
    Check("welcome", listening.welcome, ("upgrade",)),
    Check("subscription", listening.subscribe, ("welcome", "sign in")),
    Check("another visitor", signing_in.bring_another, ("sign in", "subscription")),
    Check("publish", publishing.publish, ("sign in",)),
    Check("live", hearing.live, ("publish", "subscription")),
    Check("confirmation", hearing.confirmation, ("publish", "subscription")),
    Check("burst", publishing.burst, ("publish",)),
    Check("every message", hearing.every_message, ("burst", "subscription")),
    Check("truth", storing.stored, ("publish",)),
    Check("catch-up", catching_up.catch_up, ("burst",)),
    Check("cursor excluded", catching_up.exclusive, ("catch-up",)),
    Check("ascending", catching_up.ascending, ("catch-up",)),
    Check("complete", catching_up.complete, ("catch-up",)),
    Check("same moment", catching_up.ties, ("catch-up",)),
    Check("no cursor", cursors.missing, ("catch-up",)),
    Check("unknown cursor", cursors.unknown, ("catch-up",)),
    Check("foreign cursor", cursors.foreign, ("catch-up",)),
    Check("own messages only", strangers.own_only, ("truth", "catch-up")),
    Check("another's list", strangers.list_of_another, ("catch-up",)),
    Check("another's stream", strangers.stream_of_another, ("subscription",)),
    Check("wrong token", strangers.forged_publish, ("publish",)),
    Check("wrong session", strangers.forged_catch_up, ("catch-up",)),
    Check("cache", answering.cache, ("catch-up",)),
    Check("clock", answering.clock, ("publish",)),
    Check("same on both paths", answering.alike, ("live", "catch-up")),
    Check("long message", publishing.long_message, ("live",)),
    Check("pings", listening.pings, ("welcome",)),
    Check("kept", catching_up.kept, ("complete",)),
)


async def examine(
    place: Place,
    tell: Callable[[Row], None],
    *,
    checks: Sequence[Check] = CHECKS,
    within_seconds: float = VISIT_SECONDS,
) -> list[Row]:
    """Look at everything that can be looked at, telling each row as it is there. What a check needs must stand before it."""
    rows: dict[str, Row] = {}
    async with trio.open_nursery() as nursery:
        visit = Visit(place, nursery)
        turns = MOST_MESSAGES + 2 * len(place.wire.target.conversation)
        deadline = trio.current_time() + within_seconds + place.pace.longest_seconds(turns)
        try:
            for check in checks:
                row = Row(check.name, await _looked(visit, check, rows, deadline))
                rows[check.name] = row
                tell(row)
        finally:
            await visit.aclose()
            nursery.cancel_scope.cancel()
    return list(rows.values())


async def _looked(visit: Visit, check: Check, rows: dict[str, Row], deadline: float) -> Diagnosis:
    lacking = [name for name in check.needs if not rows[name].diagnosis.passed]
    if lacking:
        return skipped(f"needs {lacking[0]}")
    with trio.CancelScope(deadline=deadline):
        try:
            return await check.look(visit)
        except UnreachableError as error:
            fact, _, remedy = str(error).rpartition("; ")
            return unexamined(fact or remedy, remedy)
    return unexamined(
        "the visit's time is over", "the target answers too slowly to be examined; see what it waits for"
    )
