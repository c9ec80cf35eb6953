"""What GitHub shows beside a line of a file: workflow commands, one a line, such as `::error file=x.yaml,line=3,title=...::...`.

The syntax, and how a value is escaped, are those of actions/toolkit (packages/core/src/command.ts) and of the runner that reads them
(actions/runner, ActionCommand.cs).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from cablecheck.checker.verdict import Standing
from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from cablecheck.report.text import findings_told, what_went_wrong, why_told
from cablecheck.report.visible import counted, listed, shortened, visible

# GitHub shows so many a kind and step, and drops the others unsaid (github.com/orgs/community/discussions/26680).
MOST_OF_A_KIND = 10
_LONGEST_TITLE = 200
_LONGEST = 400

Kind: TypeAlias = Literal["error", "warning", "notice"]


def annotated(summary: Summary) -> list[str]:
    """The commands: an error for what is violated, a warning for what proves nothing, a notice for what is known.

    Of more than ten of a kind the tenth counts the rest.
    """
    told: dict[Kind, list[tuple[str, str]]] = {"error": [], "warning": [], "notice": []}
    for said in summary.errors:
        kind: Kind = "warning" if summary.code == ExitCode.INCONCLUSIVE else "error"
        told[kind].append(("", command(kind, shortened(said, _LONGEST), title="cablecheck")))
    for one in summary.reported:
        of_run = _kind(one, summary.code_of(one))
        if of_run is not None:
            told[of_run].append((one.judgement.verdict.scenario, _annotation(of_run, one)))
    return [line for each, lines in told.items() for line in _some(each, lines)]


def command(kind: Kind, message: str, *, title: str, file: str | None = None, line: int = 0) -> str:
    """One workflow command; `message` may have several lines. It is one printable line, whatever stands in its values."""
    properties = {"file": file, "line": str(line) if file and line else None, "title": title}
    told = ",".join(f"{key}={_property(visible(value))}" for key, value in properties.items() if value)
    body = "\n".join(visible(each) for each in message.split("\n"))
    return f"::{kind} {told}::{_data(body)}"


def _kind(one: Reported, code: ExitCode) -> Kind | None:
    match code:
        case ExitCode.VERIFIED:
            return "notice" if one.judgement.standing is Standing.KNOWN else None
        case ExitCode.INCONCLUSIVE:
            return "warning"
        case _:
            return "error"


def _annotation(kind: Kind, one: Reported) -> str:
    judgement, verdict = one.judgement, one.judgement.verdict
    name = f"{verdict.scenario or 'a run'} ({verdict.profile or 'no profile'}): {judgement.standing}"
    lines = [what_went_wrong(verdict) or why_told(judgement) or next(iter(verdict.reasons), judgement.why)]
    for told in findings_told(verdict.findings)[0][:1]:
        lines += [f"how far: {told.reached}"] if told.reached else []
        lines += [f"why: {told.reason}"] if told.reason else []
    lines += [f"play it again: {one.play_again}"] if one.play_again else []
    message = "\n".join(shortened(line, _LONGEST) for line in lines)
    return command(kind, message, title=shortened(name, _LONGEST_TITLE), file=one.story, line=one.line)


def _some(kind: Kind, lines: list[tuple[str, str]]) -> Iterator[str]:
    if len(lines) <= MOST_OF_A_KIND:
        yield from (line for _, line in lines)
        return
    yield from (line for _, line in lines[: MOST_OF_A_KIND - 1])
    rest = [name for name, _ in lines[MOST_OF_A_KIND - 1 :]]
    message = f"{counted(len(rest), f'more {kind}')}: {shortened(listed(rest, 40), _LONGEST)}"
    yield command(kind, message, title="cablecheck")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
