"""The closed union of everything that can happen."""

from __future__ import annotations

from typing import TypeAlias

from cablecheck.history.faults import (
    Armed,
    DeployBegan,
    DeployEnded,
    Fired,
    Healed,
    Released,
    ServerStarted,
    ServerStopped,
    Tampered,
    TruthRead,
)
from cablecheck.history.story import (
    ClosingBegan,
    PublishAcknowledged,
    PublishInvoked,
    PublishRefused,
    PublishUnknown,
    RunBegan,
    RunEnded,
    StepBegan,
    StepEnded,
)
from cablecheck.history.subject import (
    Closed,
    Closing,
    Connecting,
    Errored,
    FetchEnded,
    FetchSent,
    Gone,
    Identified,
    MarkedFailed,
    Moved,
    Opened,
    Raised,
    Received,
    Sent,
    Shown,
    TimelineRead,
    TimerCancelled,
    TimerFired,
    TimerSet,
    VisitorActed,
)

Event: TypeAlias = (
    RunBegan
    | StepBegan
    | StepEnded
    | ClosingBegan
    | RunEnded
    | PublishInvoked
    | PublishAcknowledged
    | PublishRefused
    | PublishUnknown
    | Connecting
    | Opened
    | Received
    | Sent
    | Closing
    | Errored
    | Closed
    | TimerSet
    | TimerCancelled
    | TimerFired
    | FetchSent
    | FetchEnded
    | VisitorActed
    | Shown
    | Identified
    | MarkedFailed
    | Moved
    | Gone
    | Raised
    | TimelineRead
    | Armed
    | Fired
    | Released
    | Healed
    | ServerStopped
    | ServerStarted
    | DeployBegan
    | DeployEnded
    | Tampered
    | TruthRead
)
