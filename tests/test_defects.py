"""Every defect of the chat against the story of its name, simulated: the matrix of defect and word."""

from __future__ import annotations

import msgspec
import pytest

from cablecheck.checker.expectation import exit_code
from cablecheck.checker.verdict import WORDS, Outcome, Verdict
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.errors import ExitCode
from cablecheck.history import Event, RunBegan, TruthRead
from cablecheck.scenario.defects import Defect
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf

STORIES = {scenario.name: scenario for scenario in shelf()}

# What the client of the real SDK makes of each; no word: it survives.
MATRIX: dict[Defect, str] = {
    Defect.LAGGING_REPLICA: "lost",
    Defect.RETENTION: "lost",
    Defect.INCLUSIVE_CURSOR: "lost",
    Defect.SKIPPING_CURSOR: "lost",
    Defect.TIME_CURSOR: "lost",
    Defect.ORDER_BY_TIME: "lost",
    Defect.PAGE_CAP: "lost",
    Defect.UNSCOPED_CATCH_UP: "phantom",
    Defect.MIXED_IDS: "duplicated",
    Defect.POISONED_LIST: "lost",
    Defect.CACHEABLE_ANSWERS: "lost",
    Defect.TRUNCATED_STAMPS: "misordered",
    Defect.STAMPS_IN_SECONDS: "misordered",
    Defect.POISONED_BROADCAST: "lost",
    Defect.LEAKED_MESSAGES: "lost phantom",
    Defect.CROSSED_STREAMS: "lost phantom",
    Defect.MUTED_STREAM: "lost",
    Defect.FOLDED_BROADCASTS: "lost",
    Defect.FULL_BUFFER: "lost",
    Defect.OVERSIZED_PAYLOAD: "lost",
    Defect.TWO_WORKERS: "lost",
    Defect.DEAD_LISTENER: "lost",
    Defect.NO_PINGS: "",
    Defect.PARALLEL_BROADCAST: "lost",
    Defect.BROADCAST_BEFORE_COMMIT: "lost",
    Defect.ROLLED_BACK_BROADCAST: "lost phantom",
    Defect.REUSED_ID: "altered",
    Defect.COMMIT_OUT_OF_ORDER: "lost",
    Defect.POLLED_BROADCAST: "lost",
    Defect.CONFIRM_BEFORE_ATTACH: "lost",
    Defect.ATTACH_LATE: "lost",
    Defect.CONFIRM_LOST: "lost",
    Defect.ZOMBIE_SUBSCRIPTION: "late",
    Defect.LATE_UNSUBSCRIBE: "late",
    Defect.REPLAYED_ROWS: "lost",
    Defect.GARBLED_FRAME: "",
    Defect.REWRITTEN_IDENTIFIER: "",
    Defect.MISSING_WELCOME: "",
    Defect.DEAF_BEFORE_WELCOME: "lost",
    Defect.LATE_ANSWER: "duplicated",
    Defect.NAMELESS_CONVERSATION: "lost",
}


def played(scenario: Scenario, seed: int = 1) -> Simulated:
    return simulate(Cast(scenario, HELLOTEXT, seed))


def wrong(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {word: verdict.labels(word) for word in WORDS if verdict.labels(word)}


def what_happened(run: Simulated) -> list[Event]:
    """Without what only says that a defect was switched on."""
    return [event for event in run.events if not isinstance(event, RunBegan | TruthRead)]


def test_every_defect_has_a_story_of_its_name() -> None:
    assert set(MATRIX) == set(Defect)
    assert {defect: STORIES[defect].defects for defect in Defect} == {defect: (defect,) for defect in Defect}


@pytest.mark.parametrize("defect", MATRIX)
def test_the_story_of_its_name_shows_a_defect_by_its_word(defect: Defect) -> None:
    run = played(STORIES[defect])
    assert " ".join(wrong(run.judgement.verdict)) == MATRIX[defect]
    assert exit_code(run.judgement) is ExitCode.VERIFIED
    [read] = [event for event in run.events if isinstance(event, TruthRead)]
    assert read.touched == (defect,)


@pytest.mark.parametrize("defect", MATRIX)
def test_without_the_defect_the_same_story_goes_otherwise(defect: Defect) -> None:
    story = STORIES[defect]
    with_it, without = played(story), played(msgspec.structs.replace(story, defects=()))
    assert what_happened(with_it) != what_happened(without)
    known, found = story.expect["hellotext"], wrong(without.judgement.verdict)
    if isinstance(known, Known):
        assert not any(set(getattr(known, word, ())) & set(labels) for word, labels in found.items())


@pytest.mark.parametrize("defect", MATRIX)
def test_a_story_of_a_defect_goes_the_same_way_whatever_the_seed(defect: Defect) -> None:
    verdicts = [played(STORIES[defect], seed).judgement.verdict for seed in range(12)]
    assert [wrong(verdict) for verdict in verdicts] == [wrong(verdicts[0])] * len(verdicts)


def test_a_defect_that_changes_nothing_proves_nothing() -> None:
    calm = msgspec.structs.replace(STORIES["calm"], defects=(Defect.LAGGING_REPLICA,))
    verdict = played(calm).judgement.verdict
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.reasons == ("defect lagging-replica was switched on, and changed nothing",)


def test_together_the_stories_show_every_word_that_a_server_can_be_blamed_for() -> None:
    assert {word for words in MATRIX.values() for word in words.split()} == {
        "lost", "duplicated", "misordered", "phantom", "altered", "late",
    }  # fmt: skip
