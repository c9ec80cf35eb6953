from __future__ import annotations

import json
import re
from itertools import count
from statistics import median

import pytest

from cablecheck.checker.verdict import Outcome
from cablecheck.cli import benching, main
from cablecheck.cli.shares import DOORS, PARTS, Meter, metered
from cablecheck.client.profiles import HELLOTEXT
from cablecheck.history import Armed, Connecting, PublishInvoked, Received
from cablecheck.scenario.model import Cut, Publish
from cablecheck.sim.playing import simulate
from cablecheck.sim.world import Cast
from tests.runs import told


def test_the_rates_are_those_of_the_round_in_the_middle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--scenarios", "2", "--json"]) == 0
    speed = json.loads(capsys.readouterr().out)
    assert len(speed["cpu_seconds"]) == 5
    middle = median(speed["cpu_seconds"])
    assert speed["scenarios_per_second"] == pytest.approx(2 / middle)
    assert speed["virtual_seconds_per_cpu_second"] == pytest.approx(speed["virtual_seconds"] / middle)
    assert list(speed["shares"]) == list(PARTS)
    assert sum(speed["shares"].values()) == pytest.approx(1)
    assert min(speed["shares"].values()) > 0


def test_the_text_tells_rates_shares_and_how_they_were_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--scenarios", "1"]) == 0
    scenarios, virtual, shares, method = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d+ scenarios a second on one core, each played, kept and judged", scenarios)
    assert re.fullmatch(r"\d+ virtual seconds a CPU second", virtual)
    assert re.findall(r"(\w+) \d+%", shares) == list(PARTS)
    assert re.fullmatch(
        r"CPU time of Python \S+, the median of 5 rounds of 1; \d+\.\d virtual seconds and \d+ events each",
        method,
    )


def test_the_reference_is_fifty_messages_three_reconnects_and_a_ping_every_three_seconds() -> None:
    scenario = benching.reference()
    steps = [placed.step for placed in scenario.steps]
    assert sum(step.count for step in steps if isinstance(step, Publish)) == 50
    assert sum(isinstance(step, Cut) for step in steps) == 3
    for seed in range(10):
        simulated = simulate(Cast(scenario, HELLOTEXT, seed))
        story = [
            event for event in simulated.events if not (isinstance(event, PublishInvoked) and event.probe)
        ]
        cuts = [event for event in story if isinstance(event, Armed) and not event.closing]
        pings = [event for event in story if isinstance(event, Received) and event.kind == "ping"]
        assert simulated.judgement.verdict.outcome is Outcome.VERIFIED
        assert 27 < simulated.judgement.verdict.seconds < 33
        assert sum(isinstance(event, PublishInvoked) for event in story) == 50
        assert (len(cuts), sum(isinstance(event, Connecting) for event in story)) == (3, 5)
        assert len(pings) > 7


def test_a_reference_that_is_not_verified_is_a_bug_of_cablecheck(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(benching, "reference", lambda: told("steps:\n  - wait: {for: 1s}\n"))
    assert main(["bench", "--scenarios", "1"]) == 4
    assert "the reference scenario is not verified: no message" in capsys.readouterr().err


def test_time_is_on_the_account_of_the_part_that_runs_and_not_of_its_caller() -> None:
    ticks = count()
    meter = Meter(lambda: next(ticks))
    inner = meter.watched("chat", lambda: next(ticks))
    outer = meter.watched("client", lambda: (inner(), inner(), next(ticks)))
    outer()
    meter.stop()
    # One reading passes on each way through a door; and each function takes a tick of its own.
    assert meter.spent == {"world": 2, "client": 4, "chat": 4}


def test_the_cost_of_the_clock_is_on_nobodys_account() -> None:
    ticks = count()
    meter = Meter(lambda: next(ticks))
    meter.watched("chat", lambda: [next(ticks) for _ in range(90)])()
    meter.watched("client", lambda: [next(ticks) for _ in range(30)])()
    meter.stop()
    shares = meter.shares()
    assert shares["chat"] == pytest.approx(0.75, abs=0.01)
    assert shares["client"] == pytest.approx(0.25, abs=0.01)
    assert (shares["network"], shares["world"]) == (0, pytest.approx(0, abs=0.01))


def test_the_doors_are_as_they_were_afterwards_even_after_an_error() -> None:
    doors = [(owner, name) for owners in DOORS.values() for owner, names in owners for name in names.split()]
    before = [getattr(owner, name) for owner, name in doors]
    with metered():
        assert all(getattr(*door) != was for door, was in zip(doors, before, strict=True))
    with pytest.raises(ZeroDivisionError), metered():
        raise ZeroDivisionError
    assert [getattr(owner, name) for owner, name in doors] == before


def test_every_part_is_entered_by_a_door() -> None:
    assert set(DOORS) == set(PARTS)
