"""The text a person reads in a CI log."""

import msgspec
import pytest
from hypothesis import given

from cablecheck.checker.verdict import FaultEvidence, Finding, Judgement, Outcome, Standing, Verdict
from cablecheck.report.text import (
    LONGEST_WHY,
    MOST_FAULTS,
    MOST_FINDINGS,
    MOST_REASONS,
    bug_in_a_line,
    render_text,
    what_went_wrong,
)
from tests.report.samples import INCONCLUSIVE, KNOWN, VERIFIED, VIOLATED, judgements, lost
from tests.unmeasured import unmeasured


def test_a_violation_says_what_how_far_why_and_how_to_see_it_again() -> None:
    told = render_text(
        VIOLATED,
        play_again="cablecheck run socket-kill --profile before-catch-up",
        folder="reports/20261122T094100Z-socket-kill-3f9a2c",
    )
    assert told.split("\n") == [
        "VIOLATED socket-kill (before-catch-up): lost m6, m7, m10",
        "  before-catch-up is expected to be verified",
        "  lost m6, m7, m10 (ids 106, 107, 110) at c1",
        "    how far:  stored while no socket was open",
        "    why:      nothing asked for it after the reconnect",
        "  fault cut-3 (step 3, cut {how: rst}): fired once, first at 4.12 s; felt; mattered to m6, m7",
        "  10 messages stored in 12.3 s",
        "  play it again:   cablecheck run socket-kill --profile before-catch-up",
        "  judge it again:  cablecheck judge reports/20261122T094100Z-socket-kill-3f9a2c",
    ]


def test_a_verified_run_needs_two_lines() -> None:
    assert render_text(VERIFIED) == "VERIFIED calm (hellotext)\n  5 messages stored in 3.0 s"


def test_the_defects_of_the_chat_are_named_before_what_they_did() -> None:
    verdict = msgspec.structs.replace(VIOLATED.verdict, defects=("page-cap", "muted\x1b-stream"))
    told = render_text(msgspec.structs.replace(VIOLATED, verdict=verdict)).split("\n")
    assert told[2] == "  defects of the chat: page-cap, muted\\x1b-stream"
    assert told[3].startswith("  lost ")


def test_a_known_loss_is_called_known_and_a_lost_probe_stands_apart() -> None:
    told = render_text(KNOWN)
    assert told.startswith("VIOLATED (KNOWN) late-confirm (hellotext): lost m4; lost probe p2\n")
    assert "\n  lost m4 (id 104) at c1\n" in told
    assert "\n  lost probe p2 (id 102) at c1\n" in told


def test_an_inconclusive_run_says_what_it_did_not_prove() -> None:
    assert render_text(INCONCLUSIVE).split("\n") == [
        "INCONCLUSIVE never (hellotext)",
        "  in doubt: fault hold-1 never fired",
        "  fault hold-1 (step 2, hold {what: reject}): never fired",
        "  3 messages stored in 2.0 s",
    ]


def test_a_fault_that_fired_in_vain_says_so() -> None:
    idle = FaultEvidence(fault="drop-1", verb="drop", fired=3)
    verdict = Verdict(outcome=Outcome.INCONCLUSIVE, faults=(idle,))
    told = render_text(Judgement(verdict=verdict, standing=Standing.INCONCLUSIVE))
    assert "  fault drop-1 (drop): fired 3 times; not felt by the client; did not matter\n" in told
    assert told.startswith("INCONCLUSIVE a run (no profile)\n")


def test_a_fault_that_could_not_touch_the_client_says_why() -> None:
    moot = FaultEvidence(fault="strip-1", verb="strip", step=1, moot=True, why="no socket offered one")
    verdict = Verdict(outcome=Outcome.VIOLATED, faults=(moot,))
    told = render_text(Judgement(verdict=verdict, standing=Standing.VIOLATED))
    assert "  fault strip-1 (step 1, strip): no socket offered one\n" in told


def test_a_bug_of_ours_stands_above_everything_the_run_seems_to_say() -> None:
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=(lost("m1"),), bug="the proxy changed 3 bytes")
    lines = render_text(Judgement(verdict=verdict, standing=Standing.BUG)).split("\n")
    assert lines[0].startswith("BUG IN CABLECHECK ")
    assert lines[1] == "  bug: the proxy changed 3 bytes"


def test_a_traceback_keeps_its_lines_and_its_last_one_stands_for_it() -> None:
    bug = 'Traceback (most recent call last):\n  File "x.py", line 3\nZeroDivisionError: \x1b[2J\n'
    verdict = Verdict(outcome=Outcome.INCONCLUSIVE, bug=bug)
    lines = render_text(Judgement(verdict=verdict, standing=Standing.BUG)).split("\n")
    assert lines[1:4] == [
        "  bug: Traceback (most recent call last):",
        '         File "x.py", line 3',
        "       ZeroDivisionError: \\x1b[2J",
    ]
    assert bug_in_a_line(bug) == "ZeroDivisionError: \x1b[2J"


def test_masked_and_recovered_messages_are_counted_where_they_happened() -> None:
    verdict = Verdict(outcome=Outcome.VERIFIED, stored=1, masked=("m2",), recovered=("m3",))
    told = render_text(Judgement(verdict=verdict, standing=Standing.VERIFIED))
    assert told.endswith(
        "1 message stored in 0.0 s; only a catch-up brought m2; recovered m3, whose publish had no certain outcome"
    )


