"""A scenario as a file: what `read_scenario` reads, one line a step, as the shipped ones are written."""

from __future__ import annotations

import json
import re
import textwrap

import msgspec

from cablecheck.scenario.known import Expected, Known
from cablecheck.scenario.model import DEADLINE, Scenario, plain
from cablecheck.scenario.rooms import gathered
from cablecheck.scenario.units import written

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+./-]*|[+-]?[0-9]+(?:\.[0-9]+)?(?:ms|s|m|/s|/m|K?B/s)")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")  # as YAML 1.2 has it
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDTH = 110


def write_scenario(scenario: Scenario) -> str:
    """The text of a scenario file."""
    story = textwrap.wrap(scenario.story, _WIDTH, break_long_words=False, break_on_hyphens=False)
    lines = [f"name: {scenario.name}", "story: >", *(f"  {line}" for line in story)]
    if scenario.clients != 1:
        lines.append(f"clients: {scenario.clients}")
    if scenario.conversations != 1:
        lines.append(f"conversations: {scenario.conversations}")
    if scenario.defects:
        lines.append(f"defects: {_flow(scenario.defects)}")
    if scenario.deadline != DEADLINE:
        lines.append(f"deadline: {written(scenario.deadline)}")
    if scenario.world != "both":
        lines += [f"world: {scenario.world}", f"why: {_scalar(scenario.why or '')}"]
    lines.append("steps:")
    lines += (f"  - {placed.verb}:{_arguments(plain(placed.step))}" for placed in scenario.steps)
    if scenario.expect:
        lines.append("expect:")
        lines += (f"  {profile}: {_expected(expected)}" for profile, expected in scenario.expect.items())
    return "\n".join(lines) + "\n"


def _arguments(arguments: dict[str, object]) -> str:
    return f" {_flow(arguments)}" if arguments else ""


def _expected(expected: Expected) -> str:
    return _flow(msgspec.to_builtins(gathered(expected))) if isinstance(expected, Known) else expected


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Plain where nobody could read it otherwise, else quoted as JSON is, which YAML 1.2 understands."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
