"""How much one client may ask of the server; a test hands in smaller ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and times, for each connection. A client beyond a limit loses its own connection, and nobody else's."""

    head_bytes: int = 16 * 1024  # h11's own default
    head_seconds: float = 20.0  # for a whole head; also how long an idle connection is kept
    body_bytes: int = 1024 * 1024
    body_seconds: float = 20.0
    send_seconds: float = 20.0  # for one answer to be taken
    linger_seconds: float = (
        1.0  # for the rest of a refused request to come, so that the refusal is not reset away
    )
    message_bytes: int = 64 * 1024  # a WebSocket message; AnyCable's default
    unsent_characters: int = 8 * 1024 * 1024  # a socket that is further behind is dropped
