"""Real runs of two small stories, for the tests that look at what `run` leaves and what `judge` makes of it."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from cablecheck.cli import main


@dataclass(frozen=True)
class Played:
    """What `cablecheck run` said, and where it left its folders."""

    exit_codes: list[int]
    out: str
    err: str
    reports: Path

    def folder(self, scenario: str) -> Path:
        """The folder of this scenario's run."""
        [found] = self.reports.glob(f"*Z-{scenario}-*")
        return found


STORIES = {
    "quiet": """\
name: quiet
story: Two messages, and nothing goes wrong.
steps:
  - publish: {count: 2}
  - settle:
""",
    "gap": """\
name: gap
story: Two messages are published while nobody can connect.
steps:
  - publish: {count: 2}
  - await: {shown: m2}
  - refuse: {how: port, id: outage}
  - cut: {how: rst}
  - await: {event: closed}
  - publish: {count: 2}
  - heal: {id: outage}
  - settle:
""",
}


def play(folder: Path, profiles: dict[str, str]) -> Played:
    """Play these stories, each under its profile, one after the other into the same folder of reports."""
    out, err, codes = io.StringIO(), io.StringIO(), []
    reports = folder / "reports"
    for name, profile in profiles.items():
        story = folder / f"{name}.yaml"
        story.write_text(STORIES[name])
        with redirect_stdout(out), redirect_stderr(err):
            codes.append(main(["run", str(story), "--profile", profile, "--report-dir", str(reports)]))
    return Played(codes, out.getvalue(), err.getvalue(), reports)
