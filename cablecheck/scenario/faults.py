"""The steps that arm a fault."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablecheck.scenario.step import Faulty, Step
from cablecheck.scenario.values import (
    ByteRate,
    CommandLine,
    CommandWord,
    Count,
    Duration,
    FaultId,
    FrameWord,
    Label,
    Rate,
    Status,
    Whose,
)


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


class Throttle(Faulty, frozen=True, kw_only=True):
    """Let so many bytes a second through to the client, on each of its connections and in order, until healed.

    `what` cable: the frames of its sockets; all: the answers to its requests too.
    """

    rate: ByteRate
    what: Literal["cable", "all"] = "cable"


class Strip(Faulty, frozen=True, kw_only=True):
    """Take the subprotocol out of the answers to upgrades, until healed, or of `times` of them. Who offers none does not notice."""

    times: Count | None = None


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


# A rolling deploy of a few machines takes about a minute; nobody waits in CI for one that hangs.
DEPLOY_SECONDS = Duration(120)


class Deploy(Step, frozen=True, kw_only=True):
    """Run a command of your own, and go on at once: what it ends is a deploy's doing. `await: {event: deployed}` waits for its end.

    With `traffic` the agent publishes at this rate (d1, d2, ...) until it has ended: nobody knows beforehand how long a deploy takes.
    A text goes to `sh -c`, a list of words is run as it is, both from where cablecheck was started. After `within` its process group
    is killed. A command that fails makes the run inconclusive. The story is not over before the command is.
    """

    command: CommandLine
    within: Duration = DEPLOY_SECONDS
    traffic: Rate | None = None
    id: FaultId | None = None
