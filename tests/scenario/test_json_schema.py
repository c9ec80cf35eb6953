from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from cablecheck.errors import BadInputError
from cablecheck.scenario.json_schema import schema
from cablecheck.scenario.model import VERBS
from cablecheck.scenario.reading import read_scenario
from cablecheck.scenario.shelf import shipped

VALIDATOR = Draft202012Validator(schema())


def loaded(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_valid(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(loaded(path.read_text()))) == []


def test_a_step_offers_the_verbs_and_nothing_else() -> None:
    step = schema()["$defs"]["step"]
    assert list(step["properties"]) == list(VERBS)
    assert (step["minProperties"], step["maxProperties"], step["additionalProperties"]) == (1, 1, False)


def test_every_verb_is_described() -> None:
    verbs = schema()["$defs"]["step"]["properties"]
    assert verbs["cut"]["description"] == "End the live connection of the cable, now."
    assert [verb for verb, about in verbs.items() if not about["description"].endswith((".", "!"))] == []


STEPS = {
    "publish: {count: 1}": True,
    "publish: {count: 0}": False,
    "publish: {count: '1'}": False,
    "publish: {count: 1.5}": False,
    "publish: {rate: 10}": False,
    "publish: {created_at: -3}": False,
    "publish: {cnt: 1}": False,
    "publish: {length: 9000}": True,
    "publish: {count: 9, at_once: 3}": True,
    "publish: {at_once: 0}": False,
    "publsh: {}": False,
    "publish:": True,
    "settle": False,
    "settle: []": False,
    "settle: {within: 5}": False,
    "settle: {within: 5h}": False,
    "settle: {within: 0.5s}": True,
    "settle: {within: null}": False,
    "cut:": False,
    "cut: {how: rst}": True,
    "cut: {how: rts}": False,
    "cut: {how: rst, on: d1}": False,
    "cut: {how: close, code: 999}": False,
    "refuse: {how: 502}": True,
    "refuse: {how: '502'}": False,
    "refuse: {how: 501}": False,
    "fail: {as: 599}": True,
    "fail: {as: 600}": False,
    "fail: {as: reset}": True,
    "throttle: {rate: 1KB/s}": True,
    "throttle: {rate: 500B/s, what: all}": True,
    "throttle: {rate: 0B/s}": False,
    "throttle: {rate: 1000/s}": False,
    "throttle: {rate: 1KB/s, what: rest}": False,
    "strip:": True,
    "strip: {times: 0}": False,
    "strip: {what: cable}": False,
    "truncate: {what: subscribe, nth: 2}": True,
    "truncate: {what: catch-up}": False,
    "truncate:": False,
    "deploy:": False,
    "deploy: {command: 7}": False,
    "deploy: {command: {}}": False,
    "deploy: {command: x, within: 5}": False,
    "deploy: {command: x, traffic: 5}": False,
    "inject: {what: ping, reconnect: false}": True,
    "inject: {what: ping, reconnect: 0}": False,
    "{cut: {how: rst}, heal: {}}": False,
    "{}": False,
}


@pytest.mark.parametrize(("step", "good"), STEPS.items(), ids=list(STEPS))
def test_the_schema_and_the_reader_agree_on_a_step(step: str, good: bool) -> None:
    text = f"name: x\nstory: y\nsteps:\n  - {step}\n"
    assert (VALIDATOR.is_valid(loaded(text)), readable(text)) == (good, good)


TOPS = {
    "clients: 2": True,
    "clients: 0": False,
    "clients: 101": False,
    "conversations: 3": True,
    "conversations: 0": False,
    "conversations: 101": False,
    "conversations: '3'": False,
    "deadline: 10": False,
    "defects: [muted-stream, page-cap]": True,
    "defects: []": True,
    "defects: muted-stream": False,
    "defects: [muted-strem]": False,
    "defects: [1]": False,
    "world: sim": False,
    "world: live": False,
    "world: live\nwhy: TCP": True,
    "world: both": True,
    "why: ' '": False,
    "storey: z": False,
    "expect: {hellotext: verified}": True,
    "expect: {hellotext: fine}": False,
    "expect: {hellotext: {}}": False,
    "expect: {hellotext: {lost: [m1]}}": True,
    "expect: {hellotext: {lost: m1}}": False,
    "expect: {hellotext: {lost: [x1]}}": False,
    "expect: {hellotext: {lots: [m1]}}": False,
    "expect: {hellotext: {phantom: [m1, stranger-1], altered: [m1]}}": True,
    "expect: {hellotext: {phantom: ['somebody else']}}": False,
    "expect: {before-catch-up: verified}": False,
    "expect: {hellotxt: verified}": False,
    "expect: verified": False,
}


@pytest.mark.parametrize(("top", "good"), TOPS.items(), ids=list(TOPS))
def test_the_schema_and_the_reader_agree_on_what_stands_at_the_top(top: str, good: bool) -> None:
    text = f"name: x\nstory: y\n{top}\nsteps:\n  - publish:\n"
    assert (VALIDATOR.is_valid(loaded(text)), readable(text)) == (good, good)


@pytest.mark.parametrize("lacking", ["name", "story", "steps"])
def test_the_schema_and_the_reader_agree_on_what_is_needed(lacking: str) -> None:
    whole = {"name": "x", "story": "y", "steps": "[{publish: {}}]"}
    text = "".join(f"{key}: {value}\n" for key, value in whole.items() if key != lacking)
    assert (VALIDATOR.is_valid(loaded(text)), readable(text)) == (False, False)


def readable(text: str) -> bool:
    try:
        read_scenario(text, "x.yaml")
    except BadInputError:
        return False
    return True


LIVE = "name: x\nstory: y\nworld: live\nwhy: z\nsteps:\n  - "
COMMANDS = {
    "deploy: {command: ./deploy.sh}": True,
    "deploy: {command: [kubectl, apply], within: 5m, traffic: 2/s, id: roll}": True,
    "deploy: {command: [kubectl, 1]}": False,
    "deploy: {command: x, on: c1}": False,
}


@pytest.mark.parametrize(("step", "good"), COMMANDS.items(), ids=list(COMMANDS))
def test_the_schema_and_the_reader_agree_on_a_command(step: str, good: bool) -> None:
    text = f"{LIVE}{step}\n"
    assert (VALIDATOR.is_valid(loaded(text)), readable(text)) == (good, good)
