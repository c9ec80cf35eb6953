"""One run's judgement as text: the headline first, then what went wrong, how far it got, why, and how to play it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cablecheck.checker.verdict import WORDS, FaultEvidence, Finding, Judgement, Verdict, story_order
from cablecheck.report.visible import counted, listed, shortened, visible

MOST_FINDINGS = 10
MOST_FAULTS = 12
MOST_REASONS = 8
LONGEST_WHY = 400
# What a truth from there is worth.
BY_LEDGER = "the truth is the publisher's own ledger, as nobody could ask the target what it stored"
_TIME = re.compile(r"(?<![\w.])[0-9]{1,9}\.[0-9]+(?![\w.])")


@dataclass(frozen=True, slots=True)
class Told:
    """Findings that share their word, client and explanation: `lost m3, m4 (ids 3, 4) at c1`, how far they came and why no further."""

    what: str
    reached: str = ""
    reason: str = ""

    def lines(self) -> Iterator[str]:
        """The same under each other."""
        yield self.what
        if self.reached:
            yield f"  how far:  {self.reached}"
        if self.reason:
            yield f"  why:      {self.reason}"


def render_text(judgement: Judgement, *, play_again: str | None = None, folder: str | None = None) -> str:
    """The whole report on one run, without a newline at its end.

    `play_again` is the command that plays the scenario once more, `folder` where the run lies; both are printed as given.
    """
    verdict = judgement.verdict
    lines = [headline(judgement)]
    why = why_told(judgement)
    lines += [f"  {why}"] if why else []
    lines += [f"  {line}" for line in _bug(verdict.bug or "")]
    lines += [f"  in doubt: {reason}" for reason in doubts_told(judgement)]
    lines += [f"  defects of the chat: {listed([*map(visible, verdict.defects)])}"] if verdict.defects else []
    told, more = findings_told(verdict.findings)
    lines += [f"  {line}" for one in told for line in one.lines()]
    lines += [f"  {more}"] if more else []
    lines += [f"  {line}" for line in faults_told(verdict.faults)]
    lines.append(f"  {messages_told(verdict)}")
    lines += [f"  play it again:   {visible(play_again)}"] if play_again else []
    lines += [f"  judge it again:  {judge_again(folder)}"] if folder else []
    return "\n".join(lines)


def judge_again(folder: str) -> str:
    """The command that judges a run again."""
    return f"cablecheck judge {visible(folder)}"


def headline(judgement: Judgement) -> str:
    """`VIOLATED socket-kill (before-catch-up): lost m6, m7, m8`."""
    verdict = judgement.verdict
    wrong = what_went_wrong(verdict)
    name = f"{visible(verdict.scenario or 'a run')} ({visible(verdict.profile or 'no profile')})"
    return f"{judgement.standing.upper()} {name}" + (f": {wrong}" if wrong else "")


def what_went_wrong(verdict: Verdict, limit: int = 12, between: str = ", ") -> str:
    """`lost m6, m7; late m9; lost probe p2`: the story's messages, then the probes; an empty text where nothing did."""
    parts = [_story(verdict, limit, between)]
    for word in WORDS:
        probes = {finding.label for finding in verdict.findings if finding.word == word and finding.probe}
        if probes:
            noun = "probe" if len(probes) == 1 else "probes"
            parts.append(f"{word} {noun} {listed(sorted(probes, key=story_order), limit, between)}")
    return "; ".join(part for part in parts if part)


def _story(verdict: Verdict, limit: int, between: str) -> str:
    labels = {word: verdict.labels(word) for word in WORDS}
    return "; ".join(f"{word} {listed(those, limit, between)}" for word, those in labels.items() if those)


def _adds_something(judgement: Judgement) -> bool:
    """Whether `why` says more than the headline, the bug and the reasons around it do."""
    verdict = judgement.verdict
    said = {"", verdict.bug, *verdict.reasons, _story(verdict, len(verdict.findings), " ")}
    return judgement.why not in said


def bug_in_a_line(bug: str) -> str:
    """The last line of it, which in a traceback names the error."""
    return bug.strip().rpartition("\n")[2].strip()


def bug_told(bug: str) -> list[str]:
    """The whole of it: a traceback keeps its lines."""
    return [visible(line) for line in bug.strip().split("\n")] if bug.strip() else []


def _bug(bug: str) -> list[str]:
    lines = bug_told(bug)
    return [f"bug: {lines[0]}", *(f"     {line}" for line in lines[1:])] if lines else []


