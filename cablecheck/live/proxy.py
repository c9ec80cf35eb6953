"""The proxy of one client: a port on loopback that can be shut and opened again."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

import trio

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128
_BREATH_SECONDS = 0.05


class Proxy:
    """Listens for one client. While the port is shut the kernel refuses connections, and nobody else can take it.

    A second socket, bound and never listening, keeps the port: the clients' own ports are given out by the kernel, and it might
    give out this one.
    """

    def __init__(
        self,
        client: str,
        nursery: trio.Nursery,
        serve: Callable[[str, int, trio.SocketStream], Awaitable[None]],
    ) -> None:
        self.client = client
        self._nursery = nursery
        self._serve = serve
        self._guard = _bound(0)
        self._listening: trio.socket.SocketType | None = None

    @property
    def port(self) -> int:
        """The port, the same as long as the proxy lives."""
        return int(self._guard.getsockname()[1])

    def open(self) -> None:
        """Listen, if it does not yet."""
        if self._listening is None:
            sock = _bound(self.port)
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
                accepted, (_, port) = await listening.accept()
            except trio.ClosedResourceError:
                return
            except OSError:  # out of descriptors, or the caller is gone already: the next try may do better
                await trio.sleep(_BREATH_SECONDS)
                continue
            self._nursery.start_soon(self._serve, self.client, port, trio.SocketStream(accepted))


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((_LOOPBACK, port))
    return sock
