from __future__ import annotations

from cablecheck.scenario.labels import labels_of
from cablecheck.scenario.model import Placed, Publish, Scenario, Send, Settle, Switch


def test_the_agent_and_the_visitor_count_in_one_row() -> None:
    scenario = Scenario(
        name="a",
        story="b",
        steps=(
            Placed("publish", Publish(count=2)),
            Placed("settle", Settle()),
            Placed("switch", Switch()),
            Placed("send", Send(on="c2")),
            Placed("publish", Publish()),
        ),
    )
    assert labels_of(scenario) == (("m1", "m2"), (), (), ("m3",), ("m4",))


def test_a_story_without_steps_gives_no_labels() -> None:
    assert labels_of(Scenario(name="a", story="b", steps=())) == ()
