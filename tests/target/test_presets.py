"""What `cablecheck init` writes: every preset is read as it is, and together they show every key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from cablecheck.cli.init import KINDS
from cablecheck.scenario.shape import keys_of
from cablecheck.target.model import Target
from cablecheck.target.presets import PRESETS, preset
from cablecheck.target.reading import read_text


@pytest.mark.parametrize("kind", PRESETS)
@pytest.mark.parametrize("name", ["staging", "a-2"])
def test_a_preset_is_read_once_its_variables_are_set(kind: str, name: str) -> None:
    begun = preset(kind, name)
    assert begun.variables
    environment = dict.fromkeys(begun.variables, "s3cr3t-t0ken")
    assert read_text(begun.text, f"{kind}.toml", name, environment).name == name


@pytest.mark.parametrize("kind", PRESETS)
def test_a_preset_needs_the_variables_that_it_says_and_no_other(kind: str) -> None:
    begun = preset(kind)
    for lacking in begun.variables:
        environment = dict.fromkeys(set(begun.variables) - {lacking}, "s3cr3t-t0ken")
        with pytest.raises(Exception, match=f"the environment variable {lacking} is not set"):
            read_text(begun.text, "x.toml", "staging", environment)


@pytest.mark.parametrize("kind", PRESETS)
def test_what_is_commented_out_is_toml_too(kind: str) -> None:
    """A line that is taken in as it stands may say something else twice, but is never broken."""
    for line in preset(kind).text.splitlines():
        said = re.fullmatch(r"# (\[.*\]|[a-z_]+ = .*)", line)
        if said:
            __import__("tomllib").loads(said[1])


def _keys(struct: type[msgspec.Struct]) -> Iterator[str]:
    for name, key in keys_of(struct).items():
        yield name
        kind: Any = get_args(key.type)[0] if get_origin(key.type) is tuple else key.type
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from _keys(kind)


def test_every_key_of_the_model_is_shown_in_some_preset() -> None:
    shown = "\n".join(preset(kind).text for kind in PRESETS)
    lacking = [
        key
        for key in set(_keys(Target))
        if not re.search(rf"(?:^|[\s{{.#]){key}(?:\]|\.| = )", shown, re.MULTILINE)
    ]
    assert lacking == []


def test_the_command_line_offers_every_preset() -> None:
    assert tuple(PRESETS) == KINDS


def test_the_readmes_example_is_a_target_file() -> None:
    page = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    [text] = re.findall(r"^```toml\n(\[target\..*?)^```$", page, re.MULTILINE | re.DOTALL)
    environment = {"CHAT_PASSWORD": "s3cr3t-t0ken", "DATABASE_URL": "postgresql://u:s3cr3t-t0ken@h/db"}
    assert read_text(text, "README.md", "staging", environment).target.catch_up is not None
