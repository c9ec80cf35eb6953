"""A scenario told as a numbered list, one line a step, for `cablecheck check` and for reports."""

from __future__ import annotations

import shlex

from cablecheck.scenario import model
from cablecheck.scenario.labels import labels_of
from cablecheck.scenario.model import Scenario, Step
from cablecheck.scenario.units import written

_EVENTS = {
    "connecting": "opens a socket",
    "connected": "is connected",
    "welcomed": "is welcomed",
    "subscribing": "asks for its subscription",
    "confirmed": "is subscribed",
    "rejected": "is rejected",
    "pinged": "is pinged",
    "message": "receives a message",
    "disconnect": "receives a disconnect frame",
    "closing": "receives a Close frame",
    "closed": "has lost its socket",
    "errored": "fails to connect",
    "catch-up-sent": "asks for what it missed",
    "catch-up-answered": "has the answer to its catch-up",
    "shown": "shows a new message",
    "raised": "raises an exception",
}
_CUTS = {"rst": "Reset the socket", "fin": "End the socket without a Close frame"}
_REFUSALS = {"port": "a closed port", "hang": "silence", "reset": "a reset"}
_DIRECTIONS = {
    "both": "in both directions",
    "down": "on the way to the client",
    "up": "on the way to the target",
}
_SPOILT = {"broken-json": "broken JSON", "truncated": "half a body", "reset": "a reset of the connection"}


def tell(scenario: Scenario) -> list[str]:
    """The story step by step: `1. The agent publishes 5 messages (m1 to m5).`"""
    told = zip(scenario.steps, labels_of(scenario), strict=True)
    width = len(str(len(scenario.steps)))
    first = "the first page of each conversation" if scenario.conversations > 1 else "c1"
    return [
        f"{number:{width}}. {tell_step(placed.step, labels, first)}"
        for number, (placed, labels) in enumerate(told, start=1)
    ]


def tell_step(step: Step, labels: tuple[str, ...] = (), first: str = "c1") -> str:
    """One step in a sentence; `labels` are those that it gives, `first` is who acts where nobody is named."""
    told = (
        _visit(step, labels, first) or _control(step) or _connection(step) or _frames(step) or _answers(step)
    )
    assert told is not None, f"nobody tells {step}"
    return f"{told}."


def span(labels: tuple[str, ...]) -> str:
    """`m3`, `m3 and m4`, or `m3 to m5`."""
    if len(labels) == 1:
        return labels[0]
    return f"{labels[0]} {'and' if len(labels) == 2 else 'to'} {labels[-1]}"


def _visit(step: Step, labels: tuple[str, ...], first: str) -> str | None:
    match step:
        case model.Publish():
            rate = f", {step.rate.replace('/', ' a ')}" if step.rate else ""
            long = f" of {step.length} characters" if step.length else ""
            dated = f", dated {_dated(step.created_at)}" if step.created_at else ""
            at_once = f", up to {step.at_once} at once" if step.at_once > 1 else ""
            said = f"{_count(step.count, 'message')} ({span(labels)}){long}{at_once}{rate}{dated}"
            return f"The agent publishes {said}"
        case model.Send():
            return (
                f"The visitor sends {_count(step.count, 'message')} ({span(labels)}) from {step.on or first}"
            )
        case model.Type():
            return f"The visitor types{_at(step.on)}"
        case model.Subscribe():
            return f"The page asks for its subscription{_at(step.on)}"
        case model.Unsubscribe():
            return f"The page gives its subscription up{_at(step.on)}"
        case model.Switch():
            return "The target opens a new conversation, to which the visitor's next message moves"
        case model.Connect():
            return f"Open the page of {step.on or 'every client'}"
        case _:
            return None


def _control(step: Step) -> str | None:
    match step:
        case model.Await():
            return f"Wait until {_awaited(step)}{_within(step)}"
        case model.Settle():
            return f"Wait until all is quiet{_within(step)}"
        case model.Wait():
            return f"Let {written(step.for_)} pass"
        case model.Heal(id=None):
            return f"Heal every fault{_as(step.as_)}"
        case model.Heal():
            return f"Heal '{step.id}'{_as(step.as_)}"
        case model.Release():
            held = f"what '{step.id}' holds" if step.id else f"every {step.what} that is held"
            return f"Release {held}{_as(step.as_)}"
        case _:
            return None


