"""Opening a port, with errors that a person can mend."""

from __future__ import annotations

import errno
from socket import gaierror

import trio

from cablecheck.errors import BadInputError


async def listen(host: str, port: int) -> list[trio.SocketListener]:
    """Listen on every address of `host`, all on one port; port 0 takes a free one, on the first address only.

    Raises BadInputError.
    """
    place = f"{host}:{port}"
    try:
        listeners = await trio.open_tcp_listeners(port, host=host, backlog=512)
    except gaierror as error:
        raise BadInputError(f"{place}: no such host ({error.strerror}); use --host 127.0.0.1") from error
    except OSError as error:
        raise BadInputError(f"{place}: {explained(error)}") from error
    if port == 0:
        for superfluous in listeners[1:]:  # each would have a port of its own
            superfluous.socket.close()
        del listeners[1:]
    return listeners


def explained(error: OSError) -> str:
    """What is wrong, and what to do about it."""
    match error.errno:
        case errno.EADDRINUSE:
            return "the port is in use; stop who uses it, or use --port 0 for any free one"
        case errno.EACCES | errno.EPERM:
            return "the port is privileged; use one from 1024 up, or --port 0 for any free one"
        case errno.EADDRNOTAVAIL:
            return "not an address of this machine; use --host 127.0.0.1"
        case _:
            return f"cannot listen there ({error.strerror}); use --host 127.0.0.1 --port 0"
