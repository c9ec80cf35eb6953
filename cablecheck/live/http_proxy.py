"""An HTTP proxy that stands between us and a target, and the tunnel that it digs when it is asked to (CONNECT, RFC 9110, 9.3.6).

Everything goes through a tunnel, plain HTTP too: a WebSocket can't be had otherwise, and the answers that we compare must not be a
proxy's.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

import h11

from cablecheck.errors import BadInputError
from cablecheck.live.secured import Wire
from cablecheck.live.trust import tls_context

_PORTS = {"http": 1080, "https": 443}  # as curl has it
_CHUNK_BYTES = 16 << 10
_REMEDY = "write http://host:port or http://user:password@host:port"


class TunnelError(ConnectionError):
    """The proxy digs no tunnel; says why in words, and names the proxy."""


@dataclass(frozen=True)
class HttpProxy:
    """Where the proxy is; a TLS context when it is spoken to in TLS; and what it is told who we are."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    credentials: str | None = field(default=None, repr=False)  # user:password

    @property
    def name(self) -> str:
        """What errors call it."""
        return f"the proxy {bracketed(self.host)}:{self.port}"


def bracketed(host: str) -> str:
    """The host as it stands before a port: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def read_proxy(url: str, place: str) -> HttpProxy:
    """The proxy of a URL; without a scheme it is http. Raises BadInputError, which never shows a password."""
    whole = url if "://" in url else f"http://{url}"
    scheme, _, rest = whole.partition("://")
    shown = f"{scheme}://{rest.rpartition('@')[2]}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port or _PORTS.get(scheme.lower(), 0)
    except ValueError:
        host, port = "", 0
    if scheme.lower() not in _PORTS and host:
        raise BadInputError(f"{place}: '{shown}' is no HTTP proxy; only those are spoken to: {_REMEDY}")
    if not host or not host.isascii() or parts.path not in ("", "/") or not port:
        raise BadInputError(f"{place}: '{shown}' is no URL of a proxy; {_REMEDY}")
    credentials = None
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return HttpProxy(host, port, tls_context() if scheme.lower() == "https" else None, credentials)


def proxy_from(environment: Mapping[str, str], host: str, *, secure: bool) -> HttpProxy | None:
    """The proxy that the environment names for this host, as curl reads it: HTTPS_PROXY or HTTP_PROXY, else ALL_PROXY, but for NO_PROXY.

    Lower-case names come first. A host on loopback is always reached straight: no other machine could reach it for us. Inside a CGI
    script, where anybody may set HTTP_PROXY by a header, it does not count. Raises BadInputError.
    """
    names = ["https_proxy", "HTTPS_PROXY"] if secure else ["http_proxy", "HTTP_PROXY"]
    if not secure and "REQUEST_METHOD" in environment:
        names.remove("HTTP_PROXY")
    for name in [*names, "all_proxy", "ALL_PROXY"]:
        url = environment.get(name, "").strip()
        if url:
            if _is_loopback(host) or _is_spared(host, environment):
                return None
            return read_proxy(url, name)
    return None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host.lower().rstrip(".") == "localhost" if address is None else address.is_loopback


def _is_spared(host: str, environment: Mapping[str, str]) -> bool:
    listed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return any(_spares(entry, host) for entry in listed.replace(",", " ").split())


def _spares(entry: str, host: str) -> bool:
    """Whether an entry of NO_PROXY means this host: all, a network, an address, a name or what ends in it."""
    if entry == "*":
        return True
    address = _address(host)
    if address is not None:
        try:
            return address in ip_network(entry.strip("[]"), strict=False)
        except ValueError:
            return False
    name, suffix = host.lower().rstrip("."), entry.lower().strip(".")
    return bool(suffix) and (name == suffix or name.endswith(f".{suffix}"))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


async def dig(wire: Wire, proxy: HttpProxy, host: str, port: int) -> None:
    """Ask the proxy for a tunnel to this host. Raises TunnelError, and what the stream raises."""
    place = f"{bracketed(host)}:{port}"
    headers = [("Host", place), ("User-Agent", "cablecheck")]
    if proxy.credentials is not None:
        basic = b64encode(proxy.credentials.encode()).decode("ascii")
        headers.append(("Proxy-Authorization", f"Basic {basic}"))
    http = h11.Connection(h11.CLIENT)
    asked = http.send(h11.Request(method="CONNECT", target=place, headers=headers))
    await wire.send_all((asked or b"") + (http.send(h11.EndOfMessage()) or b""))
    status = await _status(wire, http, proxy)
    if not 200 <= status < 300:
        raise TunnelError(f"{proxy.name} {_refusal(status, place, proxy)}")
    if http.trailing_data[0]:
        raise TunnelError(
            f"{proxy.name} talks before anybody asked it anything; see that it is an HTTP proxy"
        )


async def _status(wire: Wire, http: h11.Connection, proxy: HttpProxy) -> int:
    try:
        while True:
            event = http.next_event()
            if isinstance(event, h11.Response):
                return event.status_code
            if event is h11.NEED_DATA:
                data = bytes(await wire.receive_some(_CHUNK_BYTES))
                if not data:
                    raise TunnelError(f"{proxy.name} ended the connection instead of answering")
                http.receive_data(data)
    except h11.RemoteProtocolError as error:
        raise TunnelError(f"{proxy.name} does not answer as an HTTP proxy does ({error})") from error


def _refusal(status: int, place: str, proxy: HttpProxy) -> str:
    if status == 407 and proxy.credentials is None:
        return "wants to know who asks (407); write its URL as http://user:password@host:port"
    if status == 407:
        return "does not accept the user and password of its URL (407)"
    if status in (502, 503, 504):
        return f"can't reach {place} ({status})"
    return f"does not let us through to {place} ({status})"
