"""Whether a host is this very machine."""

from __future__ import annotations

import pytest

from cablecheck.live.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "127.1", "::1", "::ffff:127.0.0.1"])
def test_this_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo", "2001:db8::1"])
def test_this_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["", "a..b", "{host}", "x" * 300])
def test_what_does_not_resolve_is_not(host: str) -> None:
    assert not is_loopback(host)
