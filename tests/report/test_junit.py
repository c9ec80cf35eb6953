"""JUnit XML, read back by a parser that is not ours."""

import re
from collections import Counter
from typing import get_args
from xml.etree import ElementTree as ET

import junitparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.checker.verdict import WORDS, FaultEvidence, Judgement, Outcome, Standing, Verdict, Word
from cablecheck.errors import ExitCode
from cablecheck.report.junit import CLAIMS, EVIDENCE, EXPECTATION, PLAYED, PROOF, SOUNDNESS, render_junit
from cablecheck.report.machine import Reported
from cablecheck.report.summary import Summary
from tests.report.samples import (
    ACCEPTED,
    HEARSAY,
    INCONCLUSIVE,
    KNOWN,
    VERIFIED,
    VIOLATED,
    judged,
    judgements,
    lossy,
    lost,
    reported,
    summary_of,
)
from tests.unmeasured import unmeasured

CHECKS = [*CLAIMS.values(), EVIDENCE, PROOF, EXPECTATION, SOUNDNESS]
# What Jenkins' junit-10.xsd allows in which element, as far as we use it: attributes, and children in their order.
SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, ["testsuite"]),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "file"},
        ["properties", "testcase", "system-out"],
    ),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"name", "classname", "time"}, ["skipped", "error", "failure", "system-out"]),
    "failure": ({"type", "message"}, []),
    "error": ({"type", "message"}, []),
    "skipped": ({"type", "message"}, []),
    "system-out": (set(), []),
}


def read(summary: Summary) -> junitparser.JUnitXml:
    xml = junitparser.JUnitXml.fromstring(render_junit(summary))
    assert isinstance(xml, junitparser.JUnitXml)
    return xml


def came(summary: Summary) -> dict[str, list[str]]:
    """By check, what came of it in the first suite; nothing where it passed."""
    suite = next(iter(read(summary)))
    return {
        case.name: [
            f"{type(result).__name__.lower()} {result.type}: {result.message}" for result in case.result
        ]
        for case in suite
        if case.result
    }


def test_every_word_of_a_verdict_is_a_check() -> None:
    assert tuple(CLAIMS) == WORDS == get_args(Word)


def test_a_scenario_is_a_suite_and_every_check_of_it_a_test_case() -> None:
    xml = read(summary_of(VERIFIED, VIOLATED))
    assert [suite.name for suite in xml] == ["calm", "socket-kill"]
    for suite, profile in zip(xml, ("hellotext", "before-catch-up"), strict=True):
        assert [case.name for case in suite] == CHECKS
        assert {case.classname for case in suite} == {f"{profile}.{suite.name}"}


def test_a_violation_is_a_failure_that_says_all_there_is_to_say() -> None:
    run = Reported(
        VIOLATED, "reports/x", "cablecheck run socket-kill --profile before-catch-up", "stories/x.yaml", 12
    )
    suite = next(iter(read(summary_of(run))))
    [case] = [case for case in suite if case.result]
    [failure] = case.result
    assert (case.name, type(failure)) == ("no message is lost", junitparser.Failure)
    assert (failure.type, failure.message) == ("lost", "lost m6, m7, m10")
    assert failure.text.split("\n") == [
        "lost m6, m7, m10 (ids 106, 107, 110) at c1",
        "  how far:  stored while no socket was open",
        "  why:      nothing asked for it after the reconnect",
        "",
        "the story:       stories/x.yaml:12",
        "play it again:   cablecheck run socket-kill --profile before-catch-up",
        "judge it again:  cablecheck judge reports/x",
    ]
    assert {each.name: each.value for each in suite.properties()} == {
        "profile": "before-catch-up",
        "verdict": "violated",
        "run": "3f9a2c",
        "messages": "10",
        "truth": "list",
        "story": "stories/x.yaml:12",
        "folder": "reports/x",
    }


def test_a_suite_says_what_was_accepted_and_what_its_truth_is() -> None:
    told = [
        {each.name: each.value for each in suite.properties()}
        for suite in read(summary_of(ACCEPTED, HEARSAY))
    ]
    assert [each["truth"] for each in told] == ["list", "ledger"]
    assert [each.get("accepted") for each in told] == ["lost m4, by target.t.known.late-confirm", None]


