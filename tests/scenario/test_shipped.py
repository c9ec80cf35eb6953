"""Every file on the shelf is a test: it loads, its name is its file's, and together they use every word of the language."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from cablecheck.scenario.cautions import cautions
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import VERBS, Placed, Scenario, plain
from cablecheck.scenario.shape import keys_of
from cablecheck.scenario.shelf import shipped
from cablecheck.scenario.telling import tell
from tests.runs import shelf

PATHS = shipped()
SCENARIOS = shelf()
STEPS = list(chain.from_iterable(scenario.steps for scenario in SCENARIOS))
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}

PROMISED = (
    "calm", "socket-kill", "clean-close", "socket-error", "out-of-order-confirm", "early-confirm", "late-confirm",
    "deploy", "two-fast-outages", "second-drop-before-catch-up", "overlapping-catch-ups", "catch-up-fails",
    "half-open", "duplicate-delivery", "first-message-while-down", "ties-and-late-rows",
)  # fmt: skip


@pytest.mark.parametrize("name", PROMISED)
def test_what_was_promised_is_there(name: str) -> None:
    assert name in BY_NAME


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_gives_no_cause_for_caution(scenario: Scenario) -> None:
    assert cautions(scenario) == ()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_says_what_the_real_sdk_does(scenario: Scenario) -> None:
    assert "hellotext" in scenario.expect


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_one_line_a_step(path: Path) -> None:
    lines = path.read_text().splitlines()
    steps = lines[lines.index("steps:") + 1 : lines.index("expect:")]
    assert [line for line in steps if not line.startswith("  - ")] == []
    assert [line for line in lines if len(line) > 110] == []


# `cablecheck run` plays the whole shelf unasked, so no command may lie there: its stories are the tests' own (tests/test_deploys.py).
NOT_ON_THE_SHELF = {"deploy"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_used_and_a_command_only_where_nobody_runs_it_unasked(verb: str) -> None:
    assert bool([placed for placed in STEPS if placed.verb == verb]) == (verb not in NOT_ON_THE_SHELF)


def test_a_story_is_told_in_several_conversations() -> None:
    assert [scenario.name for scenario in SCENARIOS if scenario.conversations > 1]


@pytest.mark.parametrize(
    ("verb", "key"),
    [("cut", "how"), ("refuse", "how"), ("blackhole", "direction"), ("fail", "as"), ("restart", "signal")],
)
def test_every_word_of_a_fault_is_used(verb: str, key: str) -> None:
    schema = keys_of(VERBS[verb])[key].schema
    words = {word for part in (schema, *schema.get("anyOf", ())) for word in part.get("enum", ())}
    assert words <= {used(placed, key) for placed in STEPS if placed.verb == verb}


@pytest.mark.parametrize(
    "key", ["rate", "created_at", "length", "jitter", "identifier", "label", "window", "limit", "by"]
)
def test_every_argument_of_weight_is_used(key: str) -> None:
    assert [placed for placed in STEPS if key in plain(placed.step)]


def used(placed: Placed, key: str) -> object:
    return getattr(placed.step, keys_of(type(placed.step))[key].attribute)


def test_every_frame_that_can_put_a_message_at_stake_is_touched() -> None:
    """A welcome or a ping brings nothing and starts nothing: a run whose fault touches only these is inconclusive by rule."""
    touched = {
        used(placed, "what")
        for placed in STEPS
        if placed.verb in {"hold", "drop", "repeat", "truncate", "reorder", "inject"}
    }
    assert touched == {"message", "confirm", "reject", "disconnect", "subscribe", "catch-up"}


def test_a_connection_is_healed_and_released_both_ways() -> None:
    ways = {(placed.verb, used(placed, "as")) for placed in STEPS if placed.verb in {"heal", "release"}}
    assert ways == {(verb, way) for verb in ("heal", "release") for way in ("in-order", "reset")}


def test_every_known_wrong_is_shown() -> None:
    known = [expected for s in SCENARIOS for expected in s.expect.values() if isinstance(expected, Known)]
    assert all(any(getattr(each, word) for each in known) for word in Known.__struct_fields__)


def test_on_a_sound_server_nothing_is_shown_twice_and_nothing_that_is_not_there() -> None:
    """The real SDK claims every id: it takes a defect of the chat to make it do that."""
    sound = [s.expect["hellotext"] for s in SCENARIOS if not s.defects]
    known = [expected for expected in sound if isinstance(expected, Known)]
    assert not any(each.duplicated or each.phantom or each.altered for each in known)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_is_told_line_by_line(scenario: Scenario) -> None:
    told = tell(scenario)
    assert len(told) == len(scenario.steps)
    assert all(line.endswith(".") and "None" not in line and "\n" not in line for line in told)
