"""A scenario as it is once read: a story told in steps of one verb each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cablecheck.scenario.defects import Defect
from cablecheck.scenario.known import Expected
from cablecheck.scenario.units import written
from cablecheck.scenario.values import Awaited as Awaited
from cablecheck.scenario.values import (
    ClientName,
    CommandWord,
    Count,
    FaultId,
    FrameWord,
    Label,
    Rate,
    Shift,
    Status,
    Whose,
)
from cablecheck.scenario.values import Duration as Duration

# How long a client may take to come back. The SDK in backoff waits 13 s at most (hellotext.js 2.5.5: 10 s cap, 30 % jitter); the official
# client makes its first attempt 6 to 18 s after a loss (@rails/actioncable 7.0 and later).
PATIENCE = Duration(20)


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One verb and its arguments. `on` None: every client."""


class Faulty(Step, frozen=True, kw_only=True):
    """A step that arms a fault: `on` one client or all, `id` to heal, release or await it by."""

    on: ClientName | None = None
    id: FaultId | None = None


class Connect(Step, frozen=True, kw_only=True):
    """Open the page: its initial timeline is what the target holds now. Without this step clients connect first."""

    on: ClientName | None = None


class Publish(Step, frozen=True, kw_only=True):
    """The agent posts `count` messages, one after the other. `created_at`: `same` as the message before, or shifted from it (`-3s`).

    `length`: each is filled up to so many characters.
    """

    count: Count = 1
    rate: Rate | None = None
    created_at: Shift | None = None
    length: Count | None = None


class Send(Step, frozen=True, kw_only=True):
    """The visitor sends `count` messages from the page of one client. `on` None: from the first."""

    count: Count = 1
    on: ClientName | None = None


class Type(Step, frozen=True, kw_only=True):
    """The visitor touches a key."""

    on: ClientName | None = None


class Subscribe(Step, frozen=True, kw_only=True):
    """The page asks for its subscription, which it has or has given up."""

    on: ClientName | None = None


class Unsubscribe(Step, frozen=True, kw_only=True):
    """The page gives its subscription up."""

    on: ClientName | None = None


class Switch(Step, frozen=True, kw_only=True):
    """The target opens a new conversation for the visitor, whose next `send` moves there."""


class Await(Step, frozen=True, kw_only=True):
    """Go on when this happened: exactly one of event, shown, fired.

    Events are counted from the start of the step before this one, with `total` from the start of the run; a fault's firings always
    from the start of the run. Without `on` every client has to get there.
    """

    event: Awaited | None = None
    shown: Label | None = None
    fired: FaultId | None = None
    count: Count = 1
    total: Count | None = None
    on: ClientName | None = None
    within: Duration = PATIENCE


class Settle(Step, frozen=True, kw_only=True):
    """Go on when nothing is in flight and no frame but pings has passed for a second, or when time is up."""

    within: Duration = Duration(10)


class Wait(Step, frozen=True, kw_only=True):
    """Let time pass."""

    for_: Duration = msgspec.field(name="for")


class Heal(Step, frozen=True, kw_only=True):
    """End one fault, or all: what was held is given in order, or its connection is reset."""

    id: FaultId | None = None
    as_: Literal["in-order", "reset"] = msgspec.field(name="as", default="in-order")


class Release(Step, frozen=True, kw_only=True):
    """Give what a hold keeps (by `what` or `id`): in order, or reset its connection. The hold is over."""

    what: FrameWord | CommandWord | Literal["catch-up"] | None = None
    id: FaultId | None = None
    as_: Literal["in-order", "reset"] = msgspec.field(name="as", default="in-order")


class Cut(Faulty, frozen=True, kw_only=True):
    """End the live connection of the cable, now."""

    how: Literal["rst", "fin", "close", "close-half"]
    code: Annotated[int, Meta(ge=1000, le=4999, description="a close code from 1000 to 4999")] = 1000


class Refuse(Faulty, frozen=True, kw_only=True):
    """Refuse new connections until healed, or `times` of them. A closed port refuses cable and rest alike."""

    how: Literal["port", "hang", "reset"] | Literal[404, 502, 503]
    what: Literal["all", "cable", "rest"] = "all"
    times: Count | None = None


class Blackhole(Faulty, frozen=True, kw_only=True):
    """Swallow bytes without a sign, on every connection of the cable that is open now, until healed."""

    direction: Literal["both", "down", "up"] = "both"


