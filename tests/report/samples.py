"""Judgements made by hand, harmless and hostile, for the tests of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from cablecheck.checker.expectation import exit_code, hold_against
from cablecheck.checker.verdict import (
    WORDS,
    FaultEvidence,
    Finding,
    Judgement,
    Outcome,
    Provenance,
    Standing,
    Verdict,
)
from cablecheck.errors import ExitCode, worst
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from cablecheck.scenario.known import Known

CUT = FaultEvidence(
    fault="cut-3", verb="cut", detail="how: rst", step=3, fired=1, felt=True, mattered=True, at_stake=("m6", "m7"),
    first_fired_at=4.12,
)  # fmt: skip


def lost(label: str, **more: object) -> Finding:
    """A lost message whose id is its label's number plus a hundred."""
    told = {
        "id": str(100 + int(label[1:])),
        "client": "c1",
        "reached": "stored while no socket was open",
        "reason": "nothing asked for it after the reconnect",
    }
    return Finding(word="lost", label=label, **{**told, **more})  # type: ignore[arg-type]


VIOLATED = Judgement(
    verdict=Verdict(
        outcome=Outcome.VIOLATED,
        scenario="socket-kill",
        profile="before-catch-up",
        run="3f9a2c",
        findings=(lost("m7"), lost("m6"), lost("m10")),
        faults=(CUT,),
        stored=10,
        seconds=12.34,
    ),
    standing=Standing.VIOLATED,
    why="before-catch-up is expected to be verified",
)
VERIFIED = Judgement(
    verdict=Verdict(
        outcome=Outcome.VERIFIED, scenario="calm", profile="hellotext", run="aaaaaa", stored=5, seconds=3.0
    ),
    standing=Standing.VERIFIED,
)
KNOWN = Judgement(
    verdict=Verdict(
        outcome=Outcome.VIOLATED,
        scenario="late-confirm",
        profile="hellotext",
        run="bbbbbb",
        findings=(lost("m4"), lost("p2", probe=True)),
        faults=(CUT,),
        stored=6,
        seconds=8.0,
    ),
    standing=Standing.KNOWN,
    why="exactly what hellotext is known to do",
)
ACCEPTED = Judgement(KNOWN.verdict, Standing.KNOWN, "", "lost m4, by target.t.known.late-confirm")
HEARSAY = Judgement(Verdict(Outcome.VERIFIED, scenario="calm", source="ledger"), Standing.VERIFIED)
INCONCLUSIVE = Judgement(
    verdict=Verdict(
        outcome=Outcome.INCONCLUSIVE,
        scenario="never",
        profile="hellotext",
        run="cccccc",
        reasons=("fault hold-1 never fired",),
        faults=(
            FaultEvidence(
                fault="hold-1", verb="hold", detail="what: reject", step=2, why="no such frame came"
            ),
        ),
        stored=3,
        seconds=2.0,
    ),
    standing=Standing.INCONCLUSIVE,
)

anything = st.text(max_size=12) | st.sampled_from(
    [
        "\x1b[2J",
        "\u202egnp.exe",
        "\r\nVERIFIED: all is well",
        "\x9b31m",
        "\ud800",
        "\u2028",
        "\x00",
        "a\u200bb",
        "::error::a command",
        "##[add-path]a command of old",
        "%0A::warning::a command once unescaped",
        "a | b \\| c `d` ``e``",
        "<img src=x onerror=alert(1)></details>",
        "]]><!-- -->&lt;&#64;",
        "@octocat #1 :bug: a@b.example",
        "[a](javascript:b) ![c](https://d.example) www.e.example https://f.example",
        "**a** _b_ ~~c~~ $d$",
        "1. a",
        "- a",
        "# a",
    ]
)
several = st.lists(anything, max_size=20).map(tuple)
findings = st.builds(
    Finding,
    word=st.sampled_from(WORDS),
    label=anything,
    id=anything | st.none(),
    client=anything | st.none(),
    probe=st.booleans(),
    reached=anything,
    reason=anything,
)
faults = st.builds(
    FaultEvidence,
    fault=anything,
    verb=anything,
    detail=anything,
    client=anything | st.none(),
    step=st.integers(0, 9),
    fired=st.integers(0, 3),
    felt=st.booleans(),
    mattered=st.booleans(),
    at_stake=several,
    first_fired_at=st.none() | st.floats(0, 60),
    why=anything,
)
provenances = st.builds(Provenance, label=anything, client=anything, way=st.just("socket"), id=anything)
verdicts = st.builds(
    Verdict,
    outcome=st.sampled_from(Outcome),
    scenario=anything,
    profile=anything,
    run=anything,
    findings=st.lists(findings, max_size=20).map(tuple),
    reasons=several,
    faults=st.lists(faults, max_size=16).map(tuple),
    provenance=st.lists(provenances, max_size=4).map(tuple),
    bug=anything | st.none(),
    stored=st.integers(0, 100),
    recovered=several,
    masked=several,
    seconds=st.floats(0, 100),
)
judgements = st.builds(Judgement, verdict=verdicts, standing=st.sampled_from(Standing), why=anything)


def _as_the_judge_says(verdict: Verdict) -> Verdict:
    """The same with the outcome and the doubts that belong to its findings, its faults and its bug."""
    doubts = tuple(fault.doubt for fault in verdict.faults if fault.doubt)
    reasons = verdict.reasons + doubts
    if any(not finding.probe for finding in verdict.findings):
        outcome = Outcome.VIOLATED
    else:
        outcome = Outcome.INCONCLUSIVE if reasons or verdict.bug is not None else Outcome.VERIFIED
    return msgspec.structs.replace(verdict, outcome=outcome, reasons=reasons)


def _held_against(verdict: Verdict, known: tuple[str, ...] | None) -> Judgement:
    """Judged against no expectation, or against one that knows these losses."""
    expect = None if known is None else {verdict.profile: Known(lost=known)}
    return hold_against(verdict, expect)


quiet_faults = faults.map(lambda fault: msgspec.structs.replace(fault, mattered=True))
judged = st.builds(
    _held_against,
    st.builds(
        Verdict,
        outcome=st.just(Outcome.VERIFIED),
        scenario=anything,
        profile=anything,
        findings=st.lists(findings, max_size=3).map(tuple),
        reasons=st.just(()) | several,
        faults=st.lists(quiet_faults | faults, max_size=3).map(tuple),
        bug=st.none() | anything,
    ).map(_as_the_judge_says),
    st.none() | several,
)
lossy = st.builds(
    lambda labels: _held_against(
        Verdict(
            outcome=Outcome.VIOLATED, findings=tuple(Finding(word="lost", label=label) for label in labels)
        ),
        labels,
    ),
    several.filter(any),
)


def reported(judgements: st.SearchStrategy[Judgement]) -> st.SearchStrategy[Reported]:
    """Runs with these judgements, every text about them hostile."""
    text = st.none() | anything
    return st.builds(
        Reported, judgements, folder=text, play_again=text, story=text, line=st.integers(0, 99), began=text
    )


def summary_of(
    *runs: Reported | Judgement, strict: bool = False, errors: Sequence[str] = (), **more: Any
) -> Summary:
    """What a command that judged these tells; its exit code is theirs, inconclusive at best where there are errors."""
    reported = [run if isinstance(run, Reported) else Reported(run) for run in runs]
    codes = [exit_code(run.judgement, strict=strict) for run in reported]
    code = worst([*codes, *([ExitCode.INCONCLUSIVE] if errors else [])])
    return Summary(
        reported=reported, code=code, asked=len(reported), strict=strict, errors=tuple(errors), **more
    )
