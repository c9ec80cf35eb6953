from __future__ import annotations

import pytest

from cablecheck.scenario import rooms
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_scenario


def told(*steps: str, expect: str = "verified") -> Scenario:
    """Two clients in each of three conversations."""
    lines = "".join(f"  - {step}\n" for step in steps)
    head = "name: x\nstory: y\nclients: 2\nconversations: 3\n"
    return read_scenario(f"{head}steps:\n{lines}expect:\n  hellotext: {expect}\n", "x.yaml")


def test_the_clients_are_dealt_out_room_after_room() -> None:
    assert rooms.rooms_of(told("publish:")) == {"c1": 1, "c2": 1, "c3": 2, "c4": 2, "c5": 3, "c6": 3}


@pytest.mark.parametrize(("room", "called"), [(1, "m7"), (2, "m7@2"), (12, "m7@12")])
def test_a_label_tells_its_room(room: int, called: str) -> None:
    assert rooms.label_in(room, "m7") == called
    assert rooms.room_in(called) == room


def test_a_message_is_in_every_room_but_what_is_sent_from_one_page() -> None:
    scenario = told("publish: {count: 2}", "send:", "send: {on: c4}", "settle:")
    found = {label: [*in_rooms] for label, in_rooms in rooms.rooms_by_label(scenario).items()}
    assert found == {"m1": [1, 2, 3], "m2": [1, 2, 3], "m3": [1, 2, 3], "m4": [2]}


def test_what_is_known_to_go_wrong_goes_wrong_in_every_room_that_has_it() -> None:
    scenario = told("publish:", "send: {on: c4}", expect="{lost: [m1, m2], phantom: [stranger-1]}")
    known = Known(lost=("m1", "m1@2", "m1@3", "m2@2"), phantom=("stranger-1",))
    assert scenario.expect == {"hellotext": known}
    assert rooms.gathered(known) == Known(lost=("m1", "m2"), phantom=("stranger-1",))


def test_what_is_verified_is_so_in_every_room() -> None:
    assert told("publish:").expect == {"hellotext": "verified"}
    assert rooms.gathered("verified") == "verified"
