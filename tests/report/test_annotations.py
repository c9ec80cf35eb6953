"""Annotations, read as GitHub's runner reads them."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.checker.verdict import Judgement, Outcome, Standing, Verdict
from cablecheck.errors import ExitCode
from cablecheck.report.annotations import MOST_OF_A_KIND, annotated, command
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from cablecheck.report.visible import visible
from tests.report.runner import Command, commands_in
from tests.report.samples import (
    INCONCLUSIVE,
    KNOWN,
    VERIFIED,
    VIOLATED,
    anything,
    judgements,
    reported,
    summary_of,
)
from tests.unmeasured import unmeasured

AGAIN = "cablecheck run stories/x.yaml --profile before-catch-up"


def read(summary: Summary) -> list[Command]:
    lines = annotated(summary)
    commands = commands_in("\n".join(lines))
    assert len(commands) == len(lines)
    return commands


def test_a_violation_is_an_error_at_the_line_that_struck() -> None:
    run = Reported(VIOLATED, "reports/x", AGAIN, "stories/x.yaml", 12)
    [line] = annotated(summary_of(run))
    assert line == (
        "::error file=stories/x.yaml,line=12,title=socket-kill (before-catch-up)%3A violated::lost m6, m7, m10"
        "%0Ahow far: stored while no socket was open%0Awhy: nothing asked for it after the reconnect"
        f"%0Aplay it again: {AGAIN}"
    )


def test_what_proves_nothing_is_a_warning_and_what_is_known_a_notice() -> None:
    commands = read(summary_of(VERIFIED, INCONCLUSIVE, KNOWN))
    assert [(each.name, each.properties, each.data.split("\n")[0]) for each in commands] == [
        ("warning", {"title": "never (hellotext): inconclusive"}, "fault hold-1 never fired"),
        ("notice", {"title": "late-confirm (hellotext): violated (known)"}, "lost m4; lost probe p2"),
    ]


def test_a_known_loss_is_an_error_where_it_fails_the_run() -> None:
    assert [each.name for each in read(summary_of(KNOWN, strict=True))] == ["error"]


def test_a_bug_and_a_known_loss_that_is_gone_say_why() -> None:
    bug = Judgement(
        verdict=Verdict(outcome=Outcome.INCONCLUSIVE, bug="b"), standing=Standing.BUG, why="3 bytes differ"
    )
    gone = Judgement(verdict=VERIFIED.verdict, standing=Standing.GONE, why="it no longer happens")
    assert [(each.name, each.properties["title"], each.data) for each in read(summary_of(bug, gone))] == [
        ("error", "a run (no profile): bug in cablecheck", "3 bytes differ"),
        ("error", "calm (hellotext): known loss is gone", "it no longer happens"),
    ]


def test_what_kept_the_others_from_being_judged_is_told_too() -> None:
    unreachable = summary_of(errors=["127.0.0.1:1: no answer"])
    assert annotated(unreachable) == ["::warning title=cablecheck::127.0.0.1:1: no answer"]
    interrupted = Summary(reported=[], code=ExitCode.INTERRUPTED, asked=1, errors=("interrupted",))
    assert annotated(interrupted) == ["::error title=cablecheck::interrupted"]


def named(number: int, judgement: Judgement) -> Judgement:
    verdict = msgspec.structs.replace(judgement.verdict, scenario=f"s{number}")
    return msgspec.structs.replace(judgement, verdict=verdict)


def test_of_more_than_ten_of_a_kind_the_tenth_counts_the_rest() -> None:
    runs = [named(number, one) for number in range(1, 12) for one in (VIOLATED, KNOWN)]
    commands = read(summary_of(*runs, named(99, INCONCLUSIVE)))
    names = [each.name for each in commands]
    assert {name: names.count(name) for name in names} == {"error": 10, "warning": 1, "notice": 10}
    assert [each.data for each in commands if each.properties["title"] == "cablecheck"] == [
        "2 more errors: s10, s11",
        "2 more notices: s10, s11",
    ]
    just_ten = read(summary_of(*(named(number, VIOLATED) for number in range(MOST_OF_A_KIND))))
    assert [each.properties["title"][:2] for each in just_ten] == [f"s{number}" for number in range(10)]


@unmeasured()
@given(
    anything, anything.map(str.rstrip), st.none() | anything, st.integers(0, 99)
)  # the runner trims the last property
def test_every_value_comes_back_as_it_was_given(
    message: str, title: str, file: str | None, line: int
) -> None:
    told = command("error", message, title=title, file=file, line=line)
    properties = {
        "file": visible(file or ""),
        "line": str(line) if file and line else "",
        "title": visible(title),
    }
    assert told.isprintable()
    assert commands_in(told) == [
        Command(
            "error",
            "\n".join(map(visible, message.split("\n"))),
            {key: value for key, value in properties.items() if value},
        )
    ]


@unmeasured()
@given(st.lists(reported(judgements), max_size=3), st.booleans(), st.lists(anything, max_size=2))
def test_no_text_of_a_run_becomes_a_command_of_its_own(
    runs: list[Reported], strict: bool, errors: list[str]
) -> None:
    lines = annotated(summary_of(*runs, strict=strict, errors=errors))
    assert all(line.isprintable() for line in lines)
    assert len(commands_in("\n".join(lines))) == len(lines)
    assert {each.name for each in commands_in("\n".join(lines))} <= {"error", "warning", "notice"}
