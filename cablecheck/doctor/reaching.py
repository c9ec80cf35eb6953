"""Names, TCP and TLS: whether the hosts of the target file can be reached at all."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from socket import gaierror

import trio

from cablecheck.doctor.diagnosis import Diagnosis, ok, unexamined, warning
from cablecheck.doctor.visit import Visit
from cablecheck.live.rest import tls_context
from cablecheck.live.targets import site_of
from cablecheck.report.visible import listed
from cablecheck.target.templates import names_in
from cablecheck.target.wire import Wire

# A browser's users see nothing coming: a certificate that ends is renewed by machines, or else by hand, too late.
EXPIRES_SOON_DAYS = 14
_CONNECT_SECONDS = 5.0
# X509_V_ERR_ of OpenSSL (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64


@dataclass(frozen=True, slots=True)
class Site:
    """A host and port that the target file names."""

    host: str
    port: int
    secure: bool

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def sites_of(wire: Wire) -> list[Site]:
    """Every site that the file has cablecheck dial, the cable's first. What an answer has yet to tell is left out."""
    return [Site(*site) for site in dict.fromkeys(map(site_of, _urls(wire)))]


def _urls(wire: Wire) -> Iterator[str]:
    target = wire.target
    yield wire.cable_url
    requests = [step.request for step in (*target.auth, *target.conversation)]
    requests += [
        each.request for each in (target.publish, target.catch_up, target.truth) if each and each.request
    ]
    for request in requests:
        url = request.partition(" ")[2].strip()
        root = next(iter(names_in(url)), None) if url.startswith("{") else None
        if root is not None and root in wire.values:
            yield wire.values[root]
        elif url.startswith(("http://", "https://")):
            yield url.partition("?")[0]


async def look_up(visit: Visit) -> Diagnosis:
    """DNS: each name has an address."""
    seen = []
    for host in dict.fromkeys(site.host for site in sites_of(visit.place.wire)):
        try:
            found = await trio.socket.getaddrinfo(host, None, type=trio.socket.SOCK_STREAM)
        except (gaierror, UnicodeError, OSError) as error:
            fact = f"{host} has no address ({getattr(error, 'strerror', None) or error})"
            return unexamined(
                fact,
                "see the spelling in the target file, the DNS record, and this machine's resolver or VPN",
            )
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        seen.append(host if addresses == [host] else f"{host} is {listed(addresses, 3)}")
    return ok(", ".join(seen))


async def connect(visit: Visit) -> Diagnosis:
    """TCP: somebody listens on each port."""
    seen = []
    for site in sites_of(visit.place.wire):
        began = trio.current_time()
        stream = None
        try:
            with trio.move_on_after(_CONNECT_SECONDS):
                stream = await trio.open_tcp_stream(site.host, site.port)
        except OSError as error:
            fact = f"nobody listens on {site} ({_reason(error)})"
            return unexamined(fact, "see that the server runs, and that the target file has its port")
        if stream is None:
            fact = f"{site} gives no sign within {_CONNECT_SECONDS:g} s"
            return unexamined(
                fact, "a firewall drops it, or the host is down; see the security group and the VPN"
            )
        await stream.aclose()
        seen.append(f"{site} in {(trio.current_time() - began) * 1000:.1f} ms")
    return ok(", ".join(seen))


async def handshake(visit: Visit) -> Diagnosis:
    """TLS: chain, name and time of each certificate. What is plain goes over the open net."""
    secure = [site for site in sites_of(visit.place.wire) if site.secure]
    plain = [site for site in sites_of(visit.place.wire) if not site.secure]
    days = []
    for site in secure:
        came = await _certificate(visit, site)
        if isinstance(came, Diagnosis):
            return came
        days.append(came)
    soonest = min(days, default=None)
    if soonest is not None and soonest < EXPIRES_SOON_DAYS:
        return warning(
            f"the certificate ends in {soonest:.0f} days",
            "renew it now, and see why nothing renews it by itself",
        )
    if open_ones := [site for site in plain if not _is_loopback(site.host)]:
        remedy = "use wss and https: tokens and messages can be read on the way, and proxies meddle with plain WebSockets"
        return warning(f"no TLS at {listed([str(site) for site in open_ones])}", remedy)
    if soonest is None:
        return ok("none, on loopback")
    return ok(f"trusted, for {listed([site.host for site in secure])}, {soonest:.0f} days left")


async def _certificate(visit: Visit, site: Site) -> float | Diagnosis:
    """How many days a site's certificate has left, or what is wrong with it."""
    context = visit.place.upstream.tls or tls_context()
    with trio.move_on_after(_CONNECT_SECONDS):
        try:
            stream = await trio.open_tcp_stream(site.host, site.port)
            secured = trio.SSLStream(stream, context, server_hostname=site.host, https_compatible=True)
            try:
                await secured.do_handshake()
                shown = secured.getpeercert() or {}
            finally:
                await trio.aclose_forcefully(stream)
        except (OSError, trio.BrokenResourceError) as error:
            return _distrust(site, error)
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), tz=UTC)
        return (ends - datetime.now(tz=UTC)).total_seconds() / 86400
    return unexamined(
        f"{site} accepts a connection and begins no TLS",
        "see that this is the TLS port, and what stands before the server",
    )


def _distrust(site: Site, error: BaseException) -> Diagnosis:
    cause = error.__cause__ or error
    code = getattr(cause, "verify_code", None)
    if code == _EXPIRED:
        return unexamined(
            f"{site}: its certificate has expired", "renew it; browsers refuse it too, so no visitor connects"
        )
    if code == _NOT_YET_VALID:
        return unexamined(
            f"{site}: its certificate is not valid yet", "see the clocks of this machine and of who issued it"
        )
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        said = str(getattr(cause, "verify_message", "")).rstrip(".")
        remedy = (
            "write the name that stands in the certificate into the target file, or issue one for this name"
        )
        return unexamined(f"{site}: its certificate is for another name ({said})", remedy)
    if isinstance(cause, ssl.SSLCertVerificationError):
        remedy = "send the whole chain (fullchain.pem); for an authority of your own give [target.NAME.tls] ca, or SSL_CERT_FILE"
        return unexamined(f"{site}: its certificate is not trusted ({cause.verify_message})", remedy)
    if isinstance(cause, ssl.SSLError):
        fact = f"{site} breaks the TLS handshake off ({cause.reason or cause})"
        return unexamined(
            fact,
            "if it speaks no TLS, write ws:// and http://; if it wants a client certificate, give [target.NAME.tls]",
        )
    return unexamined(f"{site}: no TLS handshake ({_reason(cause)})", "see what listens there")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _reason(error: BaseException) -> str:
    causes = error.__cause__.exceptions if isinstance(error.__cause__, BaseExceptionGroup) else ()
    said = getattr(causes[0] if causes else error, "strerror", None) or error
    return str(said).lower()
