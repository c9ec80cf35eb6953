"""Our client does what the official one did, millisecond by millisecond; and each of its rules can be told from its absence."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cablecheck.cable.json_values import JsonValue
from cablecheck.client import signals
from cablecheck.client.page import Page
from cablecheck.client.profiles import PROFILES, RAILS, RAILS_6_1, RAILS_7_0, Profile, Rule
from cablecheck.client.rails.line import RailsLine
from cablecheck.client.reception import Reception
from cablecheck.client.timeline import Timeline

FOLDER = Path(__file__).parent / "traces"
TRACES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
WORLDS = [(name, number) for name, trace in TRACES.items() for number in range(len(trace["worlds"]))]
# What the page does with messages is no business of the line's.
OF_THE_PAGE = {
    Rule.CAPTURE_CURSOR,
    Rule.CATCH_UP,
    Rule.ONE_CATCH_UP,
    Rule.ADVANCE_CURSOR,
    Rule.CLAIM_IDS,
    Rule.INSERT_BY_TIME,
    Rule.FOLLOW_CONVERSATION,
    Rule.THROTTLE_TYPING,
}
RULES = [(each, rule) for each in (RAILS, RAILS_7_0, RAILS_6_1) for rule in sorted(each.rules - OF_THE_PAGE)]


class Turns(Random):
    """`Math.random` of a trace."""

    def __init__(self, values: list[float]) -> None:
        super().__init__(0)
        self._values = values
        self._turn = -1

    def random(self) -> float:
        self._turn += 1
        return self._values[self._turn % len(self._values)]


class Told:
    """A line in one world of a trace: it is told what the official client was, and `did` is what it does."""

    def __init__(self, profile: Profile, trace: dict[str, Any], world: dict[str, Any]) -> None:
        self._texts = {text: word for word, text in trace["texts"].items()}
        self._offers = tuple(trace["offers"])
        self._world = world
        self._now = 0
        self._timers: dict[str, int] = {}
        self._sockets: dict[int, str] = {}
        self.did: list[list[JsonValue]] = []
        page = Page("w", "s", "c")
        profile = replace(profile, rules=profile.rules - {Rule.THROTTLE_TYPING})
        reception = Reception(page, profile, Timeline(), self._act)
        self._line = RailsLine(page, profile, Turns(world["random"]), 1.0, reception, self._act)
        self._line.on_drop.append(lambda: self._note("drop"))
        self._line.on_return.append(lambda: self._note("return"))
        self._line.begin(self._seconds)

    def live(self) -> list[list[JsonValue]]:
        """All that it did, what was done at one time in any order."""
        for at, do, *more in self._world["told"]:
            self._ring_until(at)
            self._tell(do, more)
        self._ring_until(self._world["until"])
        return sorted(self.did, key=json.dumps)

    @property
    def _seconds(self) -> float:
        return self._now / 1000

    def _note(self, *what: JsonValue) -> None:
        self.did.append([self._now, *what])

    def _ring_until(self, at: int) -> None:
        while due := sorted((due, name) for name, due in self._timers.items() if due <= at):
            self._now, name = due[0]
            del self._timers[name]
            self._hand(signals.TimerFired(name))
        self._now = at

    def _hand(self, event: Any) -> None:
        self._line.handle(event, self._seconds)

    def _tell(self, do: str, more: list[Any]) -> None:
        match do:
            case "unsubscribe":
                self._hand(signals.Unsubscribed())
            case "create":
                self._hand(signals.Subscribed())
            case "perform":
                self._hand(signals.Typed())
            case _:
                socket = len(self._sockets) - more[0]
                self._tell_of(socket, self._sockets.get(socket), do, more[1:])

    def _tell_of(self, socket: int, state: str | None, do: str, more: list[Any]) -> None:
        match do, state:
            case "open", "connecting":
                self._sockets[socket] = "open"
                self._hand(signals.Opened(socket, more[0]))
            case "frame", "open":
                self._hand(signals.Frame(socket, more[0]))
            case "closing", "open":
                self._sockets[socket] = "closing"
                self._hand(signals.Closing(socket))
            case "close", "connecting" | "open" | "closing":
                self._sockets[socket] = "closed"
                if state == "connecting":
                    self._hand(signals.Errored(socket))
                self._hand(signals.Closed(socket))

    def _act(self, action: signals.ClientAction) -> None:
        match action:
            case signals.Connect(socket=socket, protocols=protocols):
                self._sockets[socket] = "connecting"
                self._note("connect", socket)
                if protocols != self._offers:
                    self._note("offers", *protocols)
            case signals.Send(socket=socket, text=text):
                self._note("send", socket, self._texts[text])
            case signals.HangUp(socket=socket):
                self._sockets[socket] = "closing"
                self._note("hangup", socket)
            case signals.Close(socket=socket):
                if self._sockets[socket] == "connecting":
                    self._note("abandon", socket)
                self._sockets[socket] = "closed"
            case signals.SetTimer(name=name, milliseconds=milliseconds):
                due = self._now + milliseconds
                if (
                    name != "poll" or self._timers.get(name) != due
                ):  # a poll that is watched from now on is the same poll
                    self._note("timer", name, due)
                self._timers[name] = due
            case signals.CancelTimer(name=name):
                del self._timers[name]
            case signals.Show(id=id_):
                self._note("received", id_)
            case signals.Raise(error=error):
                self._note("throw", error.partition(":")[0])


def lived(profile: Profile, name: str, number: int) -> list[list[JsonValue]]:
    return Told(profile, TRACES[name], TRACES[name]["worlds"][number]).live()


def recorded(name: str, number: int) -> list[list[JsonValue]]:
    return sorted(TRACES[name]["worlds"][number]["did"], key=json.dumps)


def test_there_is_a_trace_of_every_version() -> None:
    assert {name: trace["package"] for name, trace in TRACES.items()} == {
        "rails": "8.1.400",
        "rails-7.0": "7.0.8",
        "rails-6.1": "6.1.710",
    }


@pytest.mark.parametrize(("name", "number"), WORLDS)
def test_the_client_does_what_the_official_one_did(name: str, number: int) -> None:
    assert lived(PROFILES[name], name, number) == recorded(name, number)


@pytest.mark.parametrize(("profile", "rule"), RULES, ids=[f"{each.name}-{rule}" for each, rule in RULES])
def test_a_client_without_one_of_the_rules_is_found_out_by_some_trace(profile: Profile, rule: Rule) -> None:
    worlds = [number for name, number in WORLDS if name == profile.name]
    assert any(
        lived(profile.without(rule), profile.name, number) != recorded(profile.name, number)
        for number in worlds
    )
