"""The upgrade: its status, whom it refuses and why, and the subprotocol."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from wsproto.events import Request

from cablecheck.cable.subprotocols import SUBPROTOCOLS, UNSUPPORTED
from cablecheck.doctor.diagnosis import Diagnosis, breach, misdescribed, ok, skipped, unexamined, warning
from cablecheck.doctor.ear import Ear
from cablecheck.doctor.visit import Visit
from cablecheck.live.asking import AskError
from cablecheck.live.targets import Place
from cablecheck.live.websocket import upgrade_for
from cablecheck.target.model import Cable
from cablecheck.target.templates import names_in
from cablecheck.target.wire import Ask

# Which answers may mean that somebody is not let in, rather than that nobody is there.
_DENIALS = (400, 401, 403, 404, 406, 422)


async def upgrade(visit: Visit) -> Diagnosis:
    """A WebSocket opens, as a browser would open it. If not, whether the Origin or the path is to blame."""
    place = visit.first.place
    unknown = [name for name in names_in(_texts(place.wire.target.cable)) if name not in place.wire.values]
    if unknown:
        return skipped(f"needs {unknown[0]}, which signing in was to tell")
    ear = visit.first.ear = visit.open(place)
    await ear.until(lambda: ear.answered, visit.patience)
    if ear.upgraded is not None:
        return ok(f"101 for Origin {place.wire.origin}")
    if ear.over is None:
        ear.leave()
        remedy = "it takes connections and answers none: the server hangs, or something before it does not know WebSockets"
        return unexamined(f"no answer to the upgrade within {visit.patience:g} s", remedy)
    if ear.over.status is not None:
        return await _refused(visit, place, ear.over.status)
    ended = f"no answer to the upgrade: {ear.end()}"
    return await _wants_a_subprotocol(visit, place, ended) or unexamined(
        ended, "see that an HTTP server listens there, and what stands before it"
    )


def _texts(cable: Cable) -> list[object]:
    return [cable.url, cable.headers, cable.cookies, cable.query]


async def _refused(visit: Visit, place: Place, status: int) -> Diagnosis:
    seen = f"the upgrade was answered with {status}"
    if 300 <= status < 400:
        return misdescribed(
            f"{seen}, a redirect",
            "write the address that it leads to into cable.url; browsers follow none here",
        )
    if status == 426:
        return unexamined(
            seen,
            "something before the server takes the Upgrade header away; let it pass `Upgrade` and `Connection` on",
        )
    if status >= 500 or status == 429:
        return unexamined(seen, "what stands before the server has none behind it, or limits it; see its log")
    if status not in _DENIALS:
        return misdescribed(
            seen,
            "this is a web page or an API, not a cable; see cable.url (Rails: config.action_cable.mount_path)",
        )
    return await _denied(visit, place, status, seen)


async def _denied(visit: Visit, place: Place, status: int, seen: str) -> Diagnosis:
    """Told apart: somebody is not let in because of the Origin, for want of a subprotocol, or nobody is there."""
    request = upgrade_for(place.wire)
    own = place.wire.origin
    for origin in (*_origins(place), None):
        if origin != own and await _opens(visit, place, _with_origin(request, origin)):
            told = f"{origin} is let in" if origin else "a client that sends none is let in"
            remedy = f'write origin = "{origin}" under cable' if origin else "leave the check to the session"
            fact = f"{seen} for Origin {own}, while {told}: the Origin is refused"
            return misdescribed(
                fact, f"{remedy}, or add {own} to config.action_cable.allowed_request_origins"
            )
    if wanting := await _wants_a_subprotocol(visit, place, seen):
        return wanting
    if await _is_action_cable(visit, place):
        fact = f"{seen}, and a plain GET by Action Cable's own `Page not found`: the path is right, Origin {own} is refused"
        remedy = "write the Origin of your page as origin under cable, or allow it in config.action_cable.allowed_request_origins"
        return misdescribed(fact, remedy)
    if status == 401 or status == 403:
        remedy = "see the headers, cookies and query under cable: this is where the server looks who it is"
        return misdescribed(f"{seen}, whatever the Origin", remedy)
    fact = f"{seen}, whatever the Origin: no cable has this path"
    return misdescribed(
        fact, "see the path of cable.url (Rails: config.action_cable.mount_path, /cable by default)"
    )


async def _wants_a_subprotocol(visit: Visit, place: Place, seen: str) -> Diagnosis | None:
    """Whether a client that offers Action Cable's subprotocols is let in, where none was offered."""
    request = upgrade_for(place.wire)
    if request.subprotocols:
        return None
    if not await _opens(visit, place, replace(request, subprotocols=list(SUBPROTOCOLS))):
        return None
    fact = f"{seen}, where no subprotocol is offered; 101 where one is"
    return misdescribed(fact, 'write subprotocols = ["actioncable-v1-json"] under cable')


