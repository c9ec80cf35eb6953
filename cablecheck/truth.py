"""What the target stored: its own list, in its own order."""

from __future__ import annotations

import json
from typing import Literal

import msgspec

from cablecheck.errors import BadInputError


class Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message as the target keeps it. `key` is what the target orders by; equal keys are a tie.

    `room`: which of the run's conversations it was listed in, counted from 1. Ids and order are each room's own.
    """

    id: str
    body: str
    created_at: str | None = None
    conversation: str | None = None
    key: str | None = None
    room: int = 1


class Truth(msgspec.Struct, frozen=True, omit_defaults=True):
    """All messages of the conversations that the clients were in.

    `complete` is false when the list could not be read to its end; `reason` then says why. An incomplete truth can show
    that something is wrong but never that everything is right. From a `ledger` it is what the publisher was told: what the target did
    with it, and what others said, nobody knows.
    """

    messages: tuple[Stored, ...] = ()
    complete: bool = True
    reason: str | None = None
    source: Literal["list", "ledger"] = "list"


def encode(truth: Truth) -> bytes:
    """A truth as JSON text, in ASCII: a lone surrogate survives, and no byte of a body can move the cursor of who looks at the file."""
    text = json.dumps(msgspec.to_builtins(truth), separators=(",", ":"))
    return text.replace("\x7f", "\\u007f").encode("ascii") + b"\n"


def decode(text: bytes, place: str = "truth.json") -> Truth:
    """The truth in a JSON text; `place` is the name that an error gives it. Raises BadInputError for anything else."""
    try:
        return msgspec.convert(json.loads(text), Truth)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise BadInputError(
            f"{place}: no list of stored messages ({error}); restore the file as the run wrote it"
        ) from None
