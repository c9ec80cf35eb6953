"""Virtual time: what is to happen happens in time, in lanes, and otherwise as the seed has it."""

from __future__ import annotations

from random import Random

from cablecheck.sim.agenda import Agenda, Lane
from cablecheck.sim.network import LOOPBACK, Network


def agenda(seed: int = 0, network: Network = LOOPBACK, budget: int = 1000) -> Agenda:
    return Agenda(Random(seed), network, budget=budget)


def run(it: Agenda) -> None:
    while it.next():
        pass


def test_things_happen_in_time() -> None:
    it, seen = agenda(), list[tuple[str, float]]()
    for name, seconds in (("b", 2.0), ("a", 1.0), ("c", 3.0)):
        it.after(seconds, lambda name=name: seen.append((name, it.now)))
    run(it)
    assert seen == [("a", 1.0), ("b", 2.0), ("c", 3.0)]


def test_the_seed_orders_what_happens_at_one_instant() -> None:
    def order(seed: int) -> str:
        it, seen = agenda(seed), list[str]()
        for name in "abcde":
            it.after(1, seen.append, name)
        run(it)
        return "".join(seen)

    assert order(1) == order(1)
    assert len({order(seed) for seed in range(20)}) > 10


def test_nothing_overtakes_in_a_lane_even_at_one_instant() -> None:
    flat = Network(latency_seconds=1, jitter_seconds=0)
    for seed in range(20):
        for network in (flat, LOOPBACK):
            it, seen = agenda(seed, network), list[str]()
            lane = Lane()
            for name in "abcde":
                it.arrive(lane, seen.append, name)
            run(it)
            assert "".join(seen) == "abcde"


def test_a_call_is_never_made_before_its_time_however_it_is_rounded() -> None:
    it, seen = agenda(), list[float]()
    times = [0.1234567891, 1.0000004, 2.9999999, 0.0]
    for time in times:
        it.at(time, lambda time=time: seen.append(it.now - time))
    run(it)
    assert min(seen) >= 0
    assert max(seen) < 2e-6
    it.at(0, seen.append, it.now)  # what is over is done now
    run(it)
    assert seen[-1] == it.now


def test_the_budget_ends_what_goes_round_in_circles() -> None:
    it = agenda(budget=10)

    def again() -> None:
        it.after(0, again)

    again()
    run(it)
    assert it.left == 0


def test_a_way_takes_each_of_its_times_on_the_grid() -> None:
    assert Network(0.25, 0.5, 0.25).ways() == (250_000, 500_000, 750_000)
    assert Network(0.001, 0, 0.5).ways() == (1000,)
    assert len(Network(0.001, 1, 0).ways()) == 1024
