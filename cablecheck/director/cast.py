"""Who plays: the clients, and the room that each of them is in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cablecheck.history import marked
from cablecheck.scenario.rooms import label_in, room_in


class Cast:
    """The clients of a story by room. `labelled` tells which rooms have a message of a label; any other is in all of them."""

    def __init__(self, rooms: Mapping[str, int], labelled: Mapping[str, Sequence[int]]) -> None:
        self.clients = tuple(rooms)
        self.rooms = tuple(dict.fromkeys(rooms.values()))
        self._room_of = rooms
        self._members = {room: tuple(each for each in rooms if rooms[each] == room) for room in self.rooms}
        self._labelled = labelled

    def on(self, client: str | None) -> tuple[str, ...]:
        """This client, or all."""
        return self.clients if client is None else (client,)

    def firsts(self) -> tuple[str, ...]:
        """The first client of each room."""
        return tuple(members[0] for members in self._members.values())

    def room_of(self, client: str) -> int:
        """The room of this client."""
        return self._room_of[client]

    def members(self, label: str) -> tuple[str, ...]:
        """Whoever has to show the message of this label, which tells its room."""
        return self._members[room_in(label)]

    def labels(self, label: str) -> tuple[str, ...]:
        """What the message of this label is called in each of its rooms."""
        if len(self.rooms) == 1:
            return (label,)
        return tuple(label_in(room, label) for room in self._labelled.get(label, self.rooms))

    def sights(self, nonce: str, label: str, clients: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each of these clients that has to show the message of this label in its room, and the mark that it then shows."""
        rooms = self._labelled.get(label, self.rooms)
        for client in clients:
            if self._room_of[client] in rooms:
                yield client, marked(nonce, label_in(self._room_of[client], label))
