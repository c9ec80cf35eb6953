"""Certificates of a test's own authority, servers that show them, and what such a server saw of its client."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trio
import trustme

from cablecheck.live.secured import Secured

Script = Callable[[Secured], Awaitable[None]]
SITE = "chat.test"


class Authority:
    """A certificate authority that only a test trusts; its files lie in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def issue(self, *names: str, age_days: int = 0, days: int = 2) -> tuple[Path, Path]:
        """A certificate for these names and its key, from `age_days` ago on for so many days."""
        begin = datetime.now(tz=UTC) - timedelta(days=age_days)
        issued = self._authority.issue_cert(*names, not_before=begin, not_after=begin + timedelta(days=days))
        self._made += 1
        certificate = self._folder / f"certificate-{self._made}.pem"
        key = self._folder / f"key-{self._made}.pem"
        for number, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(certificate, append=number > 0)
        issued.private_key_pem.write_to_path(key)
        return certificate, key

    def serving(self, *names: str, clients: bool = False, age_days: int = 0) -> ssl.SSLContext:
        """What a server of these names shows. `clients`: it wants a certificate of this authority's from everybody."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.issue(*(names or (SITE,)), age_days=age_days))
        if clients:
            context.load_verify_locations(self.file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def trusting(self) -> ssl.SSLContext:
        """What a client has who trusts this authority alone."""
        return ssl.create_default_context(cafile=self.file)


@dataclass
class Site:
    """A TLS server: its port, the names that it was asked for, and the subjects of its clients' certificates."""

    port: int
    asked: list[str | None] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@asynccontextmanager
async def secured_site(context: ssl.SSLContext, script: Script) -> AsyncIterator[Site]:
    """A server on loopback that speaks TLS, each connection handled by the script."""
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    site = Site(listeners[0].socket.getsockname()[1])
    context.sni_callback = lambda _socket, name, _context: site.asked.append(name)

    async def handle(raw: trio.SocketStream) -> None:
        stream = Secured(
            raw, context
        )  # trio's own stream keeps from its client why it breaks a handshake off
        try:
            await stream.do_handshake()
            shown = stream._tls.getpeercert() or {}
            site.clients += [name for _, name in shown.get("subjectAltName", ())]
            await script(stream)
        except trio.BrokenResourceError as error:
            site.failed.append(str(getattr(error.__cause__, "reason", error.__cause__)))
        finally:
            await trio.aclose_forcefully(stream)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield site
        nursery.cancel_scope.cancel()
