"""What the values of a story must be. A description says it in the editor and in an error alike."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from cablecheck.scenario.units import BYTE_RATE_PATTERN, RATE_PATTERN, SHIFT_PATTERN


class Duration(float):
    """Seconds; written with a unit: 200ms, 5s, 2m."""

    __slots__ = ()


Count: TypeAlias = Annotated[int, Meta(ge=1, le=100_000, description="a whole number from 1 to 100000")]
ClientName: TypeAlias = Annotated[
    str, Meta(pattern=r"^c[1-9][0-9]{0,2}$", description="a client, such as c1")
]
LABEL_PATTERN = r"^m[1-9][0-9]{0,8}$"
Label: TypeAlias = Annotated[
    str, Meta(pattern=LABEL_PATTERN, description="the label of a message, such as m3")
]
Sight: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,79}$",
        description="the label of a message, such as m3, or the id of a stranger's, such as stranger-1",
    ),
]
FaultId: TypeAlias = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="a lower-case word, such as outage")
]
Rate: TypeAlias = Annotated[str, Meta(pattern=RATE_PATTERN, description="a rate, such as 20/s or 30/m")]
ByteRate: TypeAlias = Annotated[
    str, Meta(pattern=BYTE_RATE_PATTERN, description="a rate of bytes, such as 500B/s or 1KB/s")
]
# Without limits on the parts: msgspec 0.22.0 crashes on a union of a text and a list that both have some.
CommandLine: TypeAlias = Annotated[
    str | tuple[str, ...],
    Meta(description="a text for the shell, such as ./deploy.sh, or a list of words"),
]
Shift: TypeAlias = Annotated[
    str, Meta(pattern=SHIFT_PATTERN, description="same, or a shift such as -3s or +200ms")
]
Status: TypeAlias = Annotated[int, Meta(ge=400, le=599, description="an HTTP status from 400 to 599")]
FrameWord: TypeAlias = Literal["welcome", "confirm", "ping", "message", "disconnect", "reject"]
CommandWord: TypeAlias = Literal["subscribe", "unsubscribe", "perform"]
Whose: TypeAlias = Literal["own", "other", "any"]
Awaited: TypeAlias = Literal[
    "connecting", "connected", "welcomed", "subscribing", "confirmed", "rejected", "pinged", "message",
    "disconnect", "closing", "closed", "errored", "catch-up-sent", "catch-up-answered", "shown", "raised",
    "published", "server-started", "deployed",
]  # fmt: skip