def test_a_suite_names_the_file_of_the_users_own_story() -> None:
    data = render_junit(summary_of(Reported(VIOLATED, story="stories/x.yaml"), Reported(VERIFIED)))
    assert [suite.get("file") for suite in ET.fromstring(data)] == ["stories/x.yaml", None]


def test_what_proves_nothing_is_an_error_and_what_it_would_have_proved_is_skipped() -> None:
    idle = FaultEvidence(fault="hold-1", verb="hold", step=2, why="no such frame came")
    verdict = msgspec.structs.replace(
        INCONCLUSIVE.verdict, faults=(idle,), reasons=(idle.doubt, "the run was cut short")
    )
    told = came(summary_of(Judgement(verdict=verdict, standing=Standing.INCONCLUSIVE)))
    assert told.pop(EVIDENCE) == ["error inconclusive: fault hold-1 (step 2, hold): no such frame came"]
    assert told.pop(PROOF) == ["error inconclusive: the run was cut short"]
    assert list(told) == list(CLAIMS.values())
    assert {line for lines in told.values() for line in lines} == {
        "skipped unproved: not proved: fault hold-1 (step 2, hold): no such frame came"
    }


def test_a_known_loss_passes_and_says_so_but_not_strictly() -> None:
    assert came(summary_of(KNOWN)) == {}
    [case, *_] = next(iter(read(summary_of(KNOWN))))
    assert case.system_out.startswith(
        "known: exactly what hellotext is known to do\nlost m4 (id 104) at c1\n"
    )
    assert came(summary_of(KNOWN, strict=True)) == {"no message is lost": ["failure lost: lost m4"]}


def test_a_known_loss_in_a_run_that_is_in_doubt_is_no_failure() -> None:
    verdict = msgspec.structs.replace(KNOWN.verdict, reasons=("the run was cut short",))
    told = came(summary_of(Judgement(verdict=verdict, standing=Standing.INCONCLUSIVE)))
    assert told["no message is lost"] == ["skipped unproved: not proved: lost m4; the run was cut short"]
    assert told[PROOF] == ["error inconclusive: the run was cut short"]


def test_a_known_loss_that_is_gone_is_a_failure_of_what_was_expected() -> None:
    why = "hellotext is known for lost m4 here, and nothing of it happened"
    gone = Judgement(verdict=VERIFIED.verdict, standing=Standing.GONE, why=why)
    assert came(summary_of(gone)) == {EXPECTATION: [f"failure gone: {why}"]}


def test_a_doubt_that_has_no_words_is_an_error_still_and_one_that_changes_nothing_is_none() -> None:
    verdict = Verdict(outcome=Outcome.INCONCLUSIVE)
    told = came(summary_of(Judgement(verdict=verdict, standing=Standing.INCONCLUSIVE)))
    assert told[PROOF] == ["error inconclusive: nothing was proved"]
    doubtful = msgspec.structs.replace(VERIFIED.verdict, reasons=("a probe came late",))
    summary = summary_of(Judgement(verdict=doubtful, standing=Standing.VERIFIED))
    assert came(summary) == {}
    assert [case.system_out for suite in read(summary) for case in suite if case.system_out] == [
        "a probe came late"
    ]


def test_a_bug_of_ours_is_an_error_and_nothing_else_counts() -> None:
    idle = FaultEvidence(fault="hold-1", verb="hold", why="no such frame came")
    verdict = Verdict(
        outcome=Outcome.VIOLATED, findings=(lost("m1"),), faults=(idle,), bug="Traceback:\nKeyError: 3"
    )
    told = came(summary_of(Judgement(verdict=verdict, standing=Standing.BUG)))
    assert told.pop(SOUNDNESS) == ["error bug: KeyError: 3"]
    assert told.pop("no message is lost") == [
        "skipped unproved: not proved: lost m1; cablecheck itself is wrong"
    ]
    assert {line for lines in told.values() for line in lines} == {
        "skipped unproved: not proved: cablecheck itself is wrong"
    }


