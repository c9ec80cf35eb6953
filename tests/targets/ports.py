"""Free ports on loopback, for servers that have to come back on the same one."""

from __future__ import annotations

import random
import socket

# Below what Linux gives to outgoing connections (32768 and up): one of those must not sit on the port of a server that is down.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on. Another process could take it before the server does: then that server says so and is not ready."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no free port among a hundred of {_PORTS.start} to {_PORTS.stop - 1}")
