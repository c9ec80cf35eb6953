"""The words of --report."""

import pytest

from cablecheck.errors import BadInputError
from cablecheck.report.kinds import FILES, Kind, kinds_named


def test_kinds_are_named_apart_or_together_and_each_counts_once() -> None:
    assert kinds_named(["junit, md", "text", "md"]) == (Kind.JUNIT, Kind.MARKDOWN, Kind.TEXT)
    assert kinds_named([]) == ()


def test_every_kind_is_a_file_of_its_own() -> None:
    assert list(FILES) == list(Kind)
    assert len(set(FILES.values())) == len(Kind)


def test_what_is_no_kind_is_told_at_once_with_what_was_meant() -> None:
    with pytest.raises(BadInputError) as refusal:
        kinds_named(["junt,html", "md,"])
    assert refusal.value.findings == (
        "--report: unknown kind of report 'junt'; did you mean 'junit'? Use one of text, json, junit, md",
        "--report: unknown kind of report 'html'; use one of text, json, junit, md",
        "--report: unknown kind of report ''; use one of text, json, junit, md",
    )
