"""A scenario as it is once read: a story told in steps of one verb each."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from cablecheck.scenario.defects import Defect
from cablecheck.scenario.faults import Blackhole as Blackhole
from cablecheck.scenario.faults import Cut as Cut
from cablecheck.scenario.faults import Delay as Delay
from cablecheck.scenario.faults import Deploy as Deploy
from cablecheck.scenario.faults import Drop as Drop
from cablecheck.scenario.faults import Fail as Fail
from cablecheck.scenario.faults import Hold as Hold
from cablecheck.scenario.faults import Inject as Inject
from cablecheck.scenario.faults import Latency as Latency
from cablecheck.scenario.faults import Page as Page
from cablecheck.scenario.faults import Refuse as Refuse
from cablecheck.scenario.faults import Reorder as Reorder
from cablecheck.scenario.faults import Repeat as Repeat
from cablecheck.scenario.faults import Restart as Restart
from cablecheck.scenario.faults import Selective as Selective
from cablecheck.scenario.faults import Strip as Strip
from cablecheck.scenario.faults import Throttle as Throttle
from cablecheck.scenario.faults import Truncate as Truncate
from cablecheck.scenario.known import Expected
from cablecheck.scenario.step import Faulty as Faulty
from cablecheck.scenario.step import Step as Step
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
)
from cablecheck.scenario.values import Duration as Duration

# How long a client may take to come back. The SDK in backoff waits 13 s at most (hellotext.js 2.5.5: 10 s cap, 30 % jitter); the official
# client makes its first attempt 6 to 18 s after a loss (@rails/actioncable 7.0 and later).
PATIENCE = Duration(20)


class Connect(Step, frozen=True, kw_only=True):
    """Open the page: its initial timeline is what the target holds now. Without this step clients connect first."""

    on: ClientName | None = None


class Publish(Step, frozen=True, kw_only=True):
    """The agent posts `count` messages, one after the other. `created_at`: `same` as the message before, or shifted from it (`-3s`).

    `length`: each is filled up to so many characters. `at_once`: so many agents post, so up to so many messages are under way at a time.
    """

    count: Count = 1
    at_once: Count = 1
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
    from the start of the run. `deployed` has happened when no command runs any more, and each has its own time limit. Without `on`
    every client has to get there, each with the message of its own conversation.
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


VERBS: dict[str, type[Step]] = {
    "connect": Connect, "publish": Publish, "send": Send, "type": Type, "subscribe": Subscribe, "unsubscribe": Unsubscribe,
    "switch": Switch,
    "await": Await, "settle": Settle, "wait": Wait, "heal": Heal, "release": Release,
    "cut": Cut, "refuse": Refuse, "blackhole": Blackhole, "latency": Latency, "throttle": Throttle,
    "strip": Strip,
    "hold": Hold, "drop": Drop, "repeat": Repeat, "truncate": Truncate, "reorder": Reorder, "inject": Inject,
    "fail": Fail, "delay": Delay, "page": Page, "restart": Restart, "deploy": Deploy,
}  # fmt: skip


DEADLINE = Duration(10)


class Placed(Struct, frozen=True):
    """A step where it stands: `verb` as written, `line` from 1 (0: appended by the closing protocol)."""

    verb: str
    step: Step
    line: int = 0


class Scenario(Struct, frozen=True, kw_only=True):
    """One story. `deadline`: how long the clients may take, once the story is told, before what they show counts as late.

    `defects` are the faults of the chat itself with which it is told. It is told in each of its `conversations` at once, to so many
    `clients` in each; `expect` has the label of every conversation that its author means.
    """

    name: str
    story: str
    steps: tuple[Placed, ...]
    expect: dict[str, Expected] = {}
    clients: int = 1
    conversations: int = 1
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