def why_told(judgement: Judgement) -> str:
    """The sentence of the judgement, cut, if it says more than the headline, the bug and the reasons around it do."""
    return shortened(judgement.why, LONGEST_WHY) if _adds_something(judgement) else ""


def doubts_told(judgement: Judgement) -> Iterator[str]:
    """What keeps the run from being verified and is not said in its sentence already."""
    why = judgement.why if _adds_something(judgement) else ""
    doubts = tuple(reason for reason in judgement.verdict.reasons if reason not in why)
    return _some(doubts, MOST_REASONS, "reasons")


def findings_told(findings: Sequence[Finding]) -> tuple[list[Told], str]:
    """The story's first, then the probes'; those that share their word, client and explanation together. And how many more there are."""
    ordered = sorted(findings, key=lambda finding: (_alike(finding), story_order(finding.label)))
    told = [_told(list(alike)) for _, alike in groupby(ordered, key=_alike)]
    more = len(told) - MOST_FINDINGS
    return told[
        :MOST_FINDINGS
    ], f"and {more} more kinds of violation; verdict.json has them all" if more > 0 else ""


def _alike(finding: Finding) -> tuple[bool, int, str, str, str]:
    reached, reason = _TIME.sub("", finding.reached), _TIME.sub("", finding.reason)
    return (finding.probe, WORDS.index(finding.word), finding.client or "", reached, reason)


def _told(alike: list[Finding]) -> Told:
    first = alike[0]
    labels = listed([finding.label for finding in alike])
    ids = [finding.id for finding in alike if finding.id is not None]
    named = f" ({'id' if len(ids) == 1 else 'ids'} {listed(ids)})" if ids else ""
    whom = f" at {visible(first.client)}" if first.client else ""
    noun = ("probe " if len(alike) == 1 else "probes ") if first.probe else ""
    return Told(
        f"{first.word} {noun}{labels}{named}{whom}",
        visible(_merged([finding.reached for finding in alike])),
        visible(_merged([finding.reason for finding in alike])),
    )


def _merged(texts: list[str]) -> str:
    """One text for several that differ in their times alone: `stored at 0.07 to 0.09 s`."""
    times = [[float(time) for time in _TIME.findall(text)] for text in texts]
    spans = iter(zip(*times, strict=True))

    def span(time: re.Match[str]) -> str:
        seconds = next(spans)
        return time[0] if min(seconds) == max(seconds) else f"{min(seconds):.2f} to {max(seconds):.2f}"

    return _TIME.sub(span, texts[0])


def faults_told(faults: Sequence[FaultEvidence]) -> Iterator[str]:
    """What each fault did, a line each."""
    for fault in faults[:MOST_FAULTS]:
        step = f"step {fault.step}, " if fault.step else ""
        arguments = f" {{{visible(fault.detail)}}}" if fault.detail else ""
        yield f"fault {visible(fault.fault)} ({step}{visible(fault.verb)}{arguments}): {_evidence(fault)}"
    if len(faults) > MOST_FAULTS:
        yield f"and {len(faults) - MOST_FAULTS} more faults; verdict.json has them all"


def _evidence(fault: FaultEvidence) -> str:
    """What it did. Why it did not matter, if it did not, stands among the doubts already."""
    if not fault.fired:
        return fault.why if fault.moot else "never fired"
    when = f", first at {fault.first_fired_at:.2f} s" if fault.first_fired_at is not None else ""
    times = "once" if fault.fired == 1 else f"{fault.fired} times"
    felt = "felt" if fault.felt else "not felt by the client"
    mattered = "mattered" if fault.mattered else "did not matter"
    stake = f" to {listed(fault.at_stake)}" if fault.mattered and fault.at_stake else ""
    return f"fired {times}{when}; {felt}; {mattered}{stake}"


def messages_told(verdict: Verdict) -> str:
    """How many were stored, and what became of those that came by an unusual way."""
    stored = (
        f"{counted(verdict.stored, 'message')} stored" if verdict.stored else "no message known to be stored"
    )
    parts = [f"{stored} in {verdict.seconds:.1f} s"]
    if verdict.source == "ledger":
        parts.append(BY_LEDGER)
    if verdict.masked:
        parts.append(f"only a catch-up brought {listed(verdict.masked)}")
    if verdict.recovered:
        parts.append(f"recovered {listed(verdict.recovered)}, whose publish had no certain outcome")
    return "; ".join(parts)


def _some(texts: tuple[str, ...], limit: int, noun: str) -> Iterator[str]:
    yield from (visible(text) for text in texts[:limit])
    if len(texts) > limit:
        yield f"and {len(texts) - limit} more {noun}; verdict.json has them all"
