"""The rooms of a story: each is one conversation, the visitor whose it is, and the clients that show it.

A story names no room. It is told in all of them at once, so its m3 stands for the third message of each: m3 in the first room, m3@2
in the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import structs

from cablecheck.scenario.known import Expected, Known
from cablecheck.scenario.labels import labels_of
from cablecheck.scenario.model import Scenario, Send, Step


def clients_of(scenario: Scenario) -> tuple[str, ...]:
    """The names of all clients, room after room."""
    return tuple(f"c{number}" for number in range(1, scenario.clients * scenario.conversations + 1))


def rooms_of(scenario: Scenario) -> dict[str, int]:
    """The room of each client, counted from 1."""
    return {client: room_of(client, scenario.clients) for client in clients_of(scenario)}


def room_of(client: str, clients: int) -> int:
    """The room of a client, where there are so many clients in each."""
    return (int(client[1:]) - 1) // clients + 1


def label_in(room: int, label: str) -> str:
    """What the message of this label is called in a room."""
    return label if room == 1 else f"{label}@{room}"


def room_in(label: str) -> int:
    """The room whose message this is."""
    _, _, room = label.partition("@")
    return int(room) if room else 1


def rooms_told(scenario: Scenario) -> tuple[range, ...]:
    """For each step the rooms in which it is told: all, but one for a `send` from the page of one client."""
    every = range(1, scenario.conversations + 1)
    return tuple(_rooms_told(placed.step, scenario.clients) or every for placed in scenario.steps)


def _rooms_told(step: Step, clients: int) -> range | None:
    if not isinstance(step, Send) or step.on is None:
        return None
    room = room_of(step.on, clients)
    return range(room, room + 1)


def rooms_by_label(scenario: Scenario) -> dict[str, range]:
    """The rooms that have a message of this label, for every label of the story."""
    told = zip(labels_of(scenario), rooms_told(scenario), strict=True)
    return {label: rooms for labels, rooms in told for label in labels}


def spread(scenario: Scenario) -> Scenario:
    """The scenario with what is known to go wrong in every room. A stranger's id stays what it is."""
    rooms = rooms_by_label(scenario)

    def sights(sight: str) -> Iterable[str]:
        return (label_in(room, sight) for room in rooms.get(sight, (1,)))

    return structs.replace(
        scenario, expect={profile: _seen(each, sights) for profile, each in scenario.expect.items()}
    )


def gathered(expected: Expected) -> Expected:
    """The same as its author wrote it: a label stands for the message of each room."""
    return _seen(expected, lambda sight: (sight.partition("@")[0],))


def _seen(expected: Expected, sights: Callable[[str], Iterable[str]]) -> Expected:
    if not isinstance(expected, Known):
        return expected
    known = structs.asdict(expected).items()
    return Known(
        **{word: tuple(dict.fromkeys(new for old in seen for new in sights(old))) for word, seen in known}
    )
