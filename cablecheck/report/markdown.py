"""The step summary in GitHub's Markdown: what failed, in a table and at length, then the rest folded away.

Whatever others wrote (bodies, ids, reasons, names) is text there and nothing else: no markup, no HTML, no mention, no link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cablecheck.checker.verdict import Standing
from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from cablecheck.report.table import HEADER, footers, row
from cablecheck.report.text import (
    bug_told,
    doubts_told,
    faults_told,
    findings_told,
    headline,
    judge_again,
    messages_told,
    why_told,
)
from cablecheck.report.visible import counted, listed, shortened, visible

# GitHub drops a step's summary of more than 1 MiB whole (docs.github.com, "Workflow commands for GitHub Actions", step isolation and limits).
MOST_BYTES = 900_000
_LONGEST = 400
_RESERVE = 400  # for the lines that close what was cut
_SIGNS: dict[Standing, str] = {
    Standing.VERIFIED: "\u2705",
    Standing.KNOWN: "\u2611\ufe0f",
    Standing.VIOLATED: "\u274c",
    Standing.GONE: "\u274c",
    Standing.INCONCLUSIVE: "\u26a0\ufe0f",
    Standing.BUG: "\U0001f41e",
}
# What could begin markup, HTML, a link, a mention, an issue's number, an emoji's name or a formula; and what would make a line more than text.
_TELLING = re.compile(
    r"[\\`*_~|\[\]<>&@#$!^]|:(?=[/\w+-])|(?<=www)\.|\A[^A-Za-z0-9]|\A[0-9](?=[0-9]*[.)])", re.IGNORECASE
)
_PARTED = frozenset("@#:")  # GitHub looks for mentions and numbers in the finished HTML; a comment parts them


def escaped(text: str) -> str:
    """The visible text, cut, as Markdown that shows it and does nothing: character references are never markup (CommonMark 0.31, 2.5)."""
    return _TELLING.sub(_reference, shortened(text, _LONGEST).strip())


def render_markdown(summary: Summary, limit: int = MOST_BYTES) -> str:
    """The whole page, in no more than `limit` bytes of UTF-8: what does not fit is left out and counted. Empty if nothing fits."""
    page = _Page(limit - _RESERVE)
    if not page.add(f"## {escaped(f'cablecheck: {summary.headline()}')}\n"):
        return ""
    if summary.errors:
        page.add("".join(["\n", *(f"- {escaped(error)}\n" for error in summary.errors)]))
    failed = [one for one in summary.reported if summary.code_of(one) != ExitCode.VERIFIED]
    others = [one for one in summary.reported if summary.code_of(one) == ExitCode.VERIFIED]
    page.table(failed)
    for one in failed:
        if not page.add(_section(one)):
            page.unexplained += 1
    if others:
        passed = _passed(others)
        page.table(others, f"\n<details><summary>{passed}</summary>\n", "\n</details>\n")
    overlooked = [f"- {escaped(line)}\n" for line in footers([one.judgement for one in summary.reported])]
    if overlooked:
        page.add("".join(["\n", *overlooked]))
    return page.text()


class _Page:
    """Markdown that grows until something does not fit; from there on nothing does."""

    def __init__(self, room: int) -> None:
        self.parts: list[str] = []
        self.rowless = 0
        self.unexplained = 0
        self._room = room

    def add(self, part: str) -> bool:
        """Whether it fitted."""
        size = len(part.encode())
        if size > self._room:
            self._room = -1
            return False
        self._room -= size
        self.parts.append(part)
        return True

    def table(self, runs: Sequence[Reported], before: str = "", after: str = "") -> None:
        """A row a run, between `before` and `after`; no table where not even its first row fits."""
        rows = [_row(one) for one in runs]
        if not rows or not self.add(f"{before}{_HEAD}{rows[0]}"):
            self.rowless += len(rows)
            return
        self.rowless += sum(not self.add(row) for row in rows[1:])
        self.parts.append(after)

    def text(self) -> str:
        """The page, and in its last line what had to be left out."""
        left_out = [counted(self.rowless, "row")] if self.rowless else []
        left_out += [counted(self.unexplained, "explanation")] if self.unexplained else []
        if left_out:
            told = f"\n*{' and '.join(left_out)} left out, for want of room; each run's folder has its own report.txt.*\n"
            self.parts.append(told)
        return "".join(self.parts)


_HEAD = (
    "\n| " + " | ".join(HEADER) + " |\n"
    + "|" + "|".join("---:" if name in HEADER[2:7] else "---" for name in HEADER) + "|\n"
)  # fmt: skip


def _row(one: Reported) -> str:
    scenario, standing, *counts, trouble = row(one.judgement)
    cells = [escaped(scenario), f"{_SIGNS[one.judgement.standing]} {standing}", *counts, escaped(trouble)]
    return "| " + " | ".join(cells) + " |\n"


def _passed(others: Sequence[Reported]) -> str:
    standings = [one.judgement.standing for one in others]
    told = [f"{standings.count(word)} {word}" for word in dict.fromkeys(standings)]
    return ", ".join(told)


def _section(one: Reported) -> str:
    """One run at length: what went wrong, how far it got, why, the evidence, and how to see it again."""
    judgement = one.judgement
    lines = [f"\n### {_SIGNS[judgement.standing]} {escaped(headline(judgement))}\n", *_items(one), ""]
    bug = bug_told(judgement.verdict.bug or "")
    lines += [*_fenced("text", [shortened(line, _LONGEST) for line in bug]), ""] if bug else []
    again = [visible(one.play_again)] if one.play_again else []
    again += [judge_again(one.folder)] if one.folder else []
    lines += [*_fenced("sh", again), ""] if again else []
    return "\n".join(lines)


def _items(one: Reported) -> Iterator[str]:
    judgement, verdict = one.judgement, one.judgement.verdict
    why = why_told(judgement)
    if why:
        yield f"- {escaped(why)}"
    yield from (f"- in doubt: {escaped(reason)}" for reason in doubts_told(judgement))
    if verdict.defects:
        yield f"- defects of the chat: {escaped(listed([*map(visible, verdict.defects)]))}"
    told, more = findings_told(verdict.findings)
    for each in told:
        yield f"- **{escaped(each.what.strip())}**"
        if each.reached:
            yield f"  - how far: {escaped(each.reached)}"
        if each.reason:
            yield f"  - why: {escaped(each.reason)}"
    if more:
        yield f"- {more}"
    yield from (f"- {escaped(line)}" for line in faults_told(verdict.faults))
    yield f"- {escaped(messages_told(verdict))}"
    if one.story:
        yield f"- the story: {escaped(f'{one.story}:{one.line}')}"


def _fenced(language: str, lines: Sequence[str]) -> Iterator[str]:
    """A block in which nothing is markup: its fence is longer than any that stands in it."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from lines
    yield fence


def _reference(match: re.Match[str]) -> str:
    reference = f"&#{ord(match[0])};"
    return f"{reference}<!-- -->" if match[0] in _PARTED else reference