class Latency(Faulty, frozen=True, kw_only=True):
    """Every frame of the cable and every answer takes this much longer, in order."""

    delay: Duration
    jitter: Duration = Duration(0)
    direction: Literal["both", "down", "up"] = "down"


class Selective(Faulty, frozen=True, kw_only=True):
    """A fault on frames: the `nth` matching one from now on, and `count` from there (None: until healed).

    `identifier` own or other tells whose subscription; `label` picks one message of the story.
    """

    what: FrameWord | CommandWord | Literal["catch-up"]
    identifier: Whose = "any"
    label: Label | None = None
    nth: Count = 1
    count: Count | None = None


class Hold(Selective, frozen=True, kw_only=True):
    """Keep the frame, or the answer to a catch-up, until released. What follows it passes on."""


class Drop(Selective, frozen=True, kw_only=True):
    """Throw the frame away."""


class Repeat(Selective, frozen=True, kw_only=True):
    """Pass the frame on, and again, `times` more."""

    times: Count = 1


class Truncate(Selective, frozen=True, kw_only=True):
    """Let half of the frame's bytes through, and reset the connection."""

    what: FrameWord | CommandWord
    count: Count | None = 1


class Reorder(Faulty, frozen=True, kw_only=True):
    """Gather `window` matching frames and pass them on in reverse."""

    what: FrameWord = "message"
    window: Annotated[int, Meta(ge=2, le=1000, description="a whole number from 2 to 1000")] = 2


class Inject(Faulty, frozen=True, kw_only=True):
    """Send the client a frame that the target never sent: at once, or just `before` its next frame of that kind."""

    what: FrameWord
    identifier: Literal["own", "other"] = "own"
    before: FrameWord | None = None
    reason: str | None = None
    reconnect: bool = True
    body: str | None = None


class Fail(Faulty, frozen=True, kw_only=True):
    """Spoil the next `times` answers to a catch-up: an HTTP status, broken JSON, half a body, a reset."""

    what: Literal["catch-up"] = "catch-up"
    as_: Status | Literal["broken-json", "truncated", "reset"] = msgspec.field(name="as")
    times: Count | None = 1


class Delay(Faulty, frozen=True, kw_only=True):
    """Give the answers to catch-ups this much later."""

    what: Literal["catch-up"] = "catch-up"
    by: Duration
    times: Count | None = None


class Page(Faulty, frozen=True, kw_only=True):
    """Let an answer to a catch-up hold no more than the `limit` oldest messages, without a `next`."""

    what: Literal["catch-up"] = "catch-up"
    limit: Count
    times: Count | None = None


class Restart(Step, frozen=True, kw_only=True):
    """Stop the bundled server by a signal; start it again after `down`."""

    signal: Literal["TERM", "KILL"] = "TERM"
    down: Duration = Duration(2)
    id: FaultId | None = None


VERBS: dict[str, type[Step]] = {
    "connect": Connect, "publish": Publish, "send": Send, "type": Type, "subscribe": Subscribe, "unsubscribe": Unsubscribe,
    "switch": Switch,
    "await": Await, "settle": Settle, "wait": Wait, "heal": Heal, "release": Release,
    "cut": Cut, "refuse": Refuse, "blackhole": Blackhole, "latency": Latency,
    "hold": Hold, "drop": Drop, "repeat": Repeat, "truncate": Truncate, "reorder": Reorder, "inject": Inject,
    "fail": Fail, "delay": Delay, "page": Page, "restart": Restart,
}  # fmt: skip


DEADLINE = Duration(10)


class Placed(Struct, frozen=True):
    """A step where it stands: `verb` as written, `line` from 1 (0: appended by the closing protocol)."""

    verb: str
    step: Step
    line: int = 0


class Scenario(Struct, frozen=True, kw_only=True):
    """One story. `deadline`: how long the clients may take, once the story is told, before what they show counts as late.

    `defects` are the faults of the chat itself with which it is told.
    """

    name: str
    story: str
    steps: tuple[Placed, ...]
    expect: dict[str, Expected] = {}
    clients: int = 1
    defects: tuple[Defect, ...] = ()
    deadline: Duration = DEADLINE
    world: Literal["both", "live"] = "both"
    why: str | None = None
    source: str = ""
    text: str = ""


def plain(step: Step) -> dict[str, Any]:
    """The arguments of a step as they would stand in YAML, defaults left out."""
    built: dict[str, Any] = msgspec.to_builtins(step, enc_hook=_as_written)
    return built


def _as_written(value: object) -> str:
    assert isinstance(value, Duration), f"{value!r} has no place in a story"
    return written(value)
