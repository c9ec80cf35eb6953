"""A command of the user's own, and the messages that flow while it runs, in virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from cablecheck import history
from cablecheck.director import orders
from cablecheck.director.patience import longest_seconds, most_messages
from cablecheck.director.playing import RESTART_SECONDS
from cablecheck.scenario.model import Duration
from tests.director.rehearsal import Rehearsal, shown, step, story

COMMAND = {"command": "./deploy.sh", "id": "f"}
DEPLOYED = step("await", event="deployed")


def ended(at: float, fault: str = "f", how: Any = "exited") -> history.Event:
    return history.DeployEnded(at, fault, how, 0)


def posted(played: Rehearsal) -> list[str]:
    return [order.label for order in played.given if isinstance(order, orders.Publish) and not order.probe]


def test_a_deploy_is_armed_and_begun_and_the_story_goes_on_at_once() -> None:
    played = Rehearsal(story(step("deploy", **COMMAND), step("type")))
    [arm] = played.ordered(orders.Arm)[:1]
    [deploy] = played.ordered(orders.Deploy)
    assert (arm.fault, arm.verb, arm.number) == ("f", "deploy", 1)  # type: ignore[union-attr]
    assert (deploy.fault, deploy.number) == ("f", 1)  # type: ignore[union-attr]
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_deploy_without_an_id_goes_by_its_step() -> None:
    played = Rehearsal(story(step("type"), step("deploy", command=("kubectl", "apply"))))
    assert [order.fault for order in played.ordered(orders.Deploy)] == ["deploy-2"]  # type: ignore[union-attr]


class Idle(Rehearsal):
    """A world that runs no command."""

    def _answer(self, order: orders.Order) -> None:
        if not isinstance(order, orders.Deploy):
            super()._answer(order)


def test_a_command_that_does_not_begin_fails_its_step() -> None:
    played = Idle(story(step("deploy", **COMMAND), step("type")))
    assert played.ordered(orders.Visit) == []
    played.run_until(RESTART_SECONDS)
    assert played.endings()[1] == "failed"


def test_a_command_that_can_not_be_started_keeps_nobody_waiting() -> None:
    played = Idle(story(step("deploy", **COMMAND), DEPLOYED, step("type")))
    played.tell(ended(0.0, how="unstarted"))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_deployed_waits_for_the_end_of_every_command_however_long_it_takes() -> None:
    again = step("deploy", command="./again.sh", id="g")
    played = Rehearsal(story(step("deploy", **COMMAND), again, DEPLOYED, step("type")))
    played.run_until(1000)
    played.tell(ended(1000))
    assert played.ordered(orders.Visit) == []
    played.tell(ended(1000, "g"))
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_an_end_that_came_before_anybody_waited_counts() -> None:
    played = Rehearsal(
        story(step("deploy", **COMMAND), step("wait", for_=Duration(5)), DEPLOYED, step("type"))
    )
    played.tell(ended(1))
    played.run_until(5)
    assert played.ordered(orders.Visit) == [orders.Visit("c1", "type")]


def test_a_story_is_not_over_before_its_command_is() -> None:
    played = Rehearsal(story(step("deploy", **COMMAND)))
    played.run_until(500)
    assert played.steps() == ["open", "deploy", "await"]
    played.tell(ended(500))
    assert played.steps() == ["open", "deploy", "await", "arrive"]


def test_a_story_that_is_stuck_waits_for_its_command_too() -> None:
    played = Rehearsal(story(step("deploy", **COMMAND), step("await", event="rejected"), step("type")))
    played.run_until(100)
    assert played.endings()[2] == "unmet"
    assert played.steps() == ["open", "deploy", "await", "await"]
    played.tell(ended(100))
    assert played.steps()[-1] == "arrive"


def test_nothing_is_quiet_while_a_command_runs() -> None:
    played = Rehearsal(story(step("deploy", **COMMAND), step("settle", within=Duration(7))))
    played.run_until(7)
    assert played.endings()[2] == "ran-out"


def test_messages_flow_at_the_rate_until_the_command_has_ended() -> None:
    played = Rehearsal(story(step("publish"), step("deploy", **COMMAND, traffic="2/s"), DEPLOYED))
    played.run_until(1.9)
    assert posted(played) == ["m1", "d1", "d2", "d3", "d4"]
    played.tell(ended(1.9))
    played.run_until(10)
    assert posted(played) == ["m1", "d1", "d2", "d3", "d4"]


def test_the_story_goes_on_beside_the_traffic() -> None:
    deploy = step("deploy", **COMMAND, traffic="1/s")
    played = Rehearsal(story(deploy, step("publish", count=2, rate="10/s"), step("await", shown="m2")))
    played.run_until(1)
    assert posted(played) == ["d1", "m1", "m2", "d2"]
    assert played.endings() == {0: "done", 1: "done", 2: "done"}
    played.tell(shown("c1", "m2", 1))
    assert played.endings()[3] == "done"


def test_the_next_message_waits_for_the_outcome_of_the_one_before_and_none_is_made_up_for() -> None:
    played = Rehearsal(story(step("deploy", **COMMAND, traffic="2/s"), DEPLOYED), acknowledges=False)
    played.run_until(5)
    assert posted(played) == ["d1"]
    played.now = 5.0
    played.tell(history.PublishUnknown(5.0, "d1", "timeout"))
    assert posted(played) == ["d1", "d2"]
    played.tell(history.PublishAcknowledged(5.0, "d2", "2"))
    played.run_until(5.4)
    assert posted(played) == ["d1", "d2"]
    played.run_until(5.5)
    assert posted(played) == ["d1", "d2", "d3"]


def test_every_conversation_has_its_own_traffic() -> None:
    scenario = story(step("deploy", **COMMAND, traffic="1/s"), DEPLOYED, conversations=2)
    played = Rehearsal(scenario)
    played.run_until(1)
    assert posted(played) == ["d1", "d1@2", "d2", "d2@2"]
    assert [order.room for order in played.given if isinstance(order, orders.Publish)] == [1, 2, 1, 2]


def test_the_traffic_of_a_second_deploy_goes_on_counting() -> None:
    again = step("deploy", command="./again.sh", id="g", traffic="1/s")
    played = Rehearsal(story(step("deploy", **COMMAND, traffic="1/s"), DEPLOYED, again, DEPLOYED))
    played.tell(ended(0.0))
    assert posted(played) == ["d1", "d2"]


def test_a_run_may_last_as_long_as_its_command() -> None:
    plain = story(step("publish"))
    assert longest_seconds(story(step("publish"), step("deploy", command="x", within=Duration(600)))) > (
        600 + longest_seconds(plain)
    )


@pytest.mark.parametrize("conversations", [1, 3])
def test_traffic_that_nobody_asked_for_does_not_flow(conversations: int) -> None:
    played = Rehearsal(story(step("deploy", **COMMAND), DEPLOYED, conversations=conversations))
    played.run_until(60)
    assert posted(played) == []


MOST = {
    "what the agent says, and two probes": ((step("publish", count=3),), 1, 5),
    "the same in each conversation": ((step("publish", count=3),), 4, 20),
    "what every visitor sends": ((step("send", count=2),), 3, 12),
    "what one of them sends": ((step("send", count=2, on="c2"),), 3, 8),
    "the traffic of a command as long as it may run": (
        (step("deploy", command="x", within=Duration(45), traffic="2/s"),),
        2,
        2 * (121 + 2),
    ),
    "a command without traffic": ((step("deploy", command="x"),), 1, 2),
}


@pytest.mark.parametrize(("steps", "conversations", "most"), MOST.values(), ids=list(MOST))
def test_how_many_messages_a_story_may_post_is_known_before(
    steps: tuple[Any, ...], conversations: int, most: int
) -> None:
    assert most_messages(story(*steps, conversations=conversations)) == most
