from __future__ import annotations

import pytest

from cablecheck.scenario.cautions import cautions
from cablecheck.scenario.model import Duration
from cablecheck.scenario.reading import read_scenario
from cablecheck.scenario.rollout import Rollout
from cablecheck.scenario.telling import tell


def test_the_story_of_a_deploy_is_told() -> None:
    assert tell(Rollout(command="./deploy.sh").scenario()) == [
        "1. The agent publishes 2 messages (m1 and m2).",
        "2. Wait until every client shows m2.",
        "3. Run `./deploy.sh` ('deploy'), for 2m at most; while it runs the agent publishes 2 a second (d1, d2, ...).",
        "4. Wait until every command has ended.",
        "5. The agent publishes 10 messages (m3 to m12), 2 a s.",
    ]


@pytest.mark.parametrize("command", ["true", "./deploy.sh 'a b' \"$c\" #", "a\nb", "é"])
def test_it_can_be_read_again_from_what_its_run_keeps(command: str) -> None:
    story = Rollout(command=command, within=Duration(7), clients=20, conversations=4, rate="30/m").scenario()
    again = read_scenario(story.text, "--during")
    assert again == story
    assert getattr(again.steps[2].step, "command", None) == command
    assert (again.clients, again.conversations) == (20, 4)
    assert cautions(again) == ()


def test_a_slow_rate_still_says_something_afterwards() -> None:
    assert tell(Rollout(command="x", rate="1/m").scenario())[-1].startswith(
        "5. The agent publishes one message (m3)"
    )
