"""The certificate as a person and as a machine reads it."""

from __future__ import annotations

import json

import pytest

from cablecheck.checker.phases import Certificate, Phase
from cablecheck.errors import BadInputError
from cablecheck.report.certificate import certificate_json, certificate_text, required_cells
from tests.checker.test_phases import ARMED, FIRED, LIFE, verdict


@pytest.fixture
def certificate() -> Certificate:
    made = Certificate()
    made.add([ARMED, *LIFE[:4], FIRED], verdict(felt=True, mattered=True))
    return made


def test_a_required_cell_that_was_never_hit_makes_the_set_inconclusive(certificate: Certificate) -> None:
    required = required_cells(["cut/live", "hold/closing"])
    lines = list(certificate_text(certificate, required))
    assert lines[0].split() == ["fault", *Phase]
    assert lines[1].split() == ["cut", "-", "-", "-", "-", "-", "at", "stake", "-"]
    assert lines[2].split() == ["hold", "-", "-", "-", "-", "-", "-", "-", "!"]
    assert lines[-1] == (
        "INCONCLUSIVE: in 1 run no message was ever at stake in 1 of 2 required cells (marked !)"
    )


def test_when_all_are_hit_the_set_is_certified(certificate: Certificate) -> None:
    last = list(certificate_text(certificate, required_cells(["cut/live"])))[-1]
    assert last == "CERTIFIED: in 1 run a message was at stake in each of 1 required cells"
    certificate.runs = 2
    assert list(certificate_text(certificate, []))[-1] == "2 runs; nothing was required"


def test_the_json_has_every_cell_that_was_hit_or_required(certificate: Certificate) -> None:
    told = json.loads(certificate_json(certificate, required_cells(["hold/away"])))
    assert told == {
        "runs": 1,
        "missing": ["hold/away"],
        "cells": [
            {
                "fault": "cut", "phase": "live", "standing": "at stake", "fired": 1, "felt": 1, "at_stake": 1, "required": False,
            },
            {
                "fault": "hold", "phase": "away", "standing": "never", "fired": 0, "felt": 0, "at_stake": 0, "required": True,
            },
        ],
    }  # fmt: skip


def test_all_phases_may_be_asked_for_and_every_mistake_is_told_at_once() -> None:
    assert required_cells(["cut/all"]) == [("cut", phase) for phase in Phase]
    with pytest.raises(BadInputError) as caught:
        required_cells(["cutt/live", "cut/lively", "xyzzy/live", "cut/xyzzy"])
    assert caught.value.findings[:2] == (
        "--require cutt/live: unknown fault 'cutt'; did you mean 'cut'?",
        "--require cut/lively: unknown phase 'lively'; did you mean 'live'?",
    )
    assert "use one of blackhole" in caught.value.findings[2]
    assert "use all, or one of away" in caught.value.findings[3]
