"""Whether a story makes sense: what one line says about another. Each rule is one function, in the table at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import msgspec

from cablecheck.scenario.findings import Finding, Place, choose
from cablecheck.scenario.known import Expected, Known
from cablecheck.scenario.model import (
    Await,
    Deploy,
    Hold,
    Publish,
    Release,
    Send,
    Step,
)
from cablecheck.scenario.units import per_second
from cablecheck.scenario.values import LABEL_PATTERN

# The largest history that is judged in one pass within reason.
MOST_MESSAGES = 1_000_000
# Stands for the verb of a step that is none.
NO_VERB = "?"
# A client's name has three digits (and each has a proxy, a socket and timers of its own).
MOST_CLIENTS = 999


@dataclass(frozen=True)
class DraftStep:
    """A step with the places of its verb and of its values. Not `whole`: some of it could not be read."""

    verb: str
    place: Place
    places: dict[str, Place]
    step: Step
    whole: bool = True

    def at(self, key: str) -> Place:
        """Where the value of this key stands, or else the verb."""
        return self.places.get(key, self.place)


@dataclass(frozen=True)
class Draft:
    """A scenario of which every line was read, if not understood."""

    head: dict[str, Any]
    places: dict[str, Place]
    steps: tuple[DraftStep, ...]
    expect: dict[str, tuple[Place, Expected]]

    def posted_before(self) -> tuple[int, ...]:
        """How many messages the story has posted before each step, and in the end."""
        counts = (_count(draft.step) for draft in self.steps)
        return tuple(accumulate(counts, initial=0))


def sense(draft: Draft) -> list[Finding]:
    """Everything in which the story contradicts itself.

    A rule that counts on steps of which one could not be read keeps silent: its findings would be that step's fault.
    """
    unread = {step.verb for step in draft.steps if not step.whole}
    rules = [rule for rule, counted in _RULES.items() if not unread & counted]
    return [finding for rule in rules for finding in rule(draft)]


def _count(step: Step) -> int:
    return (step.count or 1) if isinstance(step, Publish | Send) else 0


def _too_many(draft: Draft) -> Iterator[Finding]:
    most = MOST_MESSAGES // draft.head.get("conversations", 1)
    for step, before in zip(draft.steps, draft.posted_before(), strict=False):
        if before <= most < before + _count(step.step):
            yield Finding(step.place, f"more than {MOST_MESSAGES} messages from here on", "publish fewer")


def _live_without_why(draft: Draft) -> Iterator[Finding]:
    if draft.head.get("world") == "live" and "why" not in draft.places:
        yield Finding(
            draft.places["world"], "world: live without a why", "add why: and say what only real sockets show"
        )


def _clients(draft: Draft) -> Iterator[Finding]:
    clients = draft.head.get("clients", 1) * draft.head.get("conversations", 1)
    if clients > MOST_CLIENTS:
        fact = f"{clients} clients in all conversations together"
        yield Finding(draft.places["conversations"], fact, f"{MOST_CLIENTS} are the most; use fewer")
    for step in draft.steps:
        on = getattr(step.step, "on", None)
        if on is not None and int(on[1:]) > clients:
            known = ", ".join(f"c{number}" for number in range(1, min(clients, 5) + 1))
            remedy = f"use {known}{', ...' if clients > 5 else ''}, or raise clients:"
            yield Finding(step.at("on"), f"the story has no client {on}", remedy)


def _one_awaited(draft: Draft) -> Iterator[Finding]:
    for step in draft.steps:
        if isinstance(step.step, Await):
            named = [word for word in ("event", "shown", "fired") if word in step.places]
            if len(named) != 1:
                fact = f"await has {' and '.join(named)}" if named else "await waits for nothing"
                yield Finding(step.place, fact, "give it exactly one of event, shown, fired")
            elif step.step.event == "deployed":
                yield from _deployed(step)
            elif "total" in step.places and (named != ["event"] or "count" in step.places):
                yield Finding(
                    step.at("total"),
                    "total counts an event, and alone",
                    "use either count or total, with event",
                )


def _deployed(step: DraftStep) -> Iterator[Finding]:
    """The end of a command is no event of a client's, and the command has its own time limit."""
    for key in ("count", "total", "on", "within"):
        if key in step.places:
            remedy = "give the deploy its within instead" if key == "within" else f"leave {key} out"
            fact = "deployed waits as long as the commands may take, for all of them"
            yield Finding(step.at(key), fact, remedy)


def _deploys(draft: Draft) -> Iterator[Finding]:
    """What a command of the user's needs, and what waits for its end."""
    deployed = False
    for step in draft.steps:
        if isinstance(step.step, Deploy):
            deployed = True
            yield from _command(step, draft)
        elif isinstance(step.step, Await) and step.step.event == "deployed" and not deployed:
            yield Finding(step.at("event"), "no step before this one is a deploy", "put one before it")


