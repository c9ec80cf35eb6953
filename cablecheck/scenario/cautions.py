"""What in a story is legal and yet will not do what its author means: races, and faults that can touch nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cablecheck.scenario import model
from cablecheck.scenario.model import Faulty, Placed, Scenario, Step

# After these a client that lost its socket may be back: nothing is certain any more.
_COMEBACK = ("connecting", "connected", "welcomed", "subscribing", "confirmed", "catch-up-sent", "catch-up-answered", "shown", "message")  # fmt: skip


def cautions(scenario: Scenario) -> tuple[str, ...]:
    """One line each, `file:line: fact; remedy`, in the order of the story. Only what is certain is said."""
    found = [*_races(scenario), *_overtakings(scenario), *_idle_faults(scenario), *_empty_awaits(scenario)]
    found += _silent_deploys(scenario)
    return tuple(f"{scenario.source}:{line}: {text}" for line, text in sorted(found))


@dataclass
class _Line:
    """Whether clients are away, and what keeps them away, as far as the story says.

    `seen_again` are the faults that fire only once a client is subscribed again, `tearing` those that cut it off when they fire.
    """

    cut_at: int | None = None
    cut_on: str | None = None
    keepers: dict[str, str | None] = field(default_factory=dict)
    seen_again: set[str] = field(default_factory=set)
    tearing: dict[str, str | None] = field(default_factory=dict)

    def kept(self) -> bool:
        """Whether something stands between the cut client, or all of them, and its way back."""
        return any(on is None or on == self.cut_on for on in self.keepers.values())

    def take(self, placed: Placed) -> None:
        """Follow one step."""
        step = placed.step
        if isinstance(step, Faulty) and step.id is not None and _fires_on_subscribed(step):
            self.seen_again.add(step.id)
        match step:
            case model.Cut():
                self.cut_at, self.cut_on = placed.line, step.on
            case model.Restart():
                self.cut_at, self.cut_on = placed.line, None
                self.keepers["restart"] = None
            case model.Truncate(id=str(id_)):
                self.tearing[id_] = step.on
            case model.Await(fired=str(id_)) if id_ in self.tearing:
                self.cut_at, self.cut_on = placed.line, self.tearing[id_]
            case model.Unsubscribe():
                self.keepers["unsubscribe"] = step.on
            case model.Subscribe():
                self.keepers.pop("unsubscribe", None)
            case _ if _keeps_away(step):
                self.keepers[_name(placed)] = getattr(step, "on", None)
            case model.Heal(id=None):
                self.keepers.clear()
            case model.Heal(id=str(id_)):
                self.keepers.pop(id_, None)
            case model.Release():
                self._release(step)
            case model.Await(event="server-started"):
                self.keepers.pop("restart", None)
            case model.Settle() | model.Wait():
                self.cut_at = None
            case model.Await(event=event, shown=shown) if shown is not None or event in _COMEBACK:
                self.cut_at = None
            case model.Await(fired=fired) if fired in self.seen_again:
                self.cut_at = None
            case _:
                pass

    def _release(self, step: model.Release) -> None:
        if step.id is not None:
            self.keepers.pop(step.id, None)
        elif step.what == "subscribe":
            self.keepers = {name: on for name, on in self.keepers.items() if not name.startswith("hold ")}


def _keeps_away(step: Step) -> bool:
    match step:
        case model.Refuse(what=what):
            return what != "rest"
        case model.Hold(what="subscribe") | model.Drop(what="subscribe") | model.Blackhole():
            return True
        case _:
            return False


def _fires_on_subscribed(step: Step) -> bool:
    match step:
        case model.Hold(what=what) | model.Drop(what=what) | model.Repeat(what=what):
            return what in {"confirm", "message", "catch-up"}
        case model.Fail() | model.Delay() | model.Page():
            return True
        case _:
            return False


def _name(placed: Placed) -> str:
    step = placed.step
    named = step.id if isinstance(step, Faulty) else None
    return named or f"{placed.verb} {placed.line}"


def _races(scenario: Scenario) -> Iterator[tuple[int, str]]:
    line = _Line()
    for placed in scenario.steps:
        if isinstance(placed.step, model.Publish) and line.cut_at is not None and not line.kept():
            fact = (
                f"this publish races with the client, which comes back some 500 ms after line {line.cut_at}"
            )
            yield placed.line, f"{fact}; put a refuse, or a hold of subscribe, before the cut"
            line.cut_at = None
        line.take(placed)


def _overtakings(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """The visitor's bubble stands where it is sent, an agent's where it arrives: which comes first is the network's to say."""
    for before, placed in zip(scenario.steps, scenario.steps[1:], strict=False):
        if isinstance(placed.step, model.Send) and isinstance(before.step, model.Publish):
            fact = f"this send may be shown before what line {before.line} publishes has arrived"
            yield placed.line, f"{fact}; await the last of those messages shown first"


def _idle_faults(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Faults that come when all is said and shown: nothing can be at stake for them."""
    steps = scenario.steps
    last = max((index for index, each in enumerate(steps) if _says(each.step)), default=None)
    if last is None:
        line = steps[0].line if steps else 0
        yield line, "nothing is published in this story, so it proves nothing; add a publish"
        return
    if any(_is_fault(each.step) for each in steps[: last + 1]):
        return  # what an earlier fault kept or delayed may still be under way
    quiet = False
    for placed in steps[last + 1 :]:
        if _is_fault(placed.step) and quiet:
            yield (
                placed.line,
                "nothing is published after this fault, so it can't matter; publish, or take it out",
            )
        quiet = quiet or isinstance(placed.step, model.Settle)


def _empty_awaits(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Awaits of something that was over before they began to count."""
    for before, placed in zip(scenario.steps, scenario.steps[1:], strict=False):
        step = placed.step
        if not isinstance(step, model.Await) or step.total is not None:
            continue
        if step.event == "published" and not _says(before.step):
            fact = f"events are counted from the start of line {before.line}, which publishes nothing"
            yield placed.line, f"{fact}; await it right after the publish, or use total"


def _silent_deploys(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Commands during which nothing is said, so that nothing can get lost."""
    running: int | None = None
    for placed in scenario.steps:
        if _says(placed.step):
            running = None
        elif isinstance(placed.step, model.Deploy):
            running = placed.line
        elif placed.step == _DEPLOYED and running is not None:
            yield running, _SILENT
            running = None
    if running is not None:
        yield running, _SILENT


_DEPLOYED = model.Await(event="deployed")
_SILENT = "nothing is published while this command runs, so it can't matter; give it traffic, such as 2/s"


def _says(step: Step) -> bool:
    if isinstance(step, model.Deploy):
        return step.traffic is not None
    return isinstance(step, model.Publish | model.Send)


def _is_fault(step: Step) -> bool:
    return isinstance(step, Faulty | model.Restart | model.Deploy)
