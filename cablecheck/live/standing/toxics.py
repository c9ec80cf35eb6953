"""Toxiproxy's toxics in the nemesis's own verbs (github.com/Shopify/toxiproxy, README, version 2): which is which, and which has none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from cablecheck.errors import BadInputError, meant
from cablecheck.nemesis.faults import FAULTS
from cablecheck.scenario import model
from cablecheck.scenario.model import Duration, Step
from cablecheck.scenario.reading import read_scenario

Stream: TypeAlias = Literal["upstream", "downstream"]
Attributes: TypeAlias = dict[str, Any]

VERBS = {verb: kind for verb, kind in model.VERBS.items() if kind in FAULTS and kind is not model.Restart}
_LARGEST = {"rate": 999_999}
_A_DAY_MILLISECONDS = 86_400_000
_WITHOUT = {
    "slow_close": "a frame or an answer can be held, but no end of TCP; use hold, delay or latency",
    "slicer": "bytes are cut into pieces of any size anyway; use truncate to break a frame in two",
    "limit_data": "it is not counted by bytes; use truncate, or cut at a frame by its nth",
}


class ToxicError(Exception):
    """What was asked for can't be done; the status and the words that the answer carries."""

    def __init__(self, status: int, fact: str) -> None:
        super().__init__(fact)
        self.status = status


@dataclass(frozen=True)
class Recipe:
    """What a toxic does: some steps at once, or after so many seconds; `again`: it is healed with a reset and done anew so often."""

    steps: tuple[Step, ...]
    attributes: Attributes
    after_seconds: float = 0.0
    again_seconds: float = 0.0


def recipe(kind: str, stream: Stream, attributes: Attributes) -> Recipe:
    """What this toxic does. Raises ToxicError (400) for one that is not known, has no counterpart, or has wrong attributes."""
    if kind in VERBS and not (kind in TOXICS and "delay" not in attributes):
        return _own(kind, stream, attributes)
    if kind in TOXICS:
        known, make = TOXICS[kind]
        return make(stream, _numbers(kind, known, attributes))
    if kind in _WITHOUT:
        raise ToxicError(400, f"toxic {kind} has no counterpart here: {_WITHOUT[kind]}")
    words = [*TOXICS, *VERBS]
    raise ToxicError(
        400, f"invalid toxic type '{kind}'; {meant(kind, words) or 'use one of ' + ', '.join(words)}"
    )


def _numbers(kind: str, known: Attributes, attributes: Attributes) -> Attributes:
    """Toxiproxy's own attributes: whole numbers, each with its default."""
    for key, value in attributes.items():
        if key not in known:
            guess = meant(key, known) or f"use {', '.join(known)}"
            raise ToxicError(400, f"toxic {kind} has no attribute '{key}'; {guess}")
        most = _LARGEST.get(key, _A_DAY_MILLISECONDS)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ToxicError(400, f"attribute {key} is {_shown(value)}; use a whole number from 0 to {most}")
    return known | attributes


def _own(kind: str, stream: Stream, attributes: Attributes) -> Recipe:
    """A verb of ours, its attributes as a step of a scenario has them."""
    if stream == "upstream":
        raise ToxicError(
            400, f"{kind} knows no stream; leave it out, and say direction or what in the attributes"
        )
    if "id" in attributes or attributes.get("on") not in (None, "c1"):
        raise ToxicError(
            400, f"{kind} takes neither id nor on here; its id is the toxic's name, and there is one client"
        )
    if kind == "refuse" and attributes.get("how") == "port" and "times" in attributes:
        raise ToxicError(400, "a closed port counts nobody; leave times out, or use how: reset")
    text = json.dumps(
        {"name": "toxic", "story": "A toxic.", "steps": [{kind: attributes}]}, ensure_ascii=False
    )
    try:
        [placed] = read_scenario(text, "toxic").steps
    except BadInputError as error:
        raise ToxicError(400, "; ".join(finding.partition(": ")[2] for finding in error.findings)) from None
    return Recipe((placed.step,), attributes)


def _latency(stream: Stream, given: Attributes) -> Recipe:
    delay, jitter = Duration(given["latency"] / 1000), Duration(given["jitter"] / 1000)
    return Recipe((model.Latency(delay=delay, jitter=jitter, direction=_direction(stream)),), given)


def _bandwidth(stream: Stream, given: Attributes) -> Recipe:
    if stream == "upstream":
        raise ToxicError(400, "toxic bandwidth has no counterpart upstream here; use stream downstream")
    if given["rate"] == 0:
        raise ToxicError(
            400, "attribute rate is 0; use a whole number from 1, or blackhole to let nothing through"
        )
    return Recipe((model.Throttle(rate=f"{given['rate']}KB/s", what="all"),), given)


def _timeout(stream: Stream, given: Attributes) -> Recipe:
    steps = (model.Refuse(how="hang"), model.Blackhole(direction=_direction(stream)))
    return Recipe(steps, given, again_seconds=given["timeout"] / 1000)


def _reset_peer(_: Stream, given: Attributes) -> Recipe:
    steps = (model.Refuse(how="reset"), model.Cut(how="rst"))
    return Recipe(steps, given, after_seconds=given["timeout"] / 1000)


def _direction(stream: Stream) -> Literal["up", "down"]:
    return "up" if stream == "upstream" else "down"


def _shown(value: object) -> str:
    return json.dumps(value)[:60]


# The toxics that have a counterpart: their attributes with Toxiproxy's defaults, and what becomes of them.
TOXICS: dict[str, tuple[Attributes, Callable[[Stream, Attributes], Recipe]]] = {
    "latency": ({"latency": 0, "jitter": 0}, _latency),
    "bandwidth": ({"rate": 0}, _bandwidth),
    "timeout": ({"timeout": 0}, _timeout),
    "reset_peer": ({"timeout": 0}, _reset_peer),
}