def _connection(step: Step) -> str | None:
    match step:
        case model.Cut(how="close"):
            return f"Close the socket with a Close frame ({step.code}){_of(step)}"
        case model.Cut(how="close-half"):
            return f"Send a Close frame ({step.code}) and leave TCP open{_of(step)}"
        case model.Cut():
            return f"{_CUTS[step.how]}{_of(step)}"
        case model.Refuse():
            how = _REFUSALS.get(str(step.how), f"HTTP {step.how}")
            what = {"all": "every new connection", "cable": "every new socket", "rest": "every new request"}[
                step.what
            ]
            return f"Answer {what} with {how}{_limit(step.times)}{_of(step)}"
        case model.Blackhole():
            return f"Swallow everything {_DIRECTIONS[step.direction]}{_of(step)}"
        case model.Latency():
            jitter = f", give or take {written(step.jitter)}" if step.jitter else ""
            late = f"Make everything {_DIRECTIONS[step.direction]} {written(step.delay)} late"
            return f"{late}{jitter}{_of(step)}"
        case model.Throttle():
            whom = {"cable": "every socket", "all": "every socket and every answer"}[step.what]
            return f"Give {whom} {step.rate.removesuffix('/s')} a second on the way to the client{_of(step)}"
        case model.Strip():
            return f"Take the subprotocol out of the answers to upgrades{_limit(step.times)}{_of(step)}"
        case model.Restart():
            named = f" ('{step.id}')" if step.id else ""
            return (
                f"Stop the server with SIG{step.signal}, and start it again after {written(step.down)}{named}"
            )
        case model.Deploy():
            named = f" ('{step.id}')" if step.id else ""
            return f"Run `{typed(step)}`{named}, for {written(step.within)} at most{_traffic(step.traffic)}"
        case _:
            return None


def _traffic(rate: str | None) -> str:
    if rate is None:
        return ""
    number, unit = rate.split("/")
    return f"; while it runs the agent publishes {number} a {'second' if unit == 's' else 'minute'} (d1, d2, ...)"


def typed(step: model.Deploy) -> str:
    """The command as one would type it, on one line, with whatever does not print as an escape."""
    command = step.command if isinstance(step.command, str) else shlex.join(step.command)
    escaped = (
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in command.strip()
    )
    return "".join(escaped)


def _frames(step: Step) -> str | None:
    match step:
        case model.Hold():
            return f"Hold {_selected(step)}{_of(step)}"
        case model.Drop():
            return f"Throw away {_selected(step)}{_of(step)}"
        case model.Repeat():
            return f"Pass on {_selected(step)}, and {'once' if step.times == 1 else f'{step.times} times'} more{_of(step)}"
        case model.Truncate():
            return f"Cut {_selected(step)} in the middle, and reset the connection{_of(step)}"
        case model.Reorder():
            return f"Pass on the next {step.window} {step.what} frames in reverse{_of(step)}"
        case model.Inject():
            whose = (
                f"the {step.identifier} subscription's "
                if step.what in {"confirm", "reject", "message"}
                else "a "
            )
            when = f" before the next {step.before}" if step.before else ""
            return f"Send the client {whose}{step.what} frame, which the target never sent{when}{_of(step)}"
        case _:
            return None


def _answers(step: Step) -> str | None:
    match step:
        case model.Fail():
            spoilt = _SPOILT.get(str(step.as_), f"HTTP {step.as_}")
            return f"Answer catch-ups with {spoilt}{_limit(step.times)}{_of(step)}"
        case model.Delay():
            return f"Answer catch-ups {written(step.by)} late{_limit(step.times)}{_of(step)}"
        case model.Page():
            return (
                f"Let catch-ups bring {_count(step.limit, 'message')} at most{_limit(step.times)}{_of(step)}"
            )
        case _:
            return None


def _awaited(step: model.Await) -> str:
    if step.shown is not None:
        return f"{step.on or 'every client'} shows {step.shown}"
    if step.fired is not None:
        return f"'{step.fired}' has fired{'' if step.count == 1 else f' {step.count} times'}"
    times = step.total or step.count
    often = "" if times == 1 else f" {times} times"
    since = " since the run began" if step.total else ""
    if step.event == "published":
        return f"a message was published{often}{since}"
    if step.event == "deployed":
        return "every command has ended"
    if step.event == "server-started":
        return f"the server is back{often}{since}"
    return f"{step.on or 'every client'} {_EVENTS[str(step.event)]}{often}{since}"


def _selected(step: model.Selective) -> str:
    what = "answer to a catch-up" if step.what == "catch-up" else f"{step.what} frame"
    whose = {"any": "", "own": "own ", "other": "foreign "}[step.identifier]
    label = f" with {step.label}" if step.label else ""
    first = "every" if step.nth == 1 else f"from the {step.nth}. on every"
    if step.count is None:
        return f"{first} {whose}{what}{label}"
    begin = "the next" if step.nth == 1 else f"from the {step.nth}. on"
    return f"{begin} {step.count} {whose}{what}{'' if step.count == 1 else 's'}{label}"


def _within(step: model.Await | model.Settle) -> str:
    return "" if step.within == type(step)().within else f", at most {written(step.within)}"


def _dated(created_at: str | None) -> str:
    return "as the one before" if created_at == "same" else f"{created_at} from the one before"


def _count(count: int, noun: str) -> str:
    return f"one {noun}" if count == 1 else f"{count} {noun}s"


def _limit(times: int | None) -> str:
    return "" if times is None else f", {'once' if times == 1 else f'{times} times'}"


def _as(how: str) -> str:
    return ": reset the connection" if how == "reset" else ""


def _at(on: str | None) -> str:
    return f" at {on}" if on else ""


def _of(step: model.Faulty) -> str:
    return f"{_at(step.on)}{f' ({step.id!r})' if step.id else ''}"
