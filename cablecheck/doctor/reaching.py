"""Names, ports and TLS: whether the hosts of the target file can be reached at all, by the way that leads there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from socket import gaierror

import trio

from cablecheck.doctor.diagnosis import Diagnosis, ok, unexamined, warning
from cablecheck.doctor.visit import Visit
from cablecheck.live.loopback import is_loopback
from cablecheck.live.route import Route, connect, why
from cablecheck.live.secured import Secured
from cablecheck.live.targets import Place
from cablecheck.live.trust import causes
from cablecheck.report.visible import listed
from cablecheck.target.sites import urls_of

# Certificates are renewed by machines weeks before they end: one with less left is one that nobody renews.
EXPIRES_SOON_DAYS = 14
_CONNECT_SECONDS = 5.0
# X509_V_ERR_ of OpenSSL (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64


def routes_of(place: Place) -> list[Route]:
    """The way to every host that the file has cablecheck speak to, the cable's first. What an answer has yet to tell is left out."""
    return list(dict.fromkeys(_routes(place)))


def _routes(place: Place) -> Iterator[Route]:
    for url in urls_of(place.wire.target):
        if url.startswith(("ws://", "wss://", "http://", "https://")):
            yield place.reach.route(url)


async def look_up(visit: Visit) -> Diagnosis:
    """DNS: each name has an address. Where a proxy leads there, it is the proxy's name that counts."""
    seen = []
    routes = routes_of(visit.place)
    for host in dict.fromkeys(route.host if route.proxy is None else route.proxy.host for route in routes):
        found = None
        try:
            with trio.move_on_after(_CONNECT_SECONDS):
                found = await trio.socket.getaddrinfo(host, None, type=trio.socket.SOCK_STREAM)
        except (gaierror, UnicodeError) as error:
            fact = f"{host} has no address ({getattr(error, 'strerror', None) or error})"
            remedy = "see the spelling in the target file, the DNS record, and this machine's resolver or VPN"
            return unexamined(fact, remedy)
        if found is None:
            fact = f"no word about {host} within {_CONNECT_SECONDS:g} s"
            return unexamined(fact, "see this machine's resolver, and its VPN")
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        seen.append(host if addresses == [host] else f"{host} is {listed(addresses, 3)}")
    return ok(", ".join(seen))


async def open_port(visit: Visit) -> Diagnosis:
    """TCP: somebody listens on each port."""
    seen = []
    for route in routes_of(visit.place):
        began = trio.current_time()
        stream = None
        try:
            with trio.move_on_after(_CONNECT_SECONDS):
                stream = await connect(replace(route, tls=None))
        except OSError as error:
            fact = f"no connection to {route.place}: {why(error)}"
            return unexamined(fact, "see that the server runs, and that the target file has its port")
        if stream is None:
            fact = f"{route.place} gives no sign within {_CONNECT_SECONDS:g} s"
            remedy = "a firewall drops it, or the host is down; see the security group and the VPN"
            return unexamined(fact, remedy)
        await trio.aclose_forcefully(stream)
        by = "" if route.proxy is None else f" by {route.proxy.name}"
        seen.append(f"{route.place}{by} in {(trio.current_time() - began) * 1000:.1f} ms")
    return ok(", ".join(seen))


async def handshake(visit: Visit) -> Diagnosis:
    """TLS: chain, name and time of each certificate. What is plain goes over the open net."""
    routes = routes_of(visit.place)
    days = []
    for route in routes:
        if route.tls is not None:
            came = await _days_left(route)
            if isinstance(came, Diagnosis):
                return came
            days.append(came)
    soonest = min(days, default=None)
    if soonest is not None and soonest < EXPIRES_SOON_DAYS:
        fact = f"trusted, but the certificate ends in {soonest:.0f} days"
        return warning(fact, "renew it now, and see why nothing renews it by itself")
    plain = [route.place for route in routes if route.tls is None and not is_loopback(route.host)]
    if plain:
        remedy = "use wss and https: tokens and messages can be read on the way, and proxies meddle with plain WebSockets"
        return warning(f"none at {listed(plain)}", remedy)
    if soonest is None:
        return ok("none, on loopback")
    return ok(f"trusted, and valid for {soonest:.0f} days")


async def _days_left(route: Route) -> float | Diagnosis:
    """How many days a site's certificate is valid from now on, or what is wrong with it."""
    with trio.move_on_after(_CONNECT_SECONDS):
        try:
            stream = await connect(route)
        except OSError as error:
            return _distrust(route, error)
        assert isinstance(stream, Secured), "a route with TLS leads to a stream in TLS"
        ends = stream.valid_until()
        await trio.aclose_forcefully(stream)
        return (ends - datetime.now(tz=UTC)).total_seconds() / 86400
    fact = f"{route.place} accepts a connection and begins no TLS"
    return unexamined(fact, "see that this is the TLS port, and what stands before the server")


def _distrust(route: Route, error: BaseException) -> Diagnosis:
    seen = f"{route.place}: {why(error)}"
    cause = next((each for each in causes(error) if isinstance(each, ssl.SSLError)), None)
    code = getattr(cause, "verify_code", None)
    if code == _EXPIRED:
        return unexamined(seen, "renew it; browsers refuse it too, so no visitor connects")
    if code == _NOT_YET_VALID:
        return unexamined(seen, "see the clocks of this machine and of who issued it")
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        remedy = (
            "write the name that stands in the certificate into the target file, or issue one for this name"
        )
        return unexamined(seen, remedy)
    if isinstance(cause, ssl.SSLCertVerificationError):
        remedy = "send the whole chain (fullchain.pem); an authority of your own is named by ca under tls"
        return unexamined(seen, remedy)
    remedy = (
        "if it speaks no TLS, write ws:// and http://; if it wants a client certificate, name it under tls"
    )
    return unexamined(seen, remedy)
