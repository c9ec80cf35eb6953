"""The story of `cablecheck run deploy --during COMMAND`: traffic in every conversation, before, while and after a command runs."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from cablecheck.scenario.faults import DEPLOY_SECONDS
from cablecheck.scenario.model import Await, Deploy, Duration, Placed, Publish, Scenario
from cablecheck.scenario.reading import read_scenario
from cablecheck.scenario.units import per_second
from cablecheck.scenario.writing import write_scenario

NAME = "deploy"
# At half a second a message, one at least is stored while a client waits to reconnect: no client of ours is back sooner.
RATE = "2/s"
CLIENTS = 3
CONVERSATIONS = 2
# How long the traffic goes on when the command has ended: what it left to be restarted goes down about then.
AFTER_SECONDS = 5
# Who has to be back by then may have waited for 13 s between two attempts (see PATIENCE).
_DEADLINE = Duration(30)

_STORY = """
    A deploy of your own. Clients are connected in every conversation, and the agent goes on writing while the command runs and for a
    little while after it. Whatever the deploy does to the connections, what was stored must be shown.
"""
_WHY = "it runs a command, which no virtual time can"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What the story is made of; `rate` is each conversation's."""

    command: str
    within: Duration = DEPLOY_SECONDS
    clients: int = CLIENTS
    conversations: int = CONVERSATIONS
    rate: str = RATE

    def scenario(self) -> Scenario:
        """The story, as if it had been read from a file. Raises BadInputError."""
        after = ceil(AFTER_SECONDS * per_second(self.rate))
        told = Scenario(
            name=NAME,
            story=" ".join(_STORY.split()),
            clients=self.clients,
            conversations=self.conversations,
            deadline=_DEADLINE,
            world="live",
            why=_WHY,
            steps=(
                Placed("publish", Publish(count=2)),
                Placed("await", Await(shown="m2")),
                Placed(
                    "deploy", Deploy(command=self.command, within=self.within, traffic=self.rate, id=NAME)
                ),
                Placed("await", Await(event="deployed")),
                Placed("publish", Publish(count=after, rate=self.rate)),
            ),
        )
        return read_scenario(write_scenario(told), "--during")
