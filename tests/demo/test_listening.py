from __future__ import annotations

import errno
import os

import pytest
import trio

from cablecheck.demo.desk import Desk
from cablecheck.demo.listening import explained, listen
from cablecheck.demo.server import Serving
from tests.demo.test_desk import MemoryLedger, desk_over

REMEDIES = {
    errno.EADDRINUSE: "the port is in use; stop who uses it, or use --port 0 for any free one",
    errno.EACCES: "the port is privileged; use one from 1024 up, or --port 0 for any free one",
    errno.EPERM: "the port is privileged; use one from 1024 up, or --port 0 for any free one",
    errno.EADDRNOTAVAIL: "not an address of this machine; use --host 127.0.0.1",
    errno.EAFNOSUPPORT: "cannot listen there (Address family not supported by protocol); use --host 127.0.0.1 --port 0",
}


@pytest.mark.parametrize("number", REMEDIES, ids=errno.errorcode.get)
def test_what_keeps_us_from_listening_has_a_remedy(number: int) -> None:
    assert explained(OSError(number, os.strerror(number))) == REMEDIES[number]


async def test_any_free_port_is_one_port_on_however_many_addresses() -> None:
    listeners = await listen("localhost", 0)
    try:
        assert len({listener.socket.getsockname()[1] for listener in listeners}) == 1
    finally:
        for listener in listeners:
            await trio.aclose_forcefully(listener)


def test_an_address_of_the_sixth_version_stands_in_brackets() -> None:
    desk: Desk = desk_over(MemoryLedger())
    serving = Serving("::1", 8765, "w1", "t", None, desk)  # type: ignore[arg-type]
    assert serving.api == "http://[::1]:8765/v1"
    assert serving.cable == "ws://[::1]:8765/cable"
