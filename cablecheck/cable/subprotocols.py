"""Which subprotocol a cable speaks.

Source: rails/rails actioncable/lib/action_cable.rb, INTERNAL[:protocols].
"""

from __future__ import annotations

from collections.abc import Sequence

V1_JSON = "actioncable-v1-json"
UNSUPPORTED = "actioncable-unsupported"
SUBPROTOCOLS = (V1_JSON, UNSUPPORTED)


def chosen(offered: Sequence[str]) -> str | None:
    """The first offered subprotocol that a server knows. None is no reason to refuse: Rails welcomes such a client too."""
    return next((protocol for protocol in offered if protocol in SUBPROTOCOLS), None)
