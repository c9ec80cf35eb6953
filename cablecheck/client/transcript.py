"""What a client does, in the words of the recordings: plain entries that can be printed, compared and read by a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from cablecheck.cable.json_values import JsonValue
from cablecheck.client import signals

Entry: TypeAlias = dict[str, JsonValue]


class Transcript:
    """Turns actions into entries. It knows the timeline from the actions alone, so it shows it as it was after each one."""

    def __init__(self, api_path: str = "") -> None:
        self._api_path = api_path
        self._order: list[int] = []
        self._ids: dict[int, str | None] = {}

    @property
    def timeline(self) -> list[str | None]:
        """The ids of the bubbles in order, None for one without an id."""
        return [self._ids[number] for number in self._order]

    def entries(self, actions: Iterable[signals.ClientAction]) -> list[Entry]:
        """The outputs among these actions. A cancelled timer, an own bubble and what becomes of it leave no entry."""
        entries: list[Entry] = []
        for action in actions:
            entry = self._entry(action)
            if entry is not None:
                entries.append(entry)
        return entries

    def _entry(self, action: signals.ClientAction) -> Entry | None:
        match action:
            case signals.Connect(socket=socket):
                return {"out": "connect", "ws": socket}
            case signals.Send(socket=socket, text=text):
                return {"out": "send", "ws": socket, "data": text}
            case signals.SetTimer(name=name, milliseconds=milliseconds):
                return {"out": "timer_set", "name": name, "ms": milliseconds}
            case signals.Fetch(fetch=fetch, method=method, path=path):
                return {"out": "fetch", "n": fetch, "method": method, "url": self._api_path + path}
            case signals.Show():
                return self._shown(action)
            case signals.Identify(node=node, id=id_):
                self._ids[node] = id_
                return None
            case signals.Raise(error=error, rejected=rejected):
                return None if rejected else {"out": "exception", "message": error}
            case signals.CancelTimer() | signals.MarkFailed():
                return None
            case _:
                assert_never(action)

    def _shown(self, show: signals.Show) -> Entry | None:
        place = self._order.index(show.after) + 1 if show.after else 0
        self._order.insert(place, show.node)
        self._ids[show.node] = show.id
        if show.source in ("initial", "own"):
            return None
        return {"out": "rendered", "id": show.id, "timeline": self.timeline}