def _command(step: DraftStep, draft: Draft) -> Iterator[Finding]:
    if draft.head.get("world", "both") != "live":
        fact = "a command can't be played in virtual time"
        yield Finding(step.place, fact, "add world: live and why: at the top")
    assert isinstance(step.step, Deploy)
    command = step.step.command
    if "\0" in "".join(command):
        yield Finding(step.at("command"), "a character that no command can have", "take the \\0 out")
    elif not (command if isinstance(command, str) else command[0]).strip():
        yield Finding(step.at("command"), "the command has no name", "begin with the program to run")


def _rates(draft: Draft) -> Iterator[Finding]:
    """A rate of nothing is none, and one that is kept up for long is many messages."""
    for step in draft.steps:
        key = "traffic" if isinstance(step.step, Deploy) else "rate"
        rate = getattr(step.step, key, None)
        if rate is None or not isinstance(step.step, Deploy | Publish):
            continue
        if not float(rate.partition("/")[0]):
            yield Finding(step.at(key), f"{key}: {rate} is a rate of nothing", "use 20/s or 30/m")
        elif isinstance(step.step, Deploy):
            posted = per_second(rate) * step.step.within * draft.head.get("conversations", 1)
            if posted > MOST_MESSAGES:
                yield Finding(step.at(key), f"{key}: {rate} may be {posted:.0f} messages", "use a lower rate")


def _labels(draft: Draft) -> Iterator[Finding]:
    before = draft.posted_before()
    for step, posted in zip(draft.steps, before, strict=False):
        label = getattr(step.step, "label", None)
        if label is not None:
            yield from _unpublished(label, step.at("label"), before[-1])
        shown = getattr(step.step, "shown", None)
        if shown is not None:
            yield from _unpublished(shown, step.at("shown"), before[-1])
            if posted < int(shown[1:]) <= before[-1]:
                yield Finding(
                    step.at("shown"), f"{shown} is published only after this step", "await it later"
                )
    for place, expected in draft.expect.values():
        for label in _labels_in(expected):
            yield from _unpublished(label, place, before[-1])


def _labels_in(expected: Expected) -> tuple[str, ...]:
    if not isinstance(expected, Known):
        return ()
    sights = chain.from_iterable(msgspec.structs.astuple(expected))
    return tuple(sight for sight in sights if re.fullmatch(LABEL_PATTERN, sight))


def _unpublished(label: str, place: Place, posted: int) -> Iterator[Finding]:
    if int(label[1:]) > posted:
        remedy = f"its labels are m1 to m{posted}" if posted else "add a publish"
        yield Finding(place, f"the story never publishes {label}", remedy)


def _nothing_to_shift(draft: Draft) -> Iterator[Finding]:
    told = False
    for step in draft.steps:
        if isinstance(step.step, Publish):
            if step.step.created_at is not None and not told:
                fact = f"created_at: {step.step.created_at} has no message before it"
                yield Finding(step.at("created_at"), fact, "let the agent publish another one first")
            told = True


def _dated_at_once(draft: Draft) -> Iterator[Finding]:
    for step in draft.steps:
        if isinstance(step.step, Publish) and step.step.at_once > 1 and step.step.created_at is not None:
            fact = "with at_once nobody knows which message was the one before"
            yield Finding(step.at("created_at"), fact, "leave created_at or at_once out")


def _fault_ids(draft: Draft) -> Iterator[Finding]:
    """Every id is given once, and only then healed, released or awaited."""
    armed: dict[str, Place] = {}
    for step in draft.steps:
        named = "fired" if step.verb == "await" else "id"
        id_ = getattr(step.step, named, None)
        if id_ is None:
            continue
        if step.verb in {"heal", "release", "await"}:
            if id_ not in armed:
                remedy = choose(id_, armed) if armed else "give the fault that you mean an id"
                yield Finding(
                    step.at(named), f"no step before this one arms a fault with the id '{id_}'", remedy
                )
        elif id_ in armed:
            yield Finding(
                step.at("id"),
                f"a second fault with the id '{id_}', first at {armed[id_]}",
                "give each its own",
            )
        else:
            armed[id_] = step.at("id")


def _releases(draft: Draft) -> Iterator[Finding]:
    held: set[str] = set()
    for step in draft.steps:
        if isinstance(step.step, Hold):
            held.add(step.step.what)
        if isinstance(step.step, Release):
            named = [word for word in ("what", "id") if word in step.places]
            if len(named) != 1:
                fact = "release has both what and id" if named else "release names nothing"
                yield Finding(step.place, fact, "give it exactly one of what, id")
            elif step.step.what is not None and step.step.what not in held:
                remedy = "put a hold before it, or take the release out"
                yield Finding(step.at("what"), f"no step before this one holds {step.step.what}", remedy)


# Each rule, and the verbs that it counts on.
_RULES: dict[Callable[[Draft], Iterator[Finding]], set[str]] = {
    _too_many: set(),
    _live_without_why: set(),
    _clients: set(),
    _one_awaited: set(),
    _labels: {"publish", "send", NO_VERB},
    _nothing_to_shift: {NO_VERB},
    _dated_at_once: set(),
    _fault_ids: {NO_VERB},
    _releases: {"hold", NO_VERB},
    _deploys: {"deploy", NO_VERB},
    _rates: {"deploy"},
}
