from __future__ import annotations

import pytest

from cablecheck.checker.record import Record
from cablecheck.history import Received, Sent

OWN = '{"channel":"WebchatChannel","id":"w"}'


@pytest.mark.parametrize(
    ("identifier", "own"),
    [
        (OWN, True),
        ('{"id": "w", "channel": "WebchatChannel"}', True),
        ('{"channel":"WebchatChannel","id":"v"}', False),
        ("no JSON", False),
        (None, False),
    ],
)
def test_a_confirmation_is_the_clients_own_however_the_server_writes_the_identifier(
    identifier: str | None, own: bool
) -> None:
    record = Record()
    record.take([Sent(0.0, "c1", 1, "subscribe", OWN), Received(0.0, "c1", 1, "confirm", identifier)])
    subject = record.subjects["c1"]
    assert subject.confirms == ([(1, 1)] if own else [])
    assert subject.sockets[1].controls == ({} if own else {"foreign": [1]})
