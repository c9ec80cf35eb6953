"""One story in several conversations at once, simulated and over real sockets: each client is held against its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.checker.verdict import Judgement, Standing
from cablecheck.client.profiles import profile_named
from cablecheck.scenario.model import Scenario
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import play, told

pytestmark = pytest.mark.takes(seconds=10)

MANY = "clients: 4\nconversations: 3\n"
GAP = """steps:
  - publish: {count: 2}
  - await: {shown: m2}
  - hold: {what: subscribe, id: queue}
  - cut: {how: rst}
  - publish: {count: 2}
  - await: {fired: queue}
  - wait: {for: 200ms}
  - release: {id: queue}
  - await: {shown: m4}
"""
LEAK = "defects: [leaked-messages]\nsteps:\n  - publish: {count: 3, rate: 5/s}\n  - settle:\n"
SAID = "steps:\n  - send: {count: 2}\n  - send: {on: c6}\n  - publish:\n  - await: {shown: m4}\n  - settle:\n"
SWITCH = "steps:\n  - publish:\n  - await: {shown: m1}\n  - switch:\n  - send:\n  - settle:\n"


def both(story: Scenario, folder: Path, profile: str = "hellotext") -> list[Judgement]:
    """How the two worlds judge it."""
    simulated = simulate(Cast(story, profile_named(profile), 0)).judgement
    return [simulated, play([story], folder, profile=profile)[story.name]]


def found(judgement: Judgement) -> dict[str, set[str]]:
    """What went wrong at each client, as `word label`."""
    wrong: dict[str, set[str]] = {}
    for finding in judgement.verdict.findings:
        wrong.setdefault(str(finding.client), set()).add(f"{finding.word} {finding.label}")
    return wrong


def test_a_gap_is_filled_in_every_conversation(tmp_path: Path) -> None:
    for judgement in both(told(MANY + GAP, "gap"), tmp_path):
        assert judgement.standing is Standing.VERIFIED, judgement.why
        assert judgement.verdict.stored == 12
        assert len(judgement.verdict.provenance) == 48
        stakes = {label for fault in judgement.verdict.faults for label in fault.at_stake}
        assert stakes == {f"m{number}{room}" for number in (3, 4) for room in ("", "@2", "@3")}


@pytest.mark.takes(seconds=25)
def test_a_gap_that_is_not_filled_is_found_in_every_conversation(tmp_path: Path) -> None:
    text = MANY + GAP.replace("  - await: {shown: m4}\n", "").replace(
        "  - await: {fired: queue}\n  - wait: {for: 200ms}\n", "  - settle:\n"
    )
    for judgement in both(told(text, "unfilled"), tmp_path, "before-catch-up"):
        assert judgement.standing is Standing.VIOLATED
        lost = {
            client: {word for word in words if " m" in word} for client, words in found(judgement).items()
        }
        rooms = {1: "", 2: "@2", 3: "@3"}
        assert lost == {
            f"c{number}": {f"lost m{label}{rooms[(number + 3) // 4]}" for label in (3, 4)}
            for number in range(1, 13)
        }


def test_a_message_that_leaks_into_a_conversation_is_a_phantom_there(tmp_path: Path) -> None:
    """The chat leaks with every third of eight messages, whosever it is."""
    for judgement in both(told(MANY + LEAK, "leak"), tmp_path):
        assert judgement.standing is Standing.VIOLATED
        seen_by: dict[str, set[str]] = {}
        for client, words in found(judgement).items():
            for word in words:
                seen_by.setdefault(word, set()).add(client)
        assert "phantom stranger-1" in seen_by
        assert {word.split("-")[0] for word in seen_by} == {"phantom stranger"}
        whole = [{f"c{number}" for number in range(first, first + 4)} for first in (1, 5, 9)]
        assert all(clients in whole for clients in seen_by.values())


def test_every_visitor_sends_in_their_own_conversation(tmp_path: Path) -> None:
    for judgement in both(
        told("clients: 1\nconversations: 3\n" + SAID.replace("c6", "c2"), "said"), tmp_path
    ):
        assert judgement.standing is Standing.VERIFIED, judgement.why
        ways = {(row.label, row.client, row.way) for row in judgement.verdict.provenance}
        assert ways >= {
            ("m1", "c1", "own"),
            ("m1@2", "c2", "own"),
            ("m1@3", "c3", "own"),
            ("m3@2", "c2", "own"),
        }
        assert judgement.verdict.stored == 10


def test_every_visitor_moves_to_a_new_conversation(tmp_path: Path) -> None:
    text = "clients: 1\nconversations: 3\n" + SWITCH
    for judgement in both(told(text, "moved"), tmp_path):
        assert judgement.standing is Standing.VERIFIED, judgement.why
        assert judgement.verdict.stored == 6
