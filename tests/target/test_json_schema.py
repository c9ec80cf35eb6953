"""The schema by a validator that is not ours: it lets through what is read, and stops what any line says wrong."""

from __future__ import annotations

import tomllib

import jsonschema
import pytest

from cablecheck.target.json_schema import schema
from cablecheck.target.presets import PRESETS, preset
from tests.target.files import LEAST

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", [LEAST, *(preset(kind).text for kind in PRESETS)], ids=["least", *PRESETS])
def test_what_can_be_read_is_let_through(text: str) -> None:
    VALIDATOR.validate(tomllib.loads(text))


WRONG = {
    "nothing": "",
    "another key": "x = 1\n" + LEAST,
    "no target": "[target]",
    "a name that is none": LEAST.replace("target.t", "target.'A b'"),
    "an unknown table": LEAST + "cabel = {}\n",
    "an unknown key": LEAST.replace("url =", "uri ="),
    "a key that lacks": LEAST.replace("url =", "origin ="),
    "a value of another kind": LEAST + "max_rate = 20\n",
    "a time without its unit": LEAST + "deadlines.answer = '10'\n",
    "a word that is none": LEAST + "order.tie = 'ids'\n",
    "an item of a list": LEAST + "order.keys = ['date']\n",
    "a status that is none": LEAST + "auth = [{request = 'GET https://h', accept = [20]}]\n",
    "a page of nothing": LEAST.replace("{cursor}'}", "{cursor}', page_cap = 0}").replace('{cursor}"}', '{cursor}", page_cap = 0}'),
    "losses that are no list": LEAST + "known.calm.hellotext.lost = 'm1'\n",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG.values(), ids=list(WRONG))
def test_what_a_line_says_wrong_is_stopped(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(tomllib.loads(text))
