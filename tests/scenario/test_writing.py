"""A scenario that is written is read again as it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from cablecheck.scenario import model
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import Duration, Placed, Scenario
from cablecheck.scenario.reading import read_path, read_scenario
from cablecheck.scenario.shelf import shipped
from cablecheck.scenario.writing import write_scenario

A_STEP = Placed("publish", model.Publish())


def bare(scenario: Scenario) -> Scenario:
    """Without what depends on where it was written."""
    steps = tuple(replace(placed, line=0) for placed in scenario.steps)
    return replace(scenario, steps=steps, source="", text="")


def read_again(scenario: Scenario) -> Scenario:
    return bare(read_scenario(write_scenario(scenario), "scenario.yaml"))


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_shipped_story_is_written_as_it_is_read(path: object) -> None:
    scenario = read_path(path)  # type: ignore[arg-type]
    assert read_again(scenario) == bare(scenario)


def test_all_that_stands_at_the_head_is_written() -> None:
    scenario = Scenario(
        name="odd",
        story="A story.",
        steps=(A_STEP,),
        clients=3,
        conversations=2,
        deadline=Duration(60),
        world="live",
        why="TCP: it is real",
        expect={"hellotext": Known(lost=("m1", "m1@2"), phantom=("stranger-1",)), "hardened": "verified"},
    )
    assert "lost: [m1]" in write_scenario(scenario)
    assert read_again(scenario) == scenario


COMMANDS = ["./deploy.sh", "a\nb\n", "'\"$x", ("kubectl", "-n", "a b", ""), ("true",), "true"]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_is_read_again_as_it_was(command: str | tuple[str, ...]) -> None:
    deploy = Placed("deploy", model.Deploy(command=command, within=Duration(5), traffic="2/s", id="roll"))
    scenario = Scenario(name="said", story="A story.", steps=(A_STEP, deploy), world="live", why="a command")
    assert read_again(scenario) == scenario


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40))
@example("-0")
@example("+1")
def test_any_body_is_read_again_as_it_was(body: str) -> None:
    inject = Placed("inject", model.Inject(what="message", body=body))
    scenario = Scenario(name="said", story="A story.", steps=(A_STEP, inject))
    assert read_again(scenario) == scenario
