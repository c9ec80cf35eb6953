"""The toxics of the one proxy that there is, as its API adds, changes and takes them away; the faults of a story stand among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import trio

from cablecheck.live.standing.toxics import TOXICS, Attributes, Recipe, Stream, ToxicError, recipe
from cablecheck.nemesis.fault import As
from cablecheck.scenario import model
from cablecheck.scenario.model import Step, plain

DISABLED = "disabled"  # the fault that keeps the port closed
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_KEYS = {"name", "type", "stream", "toxicity", "attributes"}


class Board(Protocol):
    """What toxics are done with."""

    @property
    def standing(self) -> tuple[str, ...]:
        """The ids of the faults that stand."""

    def arm(self, step: Step, *, fault: str, verb: str, number: int) -> None:
        """Hand this fault to the nemesis."""

    def heal(self, fault: str | None = None, as_: As = "in-order") -> None:
        """End this fault, or all."""

    def drop_all(self, how: str) -> None:
        """Reset every connection."""


@dataclass
class Toxic:
    """One toxic, and the faults that it is made of."""

    name: str
    type: str
    stream: Stream
    recipe: Recipe
    faults: tuple[str, ...] = ()
    clock: trio.CancelScope = field(default_factory=trio.CancelScope)
    ticking: bool = False

    def shown(self) -> dict[str, Any]:
        """As Toxiproxy shows it."""
        return {
            "attributes": self.recipe.attributes, "name": self.name, "type": self.type, "stream": self.stream, "toxicity": 1,
        }  # fmt: skip


class ToxicShelf:
    """Raises ToxicError for whatever can't be done. Clocks of toxics run in `nursery`."""

    def __init__(self, board: Board, nursery: trio.Nursery) -> None:
        self._board = board
        self._nursery = nursery
        self._toxics: dict[str, Toxic] = {}
        self._told: dict[str, Toxic] = {}  # faults of the story

    # The proxy

    @property
    def enabled(self) -> bool:
        """Whether the port is open, as far as the API is concerned."""
        return DISABLED not in self._board.standing

    def enable(self, wanted: bool) -> None:
        """Open the port, or close it and reset whoever is there."""
        if wanted and not self.enabled:
            self._board.heal(DISABLED)
        elif not wanted and self.enabled:
            self._board.arm(model.Refuse(how="port"), fault=DISABLED, verb="refuse", number=0)
            self._board.drop_all("the proxy was disabled")

    def reset(self) -> None:
        """Enable it and take everything away, the story's faults too."""
        for toxic in self._toxics.values():
            toxic.clock.cancel()
        self._board.heal()
        self._toxics.clear()

    # Toxics

    def listed(self) -> list[dict[str, Any]]:
        """Those that stand."""
        return [toxic.shown() for toxic in self._standing()]

    def show(self, name: str) -> dict[str, Any]:
        """One that stands."""
        return self._find(name).shown()

    def add(self, wanted: object) -> dict[str, Any]:
        """Add one. One that strikes once and is over, as a cut, is not listed afterwards."""
        asked = _object(wanted, _KEYS)
        kind = asked.get("type")
        if not isinstance(kind, str):
            raise ToxicError(400, "a toxic needs a type, such as latency or cut")
        stream = _stream(asked.get("stream", "downstream"))
        name = asked.get("name") or (f"{kind}_{stream}" if kind in TOXICS else kind)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ToxicError(400, "a toxic's name has up to 64 letters, digits and _ . -")
        _whole(asked.get("toxicity", 1))
        made = Toxic(name, kind, stream, recipe(kind, stream, _attributes(asked)))
        if name == DISABLED or any(toxic.name == name for toxic in self._standing()):
            raise ToxicError(409, f"toxic already exists: {name}")
        self._start(made)
        return made.shown()

    def change(self, name: str, wanted: object) -> dict[str, Any]:
        """Take it away and add it anew with these attributes; those that are not named stay."""
        asked = _object(wanted, _KEYS)
        _whole(asked.get("toxicity", 1))
        old = self._find(name)
        attributes = old.recipe.attributes | _attributes(asked)
        new = Toxic(name, old.type, old.stream, recipe(old.type, old.stream, attributes))
        self._stop(old)
        self._start(new)
        return new.shown()

    def remove(self, name: str) -> None:
        """Take it away: what it kept is given in order."""
        self._stop(self._find(name))

    def learn(self, step: Step, fault: str, verb: str) -> None:
        """The story armed this fault."""
        self._told[fault] = Toxic(fault, verb, "downstream", Recipe((step,), plain(step)), (fault,))

    def _standing(self) -> Iterable[Toxic]:
        standing = set(self._board.standing)
        self._toxics = {
            name: toxic
            for name, toxic in self._toxics.items()
            if toxic.ticking or standing.intersection(toxic.faults)
        }
        self._told = {name: toxic for name, toxic in self._told.items() if name in standing}
        return [*self._told.values(), *self._toxics.values()]

    def _find(self, name: str) -> Toxic:
        for toxic in self._standing():
            if toxic.name == name:
                return toxic
        raise ToxicError(404, f"toxic not found: {name}")

    def _start(self, toxic: Toxic) -> None:
        self._toxics[toxic.name] = toxic
        if toxic.recipe.after_seconds or toxic.recipe.again_seconds:
            toxic.ticking = True
            self._nursery.start_soon(self._tick, toxic)
        if not toxic.recipe.after_seconds:
            self._arm(toxic)

    def _arm(self, toxic: Toxic) -> None:
        steps = toxic.recipe.steps
        verbs = [next(verb for verb, kind in model.VERBS.items() if kind is type(step)) for step in steps]
        toxic.faults = (toxic.name,) if len(steps) == 1 else tuple(f"{toxic.name}.{verb}" for verb in verbs)
        for step, verb, fault in zip(steps, verbs, toxic.faults, strict=True):
            self._board.arm(step, fault=fault, verb=verb, number=0)

    def _stop(self, toxic: Toxic, as_: As = "in-order") -> None:
        toxic.clock.cancel()
        self._toxics.pop(toxic.name, None)
        self._heal(toxic, as_)

    def _heal(self, toxic: Toxic, as_: As) -> None:
        for fault in toxic.faults:
            if fault in self._board.standing:
                self._board.heal(fault, as_)

    async def _tick(self, toxic: Toxic) -> None:
        with toxic.clock:
            if toxic.recipe.after_seconds:
                await trio.sleep(toxic.recipe.after_seconds)
                self._arm(toxic)
            while toxic.recipe.again_seconds:
                await trio.sleep(toxic.recipe.again_seconds)
                self._heal(toxic, "reset")
                self._arm(toxic)
        toxic.ticking = False


def _object(wanted: object, keys: set[str]) -> dict[str, Any]:
    if not isinstance(wanted, dict):
        raise ToxicError(400, "bad request body: a JSON object is needed")
    unknown = [key for key in wanted if key not in keys]
    if unknown:
        raise ToxicError(
            400, f"bad request body: unknown key '{unknown[0][:40]}'; use {', '.join(sorted(keys))}"
        )
    return wanted


def _stream(word: object) -> Stream:
    match word:
        case "upstream":
            return "upstream"
        case "downstream" | "":
            return "downstream"
        case _:
            raise ToxicError(400, "stream was invalid, can be either upstream or downstream")


def _attributes(asked: dict[str, Any]) -> Attributes:
    attributes = asked.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise ToxicError(400, "bad request body: attributes is no object")
    return attributes


def _whole(toxicity: object) -> None:
    if isinstance(toxicity, bool) or toxicity != 1:
        raise ToxicError(
            400, "toxicity other than 1 has no counterpart here; pick what is touched by nth and count"
        )
