"""Recordings of the real SDK: give a client what the SDK was given, and compare what it does, entry by entry.

A recording is one JSON object: how the page began, and `replay`, a list of entries in the order they happened. `in` names an input,
`out` an output that the input before it caused; the outputs before the first input came from loading the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import zip_longest

from cablecheck.cable import json_values
from cablecheck.cable.json_values import JsonValue
from cablecheck.client import signals
from cablecheck.client.client import Client
from cablecheck.client.keys import TYPING_SECONDS
from cablecheck.client.opening import page_of, random_of
from cablecheck.client.profiles import HELLOTEXT, Profile
from cablecheck.client.recorded import Given, Log, agree, read_log
from cablecheck.client.timeline import Node
from cablecheck.client.transcript import Entry, Transcript, plain_timer

API_PATH = "/v1"
_COMPARED = frozenset({"id", "created_at", "visitor", "persisted", "text"})
# What a page can be given, in a recorder's words.
_INPUTS = (
    "open", "frame", "closing", "close_frame", "close", "error", "timer", "action", "fetch_json", "fetch_json_error", "fetch_error",
)  # fmt: skip
# What a recorder may call the visitor's acts, less case and the marks between words.
_ACTIONS = {
    "send": "send", "type": "type", "typing": "type", "unsubscribe": "unsubscribe", "subscribe": "subscribe", "resubscribe": "subscribe",
    "quickreply": "quick_reply", "scroll": "scroll", "scrollup": "scroll", "scrollback": "scroll", "scrolltop": "scroll",
    "scrolltotop": "scroll",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that the client did otherwise. `index` is the entry of the log; None: the end of it all."""

    index: int | None
    after: str
    expected: str
    got: str

    def __str__(self) -> str:
        where = "at the end" if self.index is None else f"replay[{self.index}], after {self.after}"
        return f"{where}: expected {self.expected}; got {self.got}"


def replay(recording: JsonValue, profile: Profile = HELLOTEXT) -> Difference | None:
    """Play a recording into a fresh client; None when it does exactly what the SDK did.

    Raises BadInputError, with the place in the recording, for what is no recording or holds an action that is not known.
    """
    log = read_log(recording)
    return _Replay(log, Client(page_of(log), profile, random_of(log))).run()


