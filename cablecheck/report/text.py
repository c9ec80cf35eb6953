"""One run's judgement as text: the headline first, then what went wrong, how far it got, why, and how to play it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from cablecheck.checker.verdict import WORDS, FaultEvidence, Finding, Judgement, Verdict, story_order
from cablecheck.report.visible import counted, listed, shortened, visible

MOST_FINDINGS = 10
MOST_FAULTS = 12
MOST_REASONS = 8
LONGEST_WHY = 400
_TIME = re.compile(r"(?<![\w.])[0-9]{1,9}\.[0-9]+(?![\w.])")


def render_text(judgement: Judgement, *, play_again: str | None = None, folder: str | None = None) -> str:
    """The whole report on one run, without a newline at its end.

    `play_again` is the command that plays the scenario once more, `folder` where the run lies; both are printed as given.
    """
    verdict = judgement.verdict
    lines = [headline(judgement)]
    why = judgement.why if _adds_something(judgement) else ""
    lines += [f"  {shortened(why, LONGEST_WHY)}"] if why else []
    lines += [f"  {line}" for line in _bug(verdict.bug or "")]
    doubts = tuple(reason for reason in verdict.reasons if reason not in why)
    lines += [f"  in doubt: {reason}" for reason in _some(doubts, MOST_REASONS, "reasons")]
    lines += [f"  defects of the chat: {listed([*map(visible, verdict.defects)])}"] if verdict.defects else []
    lines += _findings(verdict)
    lines += [f"  {line}" for line in _faults(verdict.faults)]
    lines.append(f"  {_messages(verdict)}")
    lines += [f"  play it again:   {visible(play_again)}"] if play_again else []
    lines += [f"  judge it again:  cablecheck judge {visible(folder)}"] if folder else []
    return "\n".join(lines)


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


def _bug(bug: str) -> list[str]:
    """The whole of it: a traceback keeps its lines."""
    lines = [visible(line) for line in bug.strip().split("\n")] if bug.strip() else []
    return [f"bug: {lines[0]}", *(f"     {line}" for line in lines[1:])] if lines else []


def _findings(verdict: Verdict) -> list[str]:
    """The story's first, then the probes'; findings that share their word, client and explanation stand together."""
    ordered = sorted(verdict.findings, key=lambda finding: (_alike(finding), story_order(finding.label)))
    blocks = [list(_block(list(alike))) for _, alike in groupby(ordered, key=_alike)]
    lines = [line for block in blocks[:MOST_FINDINGS] for line in block]
    if len(blocks) > MOST_FINDINGS:
        lines.append(
            f"  and {len(blocks) - MOST_FINDINGS} more kinds of violation; verdict.json has them all"
        )
    return lines


def _alike(finding: Finding) -> tuple[bool, int, str, str, str]:
    reached, reason = _TIME.sub("", finding.reached), _TIME.sub("", finding.reason)
    return (finding.probe, WORDS.index(finding.word), finding.client or "", reached, reason)


def _block(alike: list[Finding]) -> Iterator[str]:
    first = alike[0]
    labels = listed([finding.label for finding in alike])
    ids = [finding.id for finding in alike if finding.id is not None]
    named = f" ({'id' if len(ids) == 1 else 'ids'} {listed(ids)})" if ids else ""
    whom = f" at {visible(first.client)}" if first.client else ""
    noun = ("probe " if len(alike) == 1 else "probes ") if first.probe else ""
    yield f"  {first.word} {noun}{labels}{named}{whom}"
    if first.reached:
        yield f"    how far:  {visible(_merged([finding.reached for finding in alike]))}"
    if first.reason:
        yield f"    why:      {visible(_merged([finding.reason for finding in alike]))}"


def _merged(texts: list[str]) -> str:
    """One text for several that differ in their times alone: `stored at 0.07 to 0.09 s`."""
    times = [[float(time) for time in _TIME.findall(text)] for text in texts]
    spans = iter(zip(*times, strict=True))

    def span(time: re.Match[str]) -> str:
        seconds = next(spans)
        return time[0] if min(seconds) == max(seconds) else f"{min(seconds):.2f} to {max(seconds):.2f}"

    return _TIME.sub(span, texts[0])


def _faults(faults: tuple[FaultEvidence, ...]) -> Iterator[str]:
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


def _messages(verdict: Verdict) -> str:
    stored = (
        f"{counted(verdict.stored, 'message')} stored" if verdict.stored else "no message known to be stored"
    )
    parts = [f"{stored} in {verdict.seconds:.1f} s"]
    if verdict.masked:
        parts.append(f"only a catch-up brought {listed(verdict.masked)}")
    if verdict.recovered:
        parts.append(f"recovered {listed(verdict.recovered)}, whose publish had no certain outcome")
    return "; ".join(parts)


def _some(texts: tuple[str, ...], limit: int, noun: str) -> Iterator[str]:
    yield from (visible(text) for text in texts[:limit])
    if len(texts) > limit:
        yield f"and {len(texts) - limit} more {noun}; verdict.json has them all"
