"""The simulated world at its ends: what can't go on is a finding, and an error of ours is one of ours."""

from __future__ import annotations

from contextlib import nullcontext
from random import Random

import pytest

from cablecheck import history
from cablecheck.checker.verdict import Outcome, Standing
from cablecheck.client.profiles import HARDENED, HELLOTEXT, RAILS, RAILS_6_1, RAILS_7_0, Profile
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.nemesis.signals import NemesisEvent, NemesisOrder
from cablecheck.scenario.model import Scenario
from cablecheck.sim import world
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import shelf, told
from tests.unmeasured import unmeasured

SEEDS = {HELLOTEXT: 6, HARDENED: 6, RAILS: 2, RAILS_7_0: 2, RAILS_6_1: 2}
STORY = told("steps:\n  - publish: {count: 2}\n  - await: {shown: m2}\n")


def cast(scenario: Scenario = STORY, seed: int = 0) -> Cast:
    return Cast(scenario, HELLOTEXT, seed)


@pytest.mark.parametrize("profile", SEEDS, ids=lambda profile: profile.name)
@pytest.mark.parametrize("scenario", shelf(), ids=lambda scenario: scenario.name)
def test_every_shipped_story_meets_its_expectation_whatever_the_seed(
    scenario: Scenario, profile: Profile
) -> None:
    if scenario.world == "live":
        pytest.skip(str(scenario.why))
    for seed in range(SEEDS[profile]):
        with unmeasured() if seed else nullcontext():
            judgement = simulate(Cast(scenario, profile, seed)).judgement
        assert judgement.standing in (Standing.VERIFIED, Standing.KNOWN), (seed, judgement.why)
        assert all(fault.mattered or fault.moot for fault in judgement.verdict.faults), seed


def test_a_world_in_which_nothing_can_happen_is_a_finding_not_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cablecheck.sim.agenda.Agenda.at", lambda *_: None)
    monkeypatch.setattr("cablecheck.sim.server.Server._beat", lambda *_: None)
    simulated = simulate(cast())
    ended = simulated.events[-1]
    assert isinstance(ended, history.RunEnded)
    assert ended.ended == "failed"
    assert "nothing can happen any more" in str(ended.note)
    assert simulated.judgement.verdict.outcome is Outcome.INCONCLUSIVE


def test_a_world_that_goes_round_in_circles_runs_out_of_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "BUDGET", 20)
    ended = simulate(cast()).events[-1]
    assert isinstance(ended, history.RunEnded)
    assert (ended.ended, ended.note) == ("deadline", "the run did not end within 20 events")


def test_a_server_that_is_stopped_again_while_it_is_down_comes_back_once() -> None:
    story = told(
        "steps:\n  - publish: {count: 1}\n  - restart: {down: 2s}\n  - restart: {down: 1s}\n"
        "  - await: {event: server-started}\n  - publish: {count: 1}\n"
    )
    starts = [event for event in simulate(cast(story)).events if isinstance(event, history.ServerStarted)]
    assert len(starts) == 1


def test_a_world_ends_at_its_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cablecheck.sim.playing.longest_seconds", lambda _: 0.5)
    ended = simulate(cast()).events[-1]
    assert isinstance(ended, history.RunEnded)
    assert (ended.ended, ended.note) == ("deadline", "the run did not end within 0.5 s")


class Broken(Nemesis):
    """Raises at once."""

    def handle(self, event: NemesisEvent, now: float) -> list[NemesisOrder]:
        raise ZeroDivisionError("ours")


def test_a_command_that_came_by_the_reading_is_run_by_nobody() -> None:
    live = told("world: live\nwhy: a command\nsteps:\n  - publish:\n  - deploy: {command: touch run}\n")
    simulated = simulate(cast(live))
    assert simulated.judgement.standing is Standing.BUG
    assert "keeps a story with a command out of virtual time" in str(simulated.judgement.verdict.bug)


def test_an_error_of_ours_is_a_bug_of_cablecheck_and_no_loss() -> None:
    simulated = simulate(Cast(STORY, HELLOTEXT, 0, nemesis=Broken))
    assert simulated.judgement.standing is Standing.BUG
    assert "ZeroDivisionError: ours" in str(simulated.judgement.verdict.bug)


def test_what_a_visitor_does_on_no_page_fails_the_step() -> None:
    steps = "steps:\n  - publish: {count: 1}\n  - connect: {on: c1}\n  - send: {on: c2}\n"
    verdict = simulate(cast(told(f"clients: 2\n{steps}"))).judgement.verdict
    assert any("not every page was open" in reason for reason in verdict.reasons)


def test_every_visitor_verb_is_played() -> None:
    story = told(
        "steps:\n  - publish: {count: 1}\n  - type:\n  - send:\n  - switch:\n  - send:\n"
        "  - await: {event: subscribing, within: 5s}\n  - publish: {created_at: same}\n  - publish: {created_at: -3s}\n"
        "  - unsubscribe:\n"
    )
    simulated = simulate(cast(story))
    acts = [event.act for event in simulated.events if isinstance(event, history.VisitorActed)]
    assert acts == ["type", "send", "switch", "send", "unsubscribe"]
    assert simulated.truth is not None
    times = [message.created_at for message in simulated.truth.messages if message.body.startswith("m")]
    assert len(times) == 5
    assert times[3] == times[0]  # as the message before of the agent


def test_what_is_said_to_a_server_that_is_down_is_refused() -> None:
    story = told("steps:\n  - publish: {count: 1}\n  - restart: {down: 2s}\n  - publish: {count: 1}\n")
    events = simulate(cast(story)).events
    refused = [event for event in events if isinstance(event, history.PublishRefused)]
    assert [(event.label, event.reason) for event in refused] == [("m2", "not connected: connection refused")]


def test_the_seed_alone_decides() -> None:
    assert simulate(cast(seed=5)).events == simulate(cast(seed=5)).events
    assert Random(5).random() == Random(5).random()
