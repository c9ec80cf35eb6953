"""All that one command has to tell: its runs in the order in which they were asked for, and what kept others from being judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cablecheck.checker.expectation import exit_code
from cablecheck.errors import ExitCode
from cablecheck.report.machine import Reported, render_all
from cablecheck.report.table import footers, table, total
from cablecheck.report.text import render_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`asked`: how many runs should have been judged; `unplayed` names those that were not; `errors` say why, a line each.

    `code` is that of the whole command and settled: no report can change it. `strict`: known losses fail too. `whole`: the text tells
    every run at length, not the failures alone.
    """

    reported: Sequence[Reported]
    code: ExitCode
    asked: int
    unplayed: Sequence[str] = ()
    errors: Sequence[str] = ()
    strict: bool = False
    whole: bool = False

    def code_of(self, one: Reported) -> ExitCode:
        """What one run alone would have told the shell."""
        return exit_code(one.judgement, strict=self.strict)

    def headline(self) -> str:
        """`VERIFIED: 16 scenarios judged: 16 verified; exit code 0`."""
        return total([one.judgement for one in self.reported], self.code, asked=self.asked)

    def text(self, width: int | None = None) -> str:
        """The failures at length, then all in a table, then the headline; without a newline at its end. `width` as in `table`."""
        return "\n".join(self._text(width))

    def json(self) -> str:
        """One JSON object, as `--json` prints it."""
        return render_all(self.reported, self.code, headline=self.headline(), errors=self.errors)

    def _text(self, width: int | None) -> Iterator[str]:
        for one in self.reported:
            if self.whole or self.code_of(one) != ExitCode.VERIFIED:
                yield render_text(one.judgement, play_again=one.play_again, folder=one.folder)
                yield ""
        judgements = [one.judgement for one in self.reported]
        yield table(judgements, width)
        yield from footers(judgements)
        yield ""
        yield self.headline()
