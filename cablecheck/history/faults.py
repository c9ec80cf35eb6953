"""What the nemesis did, what the target went through, and cablecheck's own honesty."""

from __future__ import annotations

from typing import Literal

from cablecheck.history.happened import Happened
from cablecheck.history.subject import CommandKind, FrameKind


class Armed(Happened, frozen=True):
    """A fault stands ready. `client` None: for every client. `step` is the step that armed it."""

    fault: str
    verb: str
    step: int
    client: str | None = None
    detail: str = ""
    closing: bool = False


class Fired(Happened, frozen=True):
    """A fault touched something: a connection, a frame, an answer. One event a touch."""

    fault: str
    verb: str
    client: str
    socket: int | None = None
    fetch: int | None = None
    kind: FrameKind | CommandKind | None = None
    ids: tuple[str, ...] = ()
    digest: str | None = None
    detail: str = ""


class Released(Happened, frozen=True):
    """What a hold kept was given (or dropped with its connection)."""

    fault: str
    client: str
    detail: str = ""


class Healed(Happened, frozen=True):
    """The fault is over."""

    fault: str
    detail: str = ""


class ServerStopped(Happened, frozen=True):
    """The bundled server's process is gone."""

    signal: str


class ServerStarted(Happened, frozen=True):
    """The bundled server accepts connections again."""


class DeployBegan(Happened, frozen=True):
    """A command of the user's own runs. `fault` is its id; `command` is as one would type it."""

    fault: str
    command: str


class DeployEnded(Happened, frozen=True):
    """That command runs no more.

    `how`: exited by itself with this code; signalled, by this name; late: killed with its process group at its deadline; unstarted,
    for this `reason`; interrupted: killed because the run was over. What it wrote stands in the file `log` beside the history, cut
    in the middle if it wrote more than is kept; `wrote` is how many bytes that were, `last_words` its last line.
    """

    fault: str
    how: Literal["exited", "signalled", "late", "unstarted", "interrupted"]
    code: int | None = None
    reason: str = ""
    log: str = ""
    wrote: int = 0
    last_words: str = ""


class Tampered(Happened, frozen=True):
    """The proxy's bytes differ from what its faults asked for: exit 4."""

    client: str
    direction: Literal["down", "up"]
    detail: str


class TruthRead(Happened, frozen=True):
    """The target was asked for its own list, to the end. `touched`: the defects that had changed anything by then."""

    messages: int
    complete: bool
    reason: str | None = None
    touched: tuple[str, ...] = ()
