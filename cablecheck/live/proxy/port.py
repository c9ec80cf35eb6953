"""The proxy of one client: a port, on loopback unless told otherwise, that can be shut and opened again."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

import trio

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_BREATH_SECONDS = 0.05


class Proxy:
    """Listens for one client at `address`. While the port is shut the kernel refuses connections, and nobody else can take it.

    Raises OSError when the address can't be had, or is taken by somebody who listens there.

    A second socket, bound and never listening, keeps the port: the clients' own ports are given out by the kernel, and it might
    give out this one.
    """

    def __init__(
        self,
        client: str,
        nursery: trio.Nursery,
        serve: Callable[[str, tuple[str, int], trio.SocketStream], Awaitable[None]],
        address: tuple[str, int] = (_LOOPBACK, 0),
    ) -> None:
        self.client = client
        self._host = address[0]
        self._nursery = nursery
        self._serve = serve
        self._guard = _bound(self._host, address[1])
        self._listening: trio.socket.SocketType | None = None

    @property
    def port(self) -> int:
        """The port, the same as long as the proxy lives."""
        return int(self._guard.getsockname()[1])

    def open(self) -> None:
        """Listen, if it does not yet."""
        if self._listening is None:
            sock = _bound(self._host, self.port)
            sock.listen(_BACKLOG)
            self._listening = trio.socket.from_stdlib_socket(sock)
            self._nursery.start_soon(self._accept, self._listening)

    def shut(self) -> None:
        """Refuse new connections. Those that are open stay."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def close(self) -> None:
        """Give the port up."""
        self.shut()
        self._guard.close()

    async def _accept(self, listening: trio.socket.SocketType) -> None:
        while True:
            try:
                accepted, peer = await listening.accept()
            except trio.ClosedResourceError:
                return
            except OSError:  # out of descriptors, or the caller is gone already: the next try may do better
                await trio.sleep(_BREATH_SECONDS)
                continue
            self._nursery.start_soon(self._serve, self.client, peer[:2], trio.SocketStream(accepted))


def _bound(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
