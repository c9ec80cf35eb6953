"""What a client does, in the words of the recordings: plain entries that can be printed, compared and read by a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from cablecheck.cable.json_values import JsonValue
from cablecheck.client import signals

Entry: TypeAlias = dict[str, JsonValue]


def plain_timer(name: str) -> str:
    """What a recording calls a timer: a second one of a kind that is under way (`switch-2`) has the name of the first."""
    kind, dash, number = name.rpartition("-")
    return kind if dash and number.isdigit() else name


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

    def entries(self, actions: Iterable[signals.ClientAction], *, older: bool = False) -> list[Entry]:
        """The outputs among these actions. A cancelled timer, an own bubble and what becomes of it leave no entry.

        What a scroll-back brings leaves one only if `older`: a recording is written by what the SDK tells its host, and of these
        bubbles it tells nothing.
        """
        entries = (self._entry(action, older) for action in actions)
        return [entry for entry in entries if entry is not None]

    def _entry(self, action: signals.ClientAction, older: bool) -> Entry | None:
        match action:
            case signals.Connect(socket=socket):
                return {"out": "connect", "ws": socket}
            case signals.Send(socket=socket, text=text):
                return {"out": "send", "ws": socket, "data": text}
            case signals.SetTimer(name=name, milliseconds=milliseconds):
                return {"out": "timer_set", "name": plain_timer(name), "ms": milliseconds}
            case signals.Fetch(fetch=fetch, method=method, path=path):
                return {"out": "fetch", "n": fetch, "method": method, "url": self._api_path + path}
            case signals.Identify(node=node, id=id_):
                self._ids[node] = id_
                return None
            case signals.Raise(error=error, rejected=rejected):
                return None if rejected else {"out": "exception", "message": error}
            case signals.Show():
                return self._shown(action, older)
            case signals.Move(node=node, after=after):
                self._order.remove(node)
                self._order.insert(self._order.index(after) + 1 if after else 0, node)
                return None
            case (
                signals.CancelTimer()
                | signals.MarkFailed()
                | signals.HangUp()
                | signals.Close()
                | signals.Abort()
            ):
                return None
            case _:
                assert_never(action)

    def _shown(self, show: signals.Show, older: bool) -> Entry | None:
        place = self._order.index(show.after) + 1 if show.after else 0
        self._order.insert(place, show.node)
        self._ids[show.node] = show.id
        if show.source in ("initial", "own") or (show.source == "scroll-back" and not older):
            return None
        return {"out": "rendered", "id": show.id, "timeline": self.timeline}
