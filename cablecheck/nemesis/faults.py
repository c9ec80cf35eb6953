"""The closed table from a step of the scenario to its fault."""

from __future__ import annotations

from collections.abc import Callable

from cablecheck.nemesis.catch_up import Answering
from cablecheck.nemesis.connection import Blackholing, Cutting, Refusing, Slowing, Stripping, Throttling
from cablecheck.nemesis.fault import Fault, Tally
from cablecheck.nemesis.frames import Injecting, Reordering, Selecting
from cablecheck.nemesis.server import Deploying, Restarting
from cablecheck.scenario import model

FAULTS: dict[type[model.Step], Callable[..., Fault]] = {
    model.Cut: Cutting,
    model.Refuse: Refusing,
    model.Blackhole: Blackholing,
    model.Latency: Slowing,
    model.Throttle: Throttling,
    model.Strip: Stripping,
    model.Hold: Selecting,
    model.Drop: Selecting,
    model.Repeat: Selecting,
    model.Truncate: Selecting,
    model.Reorder: Reordering,
    model.Inject: Injecting,
    model.Fail: Answering,
    model.Delay: Answering,
    model.Page: Answering,
    model.Restart: Restarting,
    model.Deploy: Deploying,
}
# These take a certain number of things of each client.
_COUNTED: tuple[Callable[..., Fault], ...] = (Refusing, Stripping, Selecting, Answering)


def fault_of(step: model.Step, id_: str, verb: str) -> Fault:
    """The fault that this step arms."""
    make = FAULTS[type(step)]
    on = getattr(step, "on", None)
    if make not in _COUNTED:
        return make(id=id_, verb=verb, client=on, step=step)
    count = step.count if isinstance(step, model.Selective) else getattr(step, "times", None)
    return make(id=id_, verb=verb, client=on, step=step, tally=Tally(getattr(step, "nth", 1), count))
