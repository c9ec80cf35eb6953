"""How a proxy faces its clients. A run's own clients are met on loopback, in plain, and their every byte is theirs."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from cablecheck.live.proxy.http import Head
from cablecheck.live.proxy.notes import Note

LOOPBACK = "127.0.0.1"


def _as_it_came(head: Head) -> bytes:
    return head.raw


def _has_after_id(head: Head) -> bool:
    return head.catch_up


def _heed_not(_: Note) -> None:
    return


@dataclass(frozen=True)
class Front:
    """Where it listens (port 0: any free one) and whether in TLS.

    `recast`: the head that the target gets in place of a client's. `catch_up`: whether a request asks for what was missed. `note`: is
    told of every connection.
    """

    host: str = LOOPBACK
    port: int = 0
    tls: ssl.SSLContext | None = None
    recast: Callable[[Head], bytes] = _as_it_came
    catch_up: Callable[[Head], bool] = _has_after_id
    note: Callable[[Note], None] = _heed_not
