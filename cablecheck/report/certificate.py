"""The certificate of a set of runs, as text and as JSON: fault x phase x how much was proved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from cablecheck.checker.evidence import FAULT_VERBS
from cablecheck.checker.phases import PHASES, Certificate, Phase, Standing
from cablecheck.errors import BadInputError, meant

_MARKS = {
    Standing.AT_STAKE: "at stake",
    Standing.FELT: "felt",
    Standing.FIRED: "fired",
    Standing.NEVER: "-",
}
Cell = tuple[str, Phase]


def required_cells(words: Sequence[str]) -> list[Cell]:
    """The cells that words such as `cut/catching-up` or `cut/all` ask for. Raises BadInputError for what is none."""
    cells: list[Cell] = []
    findings: list[str] = []
    for word in words:
        verb, _, phase = word.partition("/")
        if verb not in FAULT_VERBS:
            remedy = meant(verb, FAULT_VERBS) or f"use one of {', '.join(sorted(FAULT_VERBS))}"
            findings.append(f"--require {word}: unknown fault '{verb}'; {remedy}")
        elif phase == "all":
            cells += [(verb, each) for each in Phase]
        elif phase in list(Phase):
            cells.append((verb, Phase(phase)))
        else:
            remedy = meant(phase, Phase) or f"use all, or one of {', '.join(Phase)}"
            findings.append(f"--require {word}: unknown phase '{phase}'; {remedy}")
    if findings:
        raise BadInputError(*findings)
    return cells


def certificate_text(certificate: Certificate, required: Sequence[Cell]) -> Iterator[str]:
    """The matrix, one row a fault; a required cell that was not hit is marked."""
    verbs = [verb for verb in sorted(FAULT_VERBS) if any(cell[0] == verb for cell in certificate.fired)]
    verbs += sorted({verb for verb, _ in required} - set(verbs))
    missing = set(certificate.missing(required))
    width = max(map(len, (*verbs, "fault")))
    yield "fault".ljust(width) + "".join(f"  {phase:>12}" for phase in Phase)
    for verb in verbs:
        entries = (
            _MARKS[certificate.standing(verb, phase)] + (" !" if (verb, phase) in missing else "")
            for phase in Phase
        )
        yield verb.ljust(width) + "".join(f"  {entry:>12}" for entry in entries)
    yield ""
    yield from (f"{phase}: {story}" for phase, story in PHASES.items())
    yield ""
    yield _headline(certificate, required, len(missing))


def _headline(certificate: Certificate, required: Sequence[Cell], missing: int) -> str:
    runs = f"{certificate.runs} run{'s' * (certificate.runs != 1)}"
    if missing:
        return f"INCONCLUSIVE: in {runs} no message was ever at stake in {missing} of {len(required)} required cells (marked !)"
    if required:
        return f"CERTIFIED: in {runs} a message was at stake in each of {len(required)} required cells"
    return f"{runs}; nothing was required"


def certificate_json(certificate: Certificate, required: Sequence[Cell]) -> str:
    """One JSON object: every cell that was hit or required, with its counts."""
    cells = dict.fromkeys((*sorted(certificate.fired), *required))
    told = {
        "runs": certificate.runs,
        "missing": [f"{verb}/{phase}" for verb, phase in certificate.missing(required)],
        "cells": [
            {
                "fault": verb,
                "phase": phase,
                "standing": certificate.standing(verb, phase),
                "fired": certificate.fired[verb, phase],
                "felt": certificate.felt[verb, phase],
                "at_stake": certificate.at_stake[verb, phase],
                "required": (verb, phase) in required,
            }
            for verb, phase in cells
        ],
    }
    return json.dumps(told, indent=1)
