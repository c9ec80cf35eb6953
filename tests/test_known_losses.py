"""Every known misbehaviour of the real SDK (its B and N numbers) that is a matter of frames, REST or timers shows in a story or a cell."""

from __future__ import annotations

import pytest

from cablecheck import history
from cablecheck.checker.verdict import WORDS
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.hunt.sweeping import Plan
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import Simulated, simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf, told

STORIES = {scenario.name: scenario for scenario in shelf()}
CELLS = Plan("hellotext", pairs=False)
CELL_OF = {CELLS.scenario(index).name: index for index in range(CELLS.size)}

# Number: what it is, the story or cell that shows it, and the words in which it shows.
SHOWN: dict[str, tuple[str, str, set[str]]] = {
    "B1": ("the cursor is moved past the gap", "second-drop-before-catch-up", {"lost"}),
    "B2": ("a second catch-up is dropped", "overlapping-catch-ups", {"lost"}),
    "B3": ("a failed catch-up is not repeated", "catch-up-fails", {"lost"}),
    "B3 in the sweep": ("the same", "reconnect-during-answer-fin-publish-at-strike-1", {"lost"}),
    "B4": ("an early confirmation is believed", "early-confirm", {"lost"}),
    "B5": ("an empty timeline has no cursor", "first-message-while-down", {"lost"}),
    "B5 in the sweep": ("the same", "empty-page-before-live-1-rst-publish-confirmed", {"lost"}),
    "B7": ("ties and rows that are dated back", "ties-and-late-rows", {"misordered"}),
    "B8": ("a page is taken for all there is", "page-limit", {"lost"}),
    "B9": ("a spoilt copy keeps the good one out", "poisoned-broadcast", {"lost"}),
    "B9 of a page": ("a spoilt item ends its page", "poisoned-list", {"lost"}),
    "B10": ("a line that is half open is not noticed", "half-open", {"late"}),
    "B12": ("a second of deafness at a switch", "conversation-switch", {"lost"}),
    "B13": ("a subscription that was given up", "given-up-subscription", {"lost"}),
    "B14": ("no confirmation, or a rejection", "lost-confirm", {"lost"}),
    "B14 rejected": ("the same", "rejected-once", {"late"}),
    "B16": ("an own message is shown twice", "late-answer", {"duplicated"}),
    "B16 out of order": ("an own message stands in the wrong place", "crossed-messages", {"misordered"}),
    "B17": ("the cursor is the last bubble", "overtaken-message", {"lost"}),
    "N1": ("typing while the socket closes", "typing-while-closing", {"lost"}),
    "N2": ("frames of another identifier are shown", "crossed-streams", {"lost", "phantom"}),
    "N6": ("a first confirmation starts no catch-up", "first-subscribe-gap", {"lost"}),
    "N6 in the sweep": ("the same", "page-before-subscribe-blackhole-publish-at-strike-1", {"lost"}),
    "N8": ("ids of two types", "mixed-ids", {"duplicated"}),
    "N10": ("a cached answer", "cacheable-answers", {"lost"}),
}
# What is no matter of frames, REST or timers.
ELSEWHERE = {
    "N3": "the page detaches an element",
    "N4": "the page lacks its container",
    "N5": "scroll-back asks for older pages, which no reconnect does; recordings hold it",
    "N9": "the page replaces an element",
    "N11": "Chromium repeats a request on a connection that it kept alive; every request here has its own",
    "N12": "reactions are no messages",
}


def played(name: str) -> Simulated:
    scenario: Scenario = STORIES[name] if name in STORIES else CELLS.scenario(CELL_OF[name])
    return simulate(Cast(scenario, HELLOTEXT, 0))


@pytest.mark.parametrize("number", SHOWN)
def test_the_sdks_known_loss_is_found(number: str) -> None:
    _, name, words = SHOWN[number]
    verdict = played(name).judgement.verdict
    assert {word for word in WORDS if verdict.labels(word)} == words


def test_b6_and_b15_an_error_and_its_close_set_one_timer_and_each_failure_doubles_it() -> None:
    waits = [
        event.milliseconds
        for event in played("socket-error").events
        if isinstance(event, history.TimerSet) and event.name == "reconnect"
    ]
    assert [500 <= waits[0] <= 650, 1000 <= waits[1] <= 1300, 2000 <= waits[2] <= 2600] == [True] * 3


def test_b11_a_disconnect_frame_throws_three_times_and_changes_nothing() -> None:
    simulated = played("polite-goodbye")
    raised = [event for event in simulated.events if isinstance(event, history.Raised)]
    assert len(raised) == 3
    assert simulated.judgement.verdict.findings == ()


def test_n7_a_pending_confirmation_survives_a_move_to_another_conversation() -> None:
    """The catch-up starts on the confirmation of the new conversation, which nobody awaits."""
    text = (
        "steps:\n  - publish: {count: 2}\n  - await: {shown: m2}\n  - drop: {what: confirm, count: 1}\n  - cut: {how: rst}\n"
        "  - await: {event: subscribing}\n  - switch:\n  - send:\n  - await: {event: catch-up-sent, within: 5s}\n"
    )
    simulated = simulate(Cast(told(text), HELLOTEXT, 0))
    assert not any("waited in vain" in reason for reason in simulated.judgement.verdict.reasons)


def test_every_number_is_accounted_for() -> None:
    numbers = {f"B{number}" for number in range(1, 18)} | {f"N{number}" for number in range(1, 13)}
    shown = {number.split()[0] for number in SHOWN} | {"B6", "B11", "B15", "N7"}
    assert shown | set(ELSEWHERE) == numbers
    assert not shown & set(ELSEWHERE)
