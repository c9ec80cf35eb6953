"""The end of every run, as ordinary steps: heal, a probe, one clean reconnect, a second probe, quiet.

A verifier that stops earlier confuses a message that is late with one that is lost.
"""

from __future__ import annotations

from cablecheck.scenario.model import PATIENCE, Await, Cut, Duration, Heal, Placed, Settle, Step


class Curtain(Step, frozen=True, kw_only=True):
    """The story is over: what comes from here on is late."""


class Probe(Step, frozen=True, kw_only=True):
    """A message in each room that is no part of the story: it shows that the clients are alive, and moves a naive cursor."""

    label: str


class Arrive(Settle, frozen=True, kw_only=True):
    """Go on when everything is quiet. A target that may be slow also has to bring all that it acknowledged, while time lasts."""


class Appear(Settle, frozen=True, kw_only=True):
    """Go on when every client shows the probe of its room, or when everything is quiet without it and nothing slow is to be waited for."""

    label: str = ""


class Ask(Step, frozen=True, kw_only=True):
    """Ask every client what it shows."""


# A command that may still end a connection keeps the story from being over.
DEPLOYED = Placed("await", Await(event="deployed"))


def closing_steps(deadline: Duration) -> tuple[Placed, ...]:
    """What follows the story. `deadline` is how long the clients may take before what they show counts as late."""
    return (
        Placed("arrive", Arrive(within=deadline)),
        Placed("curtain", Curtain()),
        Placed("heal", Heal()),
        Placed("probe", Probe(label="p1")),
        Placed("appear", Appear(label="p1", within=PATIENCE)),
        Placed("cut", Cut(how="fin")),
        Placed("settle", Settle(within=PATIENCE)),
        Placed("probe", Probe(label="p2")),
        Placed("appear", Appear(label="p2", within=PATIENCE)),
        Placed("settle", Settle(within=PATIENCE)),
        Placed("ask", Ask()),
    )
