"""Leave to act: a target that is not on this machine is played against only when somebody said so, once a command.

Somebody said so with `--yes`, with `allow = true` in the target file, or by answering one question at a terminal. What will be done there
is told first, whoever said so.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from cablecheck.cli.screen import remark
from cablecheck.director.patience import most_messages
from cablecheck.errors import BadInputError
from cablecheck.live.loopback import is_loopback
from cablecheck.report.visible import counted, listed, visible
from cablecheck.scenario.model import Deploy, Publish, Restart, Scenario, Switch
from cablecheck.scenario.telling import typed
from cablecheck.scenario.units import per_second
from cablecheck.target.model import Target
from cablecheck.target.reading import Described
from cablecheck.target.sites import sites_of
from cablecheck.target.webchat import LEARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """What a command is about to do to a target, at most.

    `begun`: how often it begins there, as the file's [[conversation]] says; `switches`: how often it moves to a new conversation from
    there. `breaks`: whether it breaks connections of its own on purpose.
    """

    messages: int
    begun: int = 1
    switches: int = 0
    commands: tuple[str, ...] = ()
    breaks: bool = True


def doings_of(scenarios: Sequence[Scenario], target: Target) -> Doings:
    """What playing these comes to, with the closing protocol, and with the hello that tells a conversation where nothing else does."""
    hellos = target.conversation.count(LEARN)
    return Doings(
        messages=sum(most_messages(each) + hellos * each.conversations for each in scenarios),
        begun=sum(each.conversations for each in scenarios),
        switches=sum(_switches_of(each) * each.conversations for each in scenarios),
        commands=tuple(dict.fromkeys(_commands_of(scenarios, target))),
    )


def ask_leave(
    described: Described, doings: Doings, *, yes: bool, environment: Mapping[str, str] = os.environ
) -> None:
    """Go on only with leave. To be called once, before anything is asked of the target but after all else was found good.

    Raises BadInputError where nobody gave it, and click.Abort where the question is answered by Ctrl-C.
    """
    away = [site for host, site in sites_of(described.target).items() if not is_loopback(host)]
    if not away:
        return
    place = f"--target {described.name}"
    for line in _told(described, doings, away):
        remark(line)
    if yes or described.target.allow:
        return
    if not _somebody_is_there(environment):
        remedy = f"say --yes, or write `allow = true` for it in {described.source}"
        raise BadInputError(f"{place}: it is not on this machine, and nobody is here to be asked; {remedy}")
    if not click.confirm("Go on?", err=True):
        raise BadInputError(f"{place}: you said no; nothing was asked of it")


def tell_slowed(scenarios: Sequence[Scenario], described: Described) -> None:
    """Say, once, which stories ask for more than the target file allows: they are told, and take longer."""
    most = per_second(described.target.max_rate)
    slowed = [each.name for each in scenarios if any(rate > most for rate in _rates_of(each))]
    if slowed:
        asks = "asks" if len(slowed) == 1 else "ask"
        remark(
            f'slowed: {listed(slowed)} {asks} for more than max_rate = "{described.target.max_rate}" of {described.name}'
        )


def _rates_of(scenario: Scenario) -> Iterator[float]:
    for placed in scenario.steps:
        rate = placed.step.traffic if isinstance(placed.step, Deploy) else getattr(placed.step, "rate", None)
        if rate is not None and isinstance(placed.step, Publish | Deploy):
            yield per_second(rate) * scenario.conversations


def _somebody_is_there(environment: Mapping[str, str]) -> bool:
    """A person at a terminal. What runs in CI may have one too, with nobody before it."""
    return (
        not environment.get("CI")
        and all(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stderr))
    )  # fmt: skip


def _told(described: Described, doings: Doings, away: Sequence[str]) -> Iterator[str]:
    target = described.target
    yield f"{described.name} is not on this machine: {listed(away)}"
    yield f"- {_where(doings, target)}"
    most = f"at most {counted(doings.messages, 'message')}, at most {target.max_rate}, each marked as cablecheck's"
    yield f"- it publishes {most if doings.messages else 'nothing'}"
    broken = "its own connections on purpose, and nobody else's" if doings.breaks else "no connection"
    yield f"- it breaks {broken}"
    for command in doings.commands:
        yield f"- it runs a command of yours: {visible(command)}"


def _where(doings: Doings, target: Target) -> str:
    steps = target.conversation
    begins = doings.switches + (0 if steps in ((), (LEARN,)) else doings.begun)
    own = f"begins {counted(begins, 'conversation')} of its own"
    if steps not in ((), (LEARN,)):
        return f"it {own}, and speaks into no other"
    named = target.values.get("conversation")
    there = "the conversation that the target file leads to"
    return f"it speaks into {f'conversation {visible(named)}' if named else there}{f', and {own}' if begins else ''}"


def _switches_of(scenario: Scenario) -> int:
    return sum(isinstance(placed.step, Switch) for placed in scenario.steps)


def _commands_of(scenarios: Sequence[Scenario], target: Target) -> Iterator[str]:
    steps = [placed.step for scenario in scenarios for placed in scenario.steps]
    yield from (typed(step) for step in steps if isinstance(step, Deploy))
    if target.restart is not None and any(isinstance(step, Restart) for step in steps):
        yield target.restart.command
    if target.publish is not None and target.publish.command is not None:
        yield shlex.join(target.publish.command)
