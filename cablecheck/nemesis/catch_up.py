"""Faults of the answer to a catch-up: spoilt, late, cut to a page. (To hold one is frames' hold.)"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never

from cablecheck.cable import json_values
from cablecheck.nemesis.came import Came
from cablecheck.nemesis.fault import Fate, Fault, Later, Reset, Spoil, Tally
from cablecheck.nemesis.scene import Scene
from cablecheck.scenario import model

BROKEN_JSON = '{"messages":[{"id":'


@dataclass(slots=True, kw_only=True)
class Answering(Fault):
    """Gives the answers to catch-ups, as many of each client's as were asked for, another fate."""

    step: model.Fail | model.Delay | model.Page
    tally: Tally

    def opinion(self, came: Came, scene: Scene, now: float) -> Fate | None:
        """The fate of this answer."""
        if not came.answer or not self.tally.takes(came.link.client):
            return None
        match self.step:
            case model.Fail(as_=as_):
                return _spoilt(as_)
            case model.Delay(by=by):
                return Later(float(by))
            case model.Page(limit=limit):
                return Spoil(limit=limit, detail=f"limit {limit}")
            case _:
                assert_never(self.step)

    def spent(self, scene: Scene) -> bool:
        """All that were to be touched have been."""
        return self.tally.used_up(self.clients(scene))


def _spoilt(as_: int | str) -> Fate:
    """What stands in the answer's place. A status has the body that Rails gives a client that wants JSON."""
    match as_:
        case int():
            return Spoil(
                status=as_, body=json_values.write({"status": as_, "error": _reason(as_)}), detail=str(as_)
            )
        case "broken-json":
            return Spoil(body=BROKEN_JSON, detail=as_)
        case "truncated":
            return Spoil(truncate=True, detail=as_)
        case _:
            return Reset()


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
