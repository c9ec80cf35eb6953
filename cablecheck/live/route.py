"""How a target is reached: its address, TLS, and the proxy in between. One description for all who dial it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from socket import gaierror
from urllib.parse import urlsplit

import trio

from cablecheck.live.http_proxy import HttpProxy, TunnelError, bracketed, dig, proxy_from
from cablecheck.live.secured import Secured, Wire, socket_of
from cablecheck.live.trust import causes, tls_context, tls_words

_DEFAULT_PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}


@dataclass(frozen=True)
class Route:
    """The way to one host and port. `tls` None: plain. `server_name`: what its certificate must say, where that isn't the host."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    server_name: str | None = None
    proxy: HttpProxy | None = None

    @property
    def place(self) -> str:
        """Host and port as errors have them."""
        return f"{bracketed(self.host)}:{self.port}"

    def through(self, environment: Mapping[str, str]) -> Route:
        """The same, by the proxy that the environment names for this host. Raises BadInputError."""
        return replace(self, proxy=proxy_from(environment, self.host, secure=self.tls is not None))


def site_of(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether it is TLS."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme], parts.scheme in {"wss", "https"}


@dataclass(frozen=True)
class Reach:
    """By which way hosts are reached: whom to trust (None: whom this machine trusts), and the environment that may name a proxy."""

    context: ssl.SSLContext | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def route(self, url: str) -> Route:
        """The way to the host of this URL. Raises BadInputError for a proxy that is none."""
        host, port, secure = site_of(url)
        context = (self.context or tls_context()) if secure else None
        return Route(host, port, context).through(self.environment)


async def connect(route: Route) -> Wire:
    """A connection to the target, TLS and all. Sets no deadline. Raises OSError, for a tunnel and a handshake that fail too."""
    if route.proxy is None:
        wire = await _opened(route)
    else:
        wire = await _tunnel(route.proxy, route.host, route.port)
    try:
        return await _secured(wire, route.tls, route.server_name or route.host)
    except trio.BrokenResourceError as error:
        raise ConnectionError(f"no TLS connection: {_tls_failure(error)}") from error


async def _opened(route: Route) -> Wire:
    try:
        return await trio.open_tcp_stream(route.host, route.port)
    except OSError as error:
        raise ConnectionError(f"no connection to {route.place}: {why(error)}") from error


async def _tunnel(proxy: HttpProxy, host: str, port: int) -> Wire:
    """A way through the proxy. Raises TunnelError."""
    try:
        wire = await _secured(await trio.open_tcp_stream(proxy.host, proxy.port), proxy.tls, proxy.host)
    except trio.BrokenResourceError as error:
        raise TunnelError(f"{proxy.name}: no TLS connection: {_tls_failure(error)}") from error
    except OSError as error:
        raise TunnelError(f"{proxy.name} can't be reached: {why(error)}") from error
    try:
        await dig(wire, proxy, host, port)
    except BaseException as error:
        socket_of(wire).close()
        if isinstance(error, trio.BrokenResourceError):
            raise TunnelError(f"{proxy.name} reset the connection instead of answering") from error
        raise
    return wire


async def _secured(wire: Wire, context: ssl.SSLContext | None, server_name: str) -> Wire:
    """The same in TLS, if there is to be any. A stream on which that fails is closed. Raises BrokenResourceError."""
    if context is None:
        return wire
    secured = Secured(wire, context, server_name)
    try:
        await secured.do_handshake()
    except BaseException:
        socket_of(wire).close()
        raise
    return secured


def _tls_failure(error: BaseException) -> str:
    return tls_words(error) or "it ended the connection during the handshake"


def why(error: BaseException) -> str:
    """Why a connection failed, in words for a person; "it" is the target."""
    found = causes(error)
    for cause in found:
        if isinstance(cause, TunnelError):
            return str(cause)
    said = tls_words(error)
    if said is not None:
        return said
    for cause in reversed(found):
        if isinstance(cause, gaierror):
            return f"its name is not known here ({cause.strerror})"
        if isinstance(cause, OSError) and cause.errno:
            said = os.strerror(cause.errno)
            return said[:1].lower() + said[1:]
    return next((words for words in map(str, found) if words), type(error).__name__)