def test_a_set_that_was_cut_short_is_not_green() -> None:
    unreachable = summary_of(errors=["127.0.0.1:1: no answer"], unplayed=["calm", "lift"])
    [suite] = read(unreachable)
    assert (suite.name, suite.tests, suite.errors, suite.skipped) == ("cablecheck", 3, 1, 2)
    assert came(unreachable) == {
        PLAYED: ["error inconclusive: 127.0.0.1:1: no answer"],
        "the scenario is played": ["skipped unplayed: not played: 127.0.0.1:1: no answer"],
    }
    assert [case.classname for case in suite] == ["cablecheck", "calm", "lift"]


def test_what_was_not_played_after_the_first_failure_is_skipped() -> None:
    [_, suite] = read(summary_of(VIOLATED, unplayed=["calm"]))
    assert [[type(result).__name__ for result in case.result] for case in suite] == [[], ["Skipped"]]
    assert next(result.message for case in suite for result in case.result) == (
        "not played: an earlier scenario failed"
    )


def test_a_run_takes_its_time_once_and_says_when_it_began() -> None:
    xml = read(summary_of(Reported(VERIFIED, began="2026-11-22T09:41:00"), Reported(VIOLATED)))
    assert [suite.timestamp for suite in xml] == ["2026-11-22T09:41:00", None]
    assert [suite.time for suite in xml] == [3.0, 12.34]
    assert [sum(case.time for case in suite) for suite in xml] == [3.0, 12.34]
    assert xml.time == 15.34


def test_a_message_id_of_a_million_characters_costs_a_line() -> None:
    huge = msgspec.structs.replace(VIOLATED.verdict, findings=(lost("m1", id="x" * 1_000_000),))
    assert len(render_junit(summary_of(Judgement(verdict=huge, standing=Standing.VIOLATED)))) < 20_000


FORBIDDEN = [
    *map(chr, range(0x20)),
    "\x7f",
    "\x85",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "\u202e",
    "\u2028",
]


@pytest.mark.parametrize("char", FORBIDDEN, ids=[f"{ord(char):04x}" for char in FORBIDDEN])
def test_what_xml_forbids_stands_there_as_its_escape(char: str) -> None:
    verdict = msgspec.structs.replace(
        VIOLATED.verdict, scenario=f"a{char}b", findings=(lost("m1", reached=f"c{char}d"),)
    )
    xml = read(summary_of(Judgement(verdict=verdict, standing=Standing.VIOLATED)))
    escape = char.encode("unicode_escape").decode()
    [suite] = xml
    assert suite.name == f"a{escape}b"
    assert f"how far:  c{escape}d" in next(result.text for case in suite for result in case.result)


@unmeasured()
@given(st.lists(reported(judgements), max_size=3), st.booleans())
def test_whatever_the_texts_are_it_parses_and_keeps_to_the_schema_and_its_counts(
    runs: list[Reported], strict: bool
) -> None:
    data = render_junit(summary_of(*runs, strict=strict, errors=["x"] if not runs else []))
    root = ET.fromstring(data)
    for element in root.iter():
        attributes, children = SCHEMA[element.tag]
        assert set(element.attrib) <= attributes
        places = [children.index(child.tag) for child in element]
        assert places == sorted(places)
        assert re.fullmatch(r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*", element.text or "")
    tags = Counter(element.tag for element in root.iter())
    assert (int(root.get("tests", "")), int(root.get("failures", "")), int(root.get("errors", ""))) == (
        tags["testcase"],
        tags["failure"],
        tags["error"],
    )
    for suite in root:
        of_suite = Counter(element.tag for element in suite.iter())
        assert [int(suite.get(key, "")) for key in ("tests", "failures", "errors", "skipped")] == [
            of_suite[tag] for tag in ("testcase", "failure", "error", "skipped")
        ]


@unmeasured()
@given(judged | lossy, st.booleans())
def test_it_is_red_if_and_only_if_the_exit_code_is(judgement: Judgement, strict: bool) -> None:
    summary = summary_of(judgement, strict=strict)
    xml = read(summary)
    expected = {
        ExitCode.VERIFIED: (False, False),
        ExitCode.VIOLATED: (True, None),
        ExitCode.INCONCLUSIVE: (False, True),
        ExitCode.BUG: (False, True),
    }[summary.code]
    assert bool(xml.failures) == expected[0]
    assert expected[1] is None or bool(xml.errors) == expected[1]
