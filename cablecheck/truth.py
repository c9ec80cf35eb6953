"""What the target stored: its own list, in its own order."""

from __future__ import annotations

import msgspec


class Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message as the target keeps it. `key` is what the target orders by; equal keys are a tie."""

    id: str
    body: str
    created_at: str | None = None
    conversation: str | None = None
    key: str | None = None


class Truth(msgspec.Struct, frozen=True, omit_defaults=True):
    """All messages of the conversations that the clients were in.

    `complete` is false when the list could not be read to its end; `reason` then says why. An incomplete truth can show
    that something is wrong but never that everything is right.
    """

    messages: tuple[Stored, ...] = ()
    complete: bool = True
    reason: str | None = None
