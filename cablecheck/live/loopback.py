"""Whether a host is this very machine: a target on loopback is its owner's own, any other may be somebody else's work."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Whether every address of this host is a loopback address. May wait for the resolver.

    A name counts as what it resolves to now; one that does not resolve is not on loopback. What a tunnel or a proxy on loopback
    leads to nobody can see.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(_is_ours(str(address[0])) for *_, address in found)


def _is_ours(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback
