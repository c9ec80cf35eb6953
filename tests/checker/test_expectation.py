from __future__ import annotations

import pytest

from cablecheck.checker.expectation import accept, exit_code, hold_against
from cablecheck.checker.verdict import Finding, Judgement, Outcome, Standing, Verdict
from cablecheck.errors import ExitCode
from cablecheck.scenario.known import Known


def verdict(found: str = "", *reasons: str, bug: str | None = None) -> Verdict:
    """A verdict from words such as `lost m2 m3, late m4`."""
    findings = tuple(
        Finding(words.split()[0], label, client="c1")
        for words in found.split(", ")
        if words
        for label in words.split()[1:]
    )
    outcome = Outcome.VIOLATED if findings else Outcome.INCONCLUSIVE if reasons or bug else Outcome.VERIFIED
    return Verdict(outcome, profile="hellotext", findings=findings, reasons=reasons, bug=bug)


LOSES = {"hellotext": Known(lost=("m2", "m3")), "hardened": "verified"}
MUCH = {
    "hellotext": Known(
        lost=("m1",), duplicated=("m2",), misordered=("m3",), phantom=("x5",), altered=("m6",), late=("m4",)
    )
}
NOTHING_WAS = "nothing was at stake"

STANDINGS = {
    "verified as expected": (verdict(), {}, Standing.VERIFIED, ""),
    "verified as written": (verdict(), {"hellotext": "verified"}, Standing.VERIFIED, ""),
    "verified where nothing is expected of anybody": (verdict(), None, Standing.VERIFIED, ""),
    "verified where nothing known is written": (verdict(), {"hellotext": Known()}, Standing.VERIFIED, ""),
    "violated where it was to be verified": (verdict("lost m2"), {}, Standing.VIOLATED, "lost m2"),
    "violated in two ways": (verdict("lost m2 m10, late m4"), {}, Standing.VIOLATED, "lost m2 m10; late m4"),
    "inconclusive": (verdict("", NOTHING_WAS, "more"), {}, Standing.INCONCLUSIVE, NOTHING_WAS),
    "known": (verdict("lost m3 m2"), LOSES, Standing.KNOWN, "hellotext is known for lost m2 m3 here"),
    "all six words known": (
        verdict("lost m1, duplicated m2, misordered m3, phantom x5, altered m6, late m4"),
        MUCH,
        Standing.KNOWN,
        "hellotext is known for lost m1; duplicated m2; misordered m3; phantom x5; altered m6; late m4 here",
    ),
    "known, but not at a target of the user's": (
        verdict("lost m2 m3"),
        None,
        Standing.VIOLATED,
        "lost m2 m3",
    ),
    "known of another profile": (
        verdict("lost m2 m3"),
        {"hardened": Known(lost=("m2", "m3"))},
        Standing.VIOLATED,
        "lost m2 m3",
    ),
    "more than is known": (
        verdict("lost m2 m3 m4"),
        LOSES,
        Standing.VIOLATED,
        "lost: expected m2 m3, found m2 m3 m4",
    ),
    "less than is known": (verdict("lost m2"), LOSES, Standing.VIOLATED, "lost: expected m2 m3, found m2"),
    "another word beside the known": (
        verdict("lost m2 m3, phantom x9"),
        LOSES,
        Standing.VIOLATED,
        "phantom: expected none, found x9",
    ),
    "the known gone": (
        verdict(),
        LOSES,
        Standing.GONE,
        "hellotext is known for lost m2 m3 here, and nothing of it happened; mend the scenario's expect",
    ),
    "the known not put to the test": (verdict("", NOTHING_WAS), LOSES, Standing.INCONCLUSIVE, NOTHING_WAS),
    "known, and doubtful": (
        verdict("lost m2 m3", NOTHING_WAS),
        LOSES,
        Standing.INCONCLUSIVE,
        "lost m2 m3, as is known; but nothing was at stake",
    ),
    "unknown, and doubtful": (verdict("lost m2", NOTHING_WAS), {}, Standing.VIOLATED, "lost m2"),
    "a bug": (verdict("", bug="bytes changed"), {}, Standing.BUG, "bytes changed"),
    "a bug beside a violation": (
        verdict("lost m2", bug="bytes changed"),
        LOSES,
        Standing.BUG,
        "bytes changed",
    ),
}


@pytest.mark.parametrize("claim", STANDINGS)
def test_a_verdict_stands_as_the_scenario_expects(claim: str) -> None:
    given, expect, standing, why = STANDINGS[claim]
    assert hold_against(given, expect) == Judgement(given, standing, why)


LIST = "target.staging.known.calm"
BOTH = Known(lost=("m2", "m3"), late=("m4",))
# (the verdict, what the list accepts, how it stands, why, what is told as accepted)
ACCEPTED = {
    "verified where nothing is accepted": (verdict(), None, Standing.VERIFIED, "", ""),
    "violated where nothing is accepted": (verdict("lost m2"), None, Standing.VIOLATED, "lost m2", ""),
    "verified: the accepted loss did not happen": (verdict(), BOTH, Standing.VERIFIED, "", ""),
    "all that is accepted": (
        verdict("lost m3 m2, late m4"), BOTH, Standing.KNOWN,
        f"lost m2 m3; late m4 is accepted by {LIST}", f"lost m2 m3; late m4, by {LIST}",
    ),
    "some of it": (verdict("lost m3"), BOTH, Standing.KNOWN, f"lost m3 is accepted by {LIST}", f"lost m3, by {LIST}"),
    "a loss beside it": (
        verdict("lost m2 m5, late m4"), BOTH, Standing.VIOLATED,
        f"lost m5; lost m2; late m4 is accepted by {LIST}", f"lost m2; late m4, by {LIST}",
    ),
    "only other losses": (verdict("lost m5"), BOTH, Standing.VIOLATED, "lost m5", ""),
    "the same message in another way": (verdict("duplicated m2"), BOTH, Standing.VIOLATED, "duplicated m2", ""),
    "a word that no list can accept": (verdict("unstored m2"), BOTH, Standing.VIOLATED, "unstored m2", ""),
    "accepted, and doubtful": (
        verdict("lost m2", NOTHING_WAS), BOTH, Standing.INCONCLUSIVE,
        f"lost m2 is accepted by {LIST}; but {NOTHING_WAS}", f"lost m2, by {LIST}",
    ),
    "inconclusive": (verdict("", NOTHING_WAS), BOTH, Standing.INCONCLUSIVE, NOTHING_WAS, ""),
    "a bug": (verdict("lost m2", bug="bytes changed"), BOTH, Standing.BUG, "bytes changed", ""),
}  # fmt: skip


@pytest.mark.parametrize("claim", ACCEPTED)
def test_a_users_own_list_accepts_what_it_names_and_nothing_else(claim: str) -> None:
    given, known, standing, why, told = ACCEPTED[claim]
    assert accept(given, known, LIST) == Judgement(given, standing, why, told)


@pytest.mark.parametrize(
    ("standing", "code", "strict_code"),
    [
        (Standing.VERIFIED, ExitCode.VERIFIED, ExitCode.VERIFIED),
        (Standing.KNOWN, ExitCode.VERIFIED, ExitCode.VIOLATED),
        (Standing.VIOLATED, ExitCode.VIOLATED, ExitCode.VIOLATED),
        (Standing.GONE, ExitCode.VIOLATED, ExitCode.VIOLATED),
        (Standing.INCONCLUSIVE, ExitCode.INCONCLUSIVE, ExitCode.INCONCLUSIVE),
        (Standing.BUG, ExitCode.BUG, ExitCode.BUG),
    ],
)
def test_strict_forgives_nothing_that_is_known(
    standing: Standing, code: ExitCode, strict_code: ExitCode
) -> None:
    judgement = Judgement(verdict(), standing)
    assert exit_code(judgement) == code
    assert exit_code(judgement, strict=True) == strict_code


def test_every_standing_has_a_row() -> None:
    assert {standing for _, _, standing, _ in STANDINGS.values()} == set(Standing)