@dataclass(slots=True)
class _Replay:
    """One replay under way: which of our fetches and timers answers to which of the recording's."""

    log: Log
    client: Client
    now: float = 0.0
    open: int | None = None
    fetches: dict[int, int] = field(default_factory=dict)
    timers: list[str] = field(default_factory=list)
    queued_typing: dict[int, int] = field(default_factory=dict)
    transcript: Transcript = field(default_factory=lambda: Transcript(API_PATH))

    def run(self) -> Difference | None:
        difference = self._compare(self.log.steps[0], self.client.start(self.now))
        for position, given in enumerate(self.log.steps[1:], start=1):
            if difference is not None:
                return difference
            difference = self._compare(given, self._told(position, given))
        return difference or self._compare_end()

    def _told(self, position: int, given: Given) -> list[signals.ClientAction]:
        """Tell the client what was given, and first that its socket is closing where nothing else explains a new one.

        A browser fires no event when a Close frame comes, so a log can't hold that moment; but an open socket is never replaced.
        """
        event = self._event(position, given)
        match event:
            case signals.Opened(socket=socket):
                self.open = socket
            case (
                signals.Closing(socket=socket)
                | signals.Closed(socket=socket)
                | signals.Errored(socket=socket)
            ):
                self.open = None if socket == self.open else self.open
            case _ if self.open is not None and given.connects:
                self.client.handle(signals.Closing(self.open), self.now)
                self.open = None
            case _:
                pass
        return self.client.handle(event, self.now)

    # What the client is told ---------------------------------------------------------------------------------------------------

    def _event(self, position: int, given: Given) -> signals.ClientEvent:
        match given.kind:
            case "open":
                return signals.Opened(given.number("ws"))
            case "frame":
                return signals.Frame(given.number("ws"), given.text("data"))
            case "closing" | "close_frame":
                return signals.Closing(given.number("ws"))
            case "close":
                return signals.Closed(given.number("ws"))
            case "error":
                return signals.Errored(given.number("ws"))
            case "timer":
                return signals.TimerFired(self._timer(given.text("name")))
            case "action":
                return self._action(position, given)
            case _:
                return self._answer(given)

    def _answer(self, given: Given) -> signals.ClientEvent:
        number = given.number("n")
        if number not in self.fetches:
            raise given.bad(
                f"an answer to fetch {number}, which was never sent", "give the 'n' of a fetch before it"
            )
        fetch, status = self.fetches[number], given.number("status", 200)
        match given.kind:
            case "fetch_json":
                return signals.Answered(fetch, status, given.entry.get("json"))
            case "fetch_json_error":
                return signals.AnswerUnreadable(fetch, status)
            case "fetch_error":
                return signals.FetchFailed(fetch)
            case _:
                raise given.bad(
                    f"an input '{given.kind}' that is not known",
                    f"use one of {', '.join(_INPUTS)}",
                )

    def _action(self, position: int, given: Given) -> signals.ClientEvent:
        action = given.entry.get("action")
        if not isinstance(action, dict):
            raise given.bad("an action that is no object", "give it a 'do'")
        do = action.get("do")
        match _ACTIONS.get(_folded(do)):
            case "send" | "quick_reply" as what:
                text = action.get("text", action.get("body"))
                if not isinstance(text, str):
                    raise given.bad(f"a '{do}' without a text", "add 'text'")
                return signals.Submitted(text) if what == "send" else signals.QuickReplied(text)
            case "type":
                if self._typing_is_due(position):
                    self.now += TYPING_SECONDS
                return signals.Typed()
            case "unsubscribe":
                return signals.Unsubscribed()
            case "subscribe":
                return signals.Subscribed()
            case "scroll":
                return signals.ScrolledBack()
            case _:
                known = ", ".join(dict.fromkeys(_ACTIONS.values()))
                raise given.bad(f"an action {do!r} that is not known", f"use one of {known}")

    def _typing_is_due(self, position: int) -> bool:
        """Whether 3 s had passed since the key before: the log has no clock, but it shows what the SDK did.

        Typing on a socket that is still connecting shows only once the socket opens.
        """
        given = self.log.steps[position]
        if given.outputs and not given.connects:
            return True
        socket, told = self.log.typing_told_at_open(position)
        queued = self.queued_typing.get(socket, 0)
        due = given.connects or told > queued
        self.queued_typing[socket] = queued + due
        return due

    def _timer(self, name: str) -> str:
        """Our name of the timer: a second switch under way has a name of its own, and the first set is the first to fire."""
        mine = next((each for each in self.timers if plain_timer(each) == name), name)
        self.timers = [each for each in self.timers if each != mine]
        return mine

    # What it did -----------------------------------------------------------------------------------------------------------------

    def _compare(self, given: Given, actions: list[signals.ClientAction]) -> Difference | None:
        for action in actions:
            match action:
                case signals.SetTimer(name=name):
                    self.timers.append(name)
                case signals.CancelTimer(name=name):
                    self.timers.remove(name)
                case _:
                    pass
        older = any(output.entry["out"] == "rendered" for output in given.outputs)
        got = self.transcript.entries(actions, older=older)
        for place, (wanted, mine) in enumerate(zip_longest(given.outputs, got)):
            if wanted is None or mine is None or not agree(wanted.entry, mine):
                index = wanted.index if wanted is not None else given.index + place + 1
                return Difference(index, given.title, _shown(wanted.entry if wanted else None), _shown(mine))
            if mine["out"] == "fetch":
                self.fetches[wanted.entry["n"]] = mine["n"]
        return None

    def _compare_end(self) -> Difference | None:
        for name, wanted, mine in self._ends():
            if wanted != mine:
                return Difference(None, "", f"{name} {json_values.write(wanted)}", json_values.write(mine))
        return None

    def _ends(self) -> Iterator[tuple[str, JsonValue, JsonValue]]:
        """The final timeline and nodes. Whether a bubble failed cannot be told from a log that holds no answer to its POST."""
        nodes = self.client.timeline
        expected = self.log.expected
        if "timeline" in expected:
            yield "timeline", expected["timeline"], [[node.id, node.created_at] for node in nodes]
        for position, wanted in enumerate(expected.get("nodes", [])):
            mine = _told_node(nodes[position]) if position < len(nodes) else {}
            compared = _COMPARED & wanted.keys()
            yield f"nodes[{position}]", _only(compared, wanted), _only(compared, mine)


def _told_node(node: Node) -> Entry:
    return {
        "id": node.id,
        "created_at": node.created_at,
        "visitor": node.visitor,
        "persisted": node.persisted,
        "text": node.text,
    }


def _only(keys: Set[str], entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if key in keys}


def _folded(action: JsonValue) -> str:
    return re.sub("[ _:-]", "", action).lower() if isinstance(action, str) else ""


def _shown(entry: Entry | None) -> str:
    return "nothing" if entry is None else json_values.write(entry)