def _origins(place: Place) -> list[str]:
    """Other Origins that a server may know: its own and that of its API, in the cable's scheme first."""
    schemes = ["https", "http"] if place.cable_parts.scheme == "wss" else ["http", "https"]
    hosts = filter(None, (place.cable_parts.netloc, urlsplit(place.api).netloc))
    return list(dict.fromkeys(f"{scheme}://{host}" for host in hosts for scheme in schemes))


def _with_origin(request: Request, origin: str | None) -> Request:
    others = [(name, value) for name, value in request.extra_headers if name.lower() != b"origin"]
    return replace(
        request, extra_headers=others if origin is None else [(b"Origin", origin.encode()), *others]
    )


async def _opens(visit: Visit, place: Place, request: Request) -> bool:
    return (await _tried(visit, place, request)).upgraded is not None


async def _tried(visit: Visit, place: Place, request: Request) -> Ear:
    """A socket that was answered, or not within half the patience, and has been left again."""
    ear = visit.open(place, request)
    await ear.until(lambda: ear.answered, visit.patience / 2)
    ear.leave()
    return ear


async def _is_action_cable(visit: Visit, place: Place) -> bool:
    """Whether a plain GET is answered as Rails' cable answers what it does not let in: 404, text/plain, `Page not found`."""
    parts = place.cable_parts
    url = urlunsplit(parts._replace(scheme="https" if parts.scheme == "wss" else "http"))
    try:
        answer = await visit.ask(Ask("GET", url))
    except AskError:
        return False
    plain = (answer.header("content-type") or "").startswith("text/plain")
    return answer.status == 404 and plain and answer.text.strip() == "Page not found"


async def subprotocol(visit: Visit) -> Diagnosis:
    """What is chosen of what is offered. A browser ends a connection of whose subprotocols none was chosen."""
    place = visit.first.place
    named = place.wire.target.cable.subprotocols
    if named == ():
        return ok("none is offered, as the file says")
    offered = SUBPROTOCOLS if named is None else named
    request = replace(upgrade_for(place.wire), subprotocols=list(offered))
    ear = await _tried(visit, place, request)
    what = ", ".join(offered)
    if ear.upgraded is None:
        fact = f"a client that offers {what} is not let in: {ear.end() or 'no answer'}"
        return (warning if named is None else breach)(
            fact, "the official client offers these; see what stands before the server"
        )
    chosen = ear.upgraded.protocol
    if chosen is None:
        fact = f"offered {what}, and none was chosen: browsers end such a connection at once"
        remedy = (
            "let the Sec-WebSocket-Protocol header pass, or write subprotocols = [] if your page offers none"
        )
        return (warning if named is None else breach)(fact, remedy)
    if chosen == UNSUPPORTED:
        return breach(
            f"it chose {chosen}",
            "the server speaks another version of Action Cable; the official client gives up for good",
        )
    return ok(f"offered {what}, chose {chosen}")