REPEATED = {
    "the headline": Judgement(verdict=VIOLATED.verdict, standing=Standing.VIOLATED, why="lost m6 m7 m10"),
    "a reason": Judgement(
        verdict=INCONCLUSIVE.verdict, standing=Standing.INCONCLUSIVE, why="fault hold-1 never fired"
    ),
    "the bug": Judgement(
        verdict=Verdict(outcome=Outcome.VERIFIED, bug="3 bytes differ"),
        standing=Standing.BUG,
        why="3 bytes differ",
    ),
}


@pytest.mark.parametrize("judgement", REPEATED.values(), ids=REPEATED.keys())
def test_nothing_is_said_twice(judgement: Judgement) -> None:
    told = render_text(judgement)
    assert f"  {judgement.why}\n" not in told


def test_a_doubt_that_the_sentence_tells_is_not_told_again() -> None:
    why = "lost m4, as is known; but fault hold-1 never fired"
    verdict = Verdict(
        outcome=Outcome.VIOLATED,
        findings=(lost("m4"),),
        reasons=("fault hold-1 never fired", "the run had no client"),
    )
    lines = render_text(Judgement(verdict=verdict, standing=Standing.INCONCLUSIVE, why=why)).split("\n")
    assert lines[1:3] == [f"  {why}", "  in doubt: the run had no client"]


def test_a_why_of_forty_thousand_labels_is_cut() -> None:
    judgement = Judgement(verdict=VIOLATED.verdict, standing=Standing.VIOLATED, why="m1 " * 40_000)
    assert len(render_text(judgement).split("\n")[1]) == LONGEST_WHY + 2


def test_findings_with_different_explanations_stand_apart() -> None:
    findings = (lost("m1"), lost("m2", reason="the page limit"), lost("m3"), lost("m4", client="c2"))
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=findings)
    told = render_text(Judgement(verdict=verdict, standing=Standing.VIOLATED))
    heads = [line for line in told.split("\n") if line.startswith("  lost ")]
    assert heads == [
        "  lost m1, m3 (ids 101, 103) at c1",
        "  lost m2 (id 102) at c1",
        "  lost m4 (id 104) at c2",
    ]


def test_findings_that_differ_in_their_times_alone_stand_together() -> None:
    findings = (
        lost("m1", reached="stored at 0.07 s; a frame brought it at 1.50 s"),
        lost("m2", reached="stored at 0.09 s; a frame brought it at 1.50 s"),
        lost("m3", reached="stored at 0.08 s; a frame brought it at 1.50 s"),
    )
    told = render_text(
        Judgement(verdict=Verdict(outcome=Outcome.VIOLATED, findings=findings), standing=Standing.VIOLATED)
    )
    assert "  lost m1, m2, m3 (ids 101, 102, 103) at c1\n" in told
    assert "    how far:  stored at 0.07 to 0.09 s; a frame brought it at 1.50 s\n" in told


def test_probes_come_after_the_story() -> None:
    findings = (lost("p1", probe=True), lost("p2", probe=True), Finding(word="misordered", label="m6"))
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=findings)
    lines = render_text(Judgement(verdict=verdict, standing=Standing.VIOLATED)).split("\n")
    assert lines[0].endswith(": misordered m6; lost probes p1, p2")
    assert lines[1] == "  misordered m6"
    assert lines[2] == "  lost probes p1, p2 (ids 101, 102) at c1"


def test_a_finding_without_id_client_or_explanation_is_one_short_line() -> None:
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=(Finding(word="unstored", label="m9"),))
    assert "\n  unstored m9\n" in render_text(Judgement(verdict=verdict, standing=Standing.VIOLATED))


def test_forty_of_a_kind_are_capped_and_the_cap_is_told() -> None:
    verdict = Verdict(
        outcome=Outcome.VIOLATED,
        findings=tuple(lost(f"m{number}", reason=f"reason {number}") for number in range(1, 41)),
        faults=tuple(FaultEvidence(fault=f"f{number}", verb="cut") for number in range(40)),
        reasons=tuple(f"reason {number}" for number in range(40)),
    )
    told = render_text(Judgement(verdict=verdict, standing=Standing.VIOLATED))
    assert f"  and {40 - MOST_FINDINGS} more kinds of violation; verdict.json has them all\n" in told
    assert f"  and {40 - MOST_FAULTS} more faults; verdict.json has them all\n" in told
    assert f"  in doubt: and {40 - MOST_REASONS} more reasons; verdict.json has them all\n" in told
    assert "lost m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12 and 28 more\n" in told


def test_a_message_lost_at_two_clients_is_named_once_in_the_headline() -> None:
    verdict = Verdict(outcome=Outcome.VIOLATED, findings=(lost("m1"), lost("m1", client="c2")))
    assert what_went_wrong(verdict) == "lost m1"


@unmeasured()
@given(judgements)
def test_no_hostile_character_ever_comes_out(judgement: Judgement) -> None:
    told = render_text(judgement, play_again="cablecheck run \x1b", folder="\u202e")
    assert all(line.isprintable() for line in told.split("\n"))


@unmeasured()
@given(judgements)
def test_only_the_headline_stands_at_the_margin(judgement: Judgement) -> None:
    first, *others = render_text(judgement).split("\n")
    assert first.startswith(judgement.standing.upper())
    assert all(line.startswith("  ") for line in others)


def test_what_nobody_counted_is_not_called_none() -> None:
    unread = Verdict(outcome=Outcome.INCONCLUSIVE, scenario="x", seconds=1.0)
    told = render_text(Judgement(verdict=unread, standing=Standing.INCONCLUSIVE))
    assert told.endswith("  no message known to be stored in 1.0 s")
