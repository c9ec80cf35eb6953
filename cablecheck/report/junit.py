"""JUnit XML, as Jenkins, GitLab and GitHub's test reporters read it: a suite a scenario, in it a test case a check.

A violation is a failure, what proves nothing an error, and so is a bug of cablecheck's own. Where a run is in doubt, a check that found
nothing is skipped, for it proved nothing. No failure and no error stands in it if, and only if, the exit code is 0. The order of the
elements and their attributes are those of Jenkins' schema junit-10.xsd (jenkinsci/xunit-plugin), which Ant's is the model of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, assert_never
from xml.etree import ElementTree as ET

from cablecheck.checker.verdict import WORDS, Judgement, Standing, Word
from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from cablecheck.report.text import (
    bug_in_a_line,
    bug_told,
    faults_told,
    findings_told,
    judge_again,
    render_text,
)
from cablecheck.report.visible import listed, shortened, visible

CLAIMS: dict[Word, str] = {
    "lost": "no message is lost",
    "duplicated": "no message is shown twice",
    "misordered": "the messages stand in their order",
    "phantom": "nothing is shown that was never stored",
    "altered": "every message keeps its text",
    "aborted": "nothing is shown whose publishing failed",
    "unstored": "what is acknowledged is stored",
    "late": "no message comes late",
    "flickered": "no message vanishes and comes back",
}
EVIDENCE = "every fault mattered"
PROOF = "the run proves something"
EXPECTATION = "what is known of the client still happens"
SOUNDNESS = "cablecheck itself is right"
PLAYED = "every scenario is played"
_LONGEST_MESSAGE = 400
_LONGEST_LINE = 2000


@dataclass(frozen=True, slots=True)
class _Case:
    """One check of one run, and what came of it; `noted` passes, and has something to say."""

    name: str
    came: Literal["passed", "noted", "failure", "error", "skipped"] = "passed"
    kind: str = ""
    message: str = ""
    body: Sequence[str] = ()


def render_junit(summary: Summary) -> bytes:
    """The whole file: XML 1.0 in UTF-8, in which every character stands that XML forbids as its escape."""
    suites = [_suite(one, summary) for one in summary.reported]
    if summary.errors or summary.unplayed:
        suites.append(_unplayed(summary))
    root = ET.Element("testsuites", {"name": "cablecheck", **_counts(suites)})
    root.extend(suites)
    ET.indent(root)
    file = BytesIO()
    ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue() + b"\n"


def _suite(one: Reported, summary: Summary) -> ET.Element:
    verdict = one.judgement.verdict
    name, profile = verdict.scenario or "a run", verdict.profile or "no profile"
    cases = [_element(case, f"{profile}.{name}") for case in _cases(one, summary)]
    cases[0].set("time", f"{verdict.seconds:.3f}")  # the run's, once: readers add them up
    suite = _with_counts(name, cases)
    if one.story:
        suite.set("file", visible(one.story))
    if one.began:
        suite.set("timestamp", visible(one.began))
    properties = ET.Element("properties")
    for key, value in _properties(one):
        ET.SubElement(properties, "property", name=key, value=visible(value))
    suite.insert(0, properties)
    told = render_text(one.judgement, play_again=one.play_again, folder=one.folder)
    ET.SubElement(suite, "system-out").text = _lines(told.split("\n"))
    return suite


def _properties(one: Reported) -> Iterator[tuple[str, str]]:
    verdict = one.judgement.verdict
    yield "profile", verdict.profile
    yield "verdict", one.judgement.standing
    yield "run", verdict.run
    yield "messages", str(verdict.stored)
    yield "truth", verdict.source
    if one.judgement.accepted:
        yield "accepted", one.judgement.accepted
    if one.story:
        yield "story", f"{one.story}:{one.line}"
    if one.folder:
        yield "folder", one.folder


def _unplayed(summary: Summary) -> ET.Element:
    """A suite of its own for what was not judged: a set that was cut short is not green."""
    said = "; ".join(summary.errors)
    first = _Case(PLAYED)
    if summary.errors:
        first = _Case(PLAYED, "error", summary.code.name.lower(), said, tuple(summary.errors))
    cases = [_element(first, "cablecheck")]
    for name in summary.unplayed:
        why = said or "an earlier scenario failed"
        cases.append(
            _element(_Case("the scenario is played", "skipped", "unplayed", f"not played: {why}"), name)
        )
    return _with_counts("cablecheck", cases)


def _cases(one: Reported, summary: Summary) -> Iterator[_Case]:
    code, judgement = summary.code_of(one), one.judgement
    cases = [*(_word(word, one, code) for word in WORDS), _evidence(judgement, code), _proof(judgement, code)]
    cases.append(_expectation(one, code, failed=any(case.came == "failure" for case in cases)))
    yield from cases
    if code == ExitCode.BUG:
        bug = judgement.verdict.bug or judgement.why
        yield _Case(SOUNDNESS, "error", "bug", bug_in_a_line(bug), bug_told(bug))
    else:
        yield _Case(SOUNDNESS)


def _word(word: Word, one: Reported, code: ExitCode) -> _Case:
    """Whether any message went wrong in this way. The probes are no messages of the story."""
    verdict = one.judgement.verdict
    found = [finding for finding in verdict.findings if finding.word == word and not finding.probe]
    name, labels = CLAIMS[word], f"{word} {listed(verdict.labels(word))}"
    told, more = findings_told(found)
    body = [*(line for each in told for line in each.lines()), *([more] if more else [])]
    if code == ExitCode.VIOLATED and found:
        return _Case(name, "failure", word, labels, [*body, "", *_again(one)])
    if code == ExitCode.VERIFIED:
        return _Case(name, "noted", "", "", [f"known: {one.judgement.why}", *body]) if found else _Case(name)
    if code == ExitCode.VIOLATED and not verdict.reasons:
        return _Case(name)
    why = (
        "cablecheck itself is wrong"
        if code == ExitCode.BUG
        else next(iter(verdict.reasons), one.judgement.why)
    )
    return _Case(name, "skipped", "unproved", f"not proved: {f'{labels}; ' if found else ''}{why}", body)


def _evidence(judgement: Judgement, code: ExitCode) -> _Case:
    doubts = [fault.doubt for fault in judgement.verdict.faults if fault.doubt]
    body = [*doubts, "", *faults_told(judgement.verdict.faults)]
    return _doubted(EVIDENCE, doubts, body, code)


def _proof(judgement: Judgement, code: ExitCode) -> _Case:
    """What else keeps the run from a verdict: it was cut short, a step waited in vain, the truth was not read, ..."""
    verdict = judgement.verdict
    of_faults = {fault.doubt for fault in verdict.faults}
    doubts = [reason for reason in verdict.reasons if reason not in of_faults]
    if code == ExitCode.INCONCLUSIVE and not doubts and of_faults <= {""}:
        doubts = [judgement.why or "nothing was proved"]
    return _doubted(PROOF, doubts, doubts, code)


def _doubted(name: str, doubts: Sequence[str], body: Sequence[str], code: ExitCode) -> _Case:
    if not doubts:
        return _Case(name)
    if code == ExitCode.VERIFIED:
        return _Case(name, "noted", body=body)
    if code == ExitCode.BUG:
        return _Case(name, "skipped", "unproved", "not proved: cablecheck itself is wrong", body)
    return _Case(name, "error", "inconclusive", doubts[0], body)


def _expectation(one: Reported, code: ExitCode, *, failed: bool) -> _Case:
    """A known loss that is gone, and whatever else makes a run a violation without a message to name."""
    if code != ExitCode.VIOLATED or failed:
        return _Case(EXPECTATION)
    kind = "gone" if one.judgement.standing is Standing.GONE else "violated"
    return _Case(EXPECTATION, "failure", kind, one.judgement.why, [one.judgement.why, "", *_again(one)])


def _again(one: Reported) -> Iterator[str]:
    if one.story:
        yield f"the story:       {one.story}:{one.line}"
    if one.play_again:
        yield f"play it again:   {one.play_again}"
    if one.folder:
        yield f"judge it again:  {judge_again(one.folder)}"


def _element(case: _Case, classname: str) -> ET.Element:
    element = ET.Element("testcase", name=case.name, classname=visible(classname), time="0.000")
    match case.came:
        case "passed":
            pass
        case "noted":
            ET.SubElement(element, "system-out").text = _lines(case.body)
        case "failure" | "error" | "skipped":
            told = ET.SubElement(
                element, case.came, type=case.kind, message=shortened(case.message, _LONGEST_MESSAGE)
            )
            told.text = _lines(case.body)
        case _:
            assert_never(case.came)
    return element


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(shortened(line, _LONGEST_LINE) for line in lines).rstrip("\n")


def _with_counts(name: str, cases: Sequence[ET.Element]) -> ET.Element:
    came = [element.tag for case in cases for element in case]
    seconds = sum(float(case.get("time", "0")) for case in cases)
    suite = ET.Element(
        "testsuite",
        name=visible(name),
        tests=str(len(cases)),
        failures=str(came.count("failure")),
        errors=str(came.count("error")),
        skipped=str(came.count("skipped")),
        time=f"{seconds:.3f}",
    )
    suite.extend(cases)
    return suite


def _counts(suites: Sequence[ET.Element]) -> dict[str, str]:
    counts = {
        key: sum(int(suite.get(key, "0")) for suite in suites) for key in ("tests", "failures", "errors")
    }
    seconds = sum(float(suite.get("time", "0")) for suite in suites)
    return {**{key: str(count) for key, count in counts.items()}, "time": f"{seconds:.3f}"}
