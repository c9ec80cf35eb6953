"""What GitHub Actions is told beside the answer: annotations at the lines of the scenarios, and the step's summary."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cablecheck.cli.screen import command
from cablecheck.report.annotations import annotated
from cablecheck.report.markdown import MOST_BYTES, render_markdown
from cablecheck.report.summary import Summary


def annotate(summary: Summary, environment: Mapping[str, str]) -> None:
    """Print the annotations. A story outside of the workspace is no file of the repository, so its annotation has no line."""
    workspace = Path(environment.get("GITHUB_WORKSPACE") or ".")
    reported = [replace(one, story=_in_workspace(one.story, workspace)) for one in summary.reported]
    lines = annotated(replace(summary, reported=reported))
    if lines:
        command(lines)


def add_to_step_summary(summary: Summary, path: Path) -> None:
    """Append the Markdown, as far as there is room beside what the step has said already. Raises OSError."""
    with path.open("ab") as file:
        said = os.fstat(file.fileno()).st_size
        told = render_markdown(summary, MOST_BYTES - said - 1).encode()
        if told:
            file.write(b"\n" * bool(said) + told)


def _in_workspace(story: str | None, workspace: Path) -> str | None:
    """The path as GitHub knows it, from the root of the repository."""
    if story is None:
        return None
    place, root = Path(story).resolve(), workspace.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else None
