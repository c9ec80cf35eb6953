"""Faults of single frames and commands: kept, thrown away, repeated, torn, reversed, made up. A hold keeps answers too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from cablecheck.cable import frames
from cablecheck.nemesis.came import Came, fired, read
from cablecheck.nemesis.fault import Again, Fate, Fault, Keep, Lose, Precede, Reverse, Tally, Tear
from cablecheck.nemesis.scene import Connection, Scene
from cablecheck.nemesis.signals import FrameCame, Inject, Link, NemesisOrder
from cablecheck.scenario import model

_COMMANDS = {"subscribe": "subscribe", "unsubscribe": "unsubscribe", "perform": "message"}
_ANY_MARK = re.compile(r"\[cc:[0-9a-z]+:([0-9a-z]+)(?:@[0-9]+)?\]")


def matches(step: model.Selective | model.Reorder, came: Came, connection: Connection) -> bool:
    """Whether a fault's `what`, `identifier` and `label` mean this one."""
    if step.what == "catch-up":
        return came.answer and _labelled(step, came)
    if step.what in _COMMANDS:
        right = came.direction == "up" and came.kind == _COMMANDS[step.what]
    else:
        right = came.direction == "down" and came.kind == step.what
    return right and _whose(step, came, connection) and _labelled(step, came)


def _whose(step: model.Selective | model.Reorder, came: Came, connection: Connection) -> bool:
    if isinstance(step, model.Reorder) or step.identifier == "any":
        return True
    return came.identifier is not None and (step.identifier == "own") == connection.owns(came.identifier)


def _labelled(step: model.Selective | model.Reorder, came: Came) -> bool:
    if isinstance(step, model.Reorder) or step.label is None:
        return True
    return step.label in _ANY_MARK.findall(came.text or "")


@dataclass(slots=True, kw_only=True)
class Selecting(Fault):
    """A fault that gives each frame that it selects the same fate."""

    step: model.Hold | model.Drop | model.Repeat | model.Truncate
    tally: Tally

    def opinion(self, came: Came, scene: Scene, now: float) -> Fate | None:
        """The fate, if this frame is one of those that are meant."""
        if not matches(self.step, came, scene.at(came.link)) or not self.tally.takes(came.link.client):
            return None
        match self.step:
            case model.Hold():
                return Keep()
            case model.Drop():
                return Lose()
            case model.Repeat(times=times):
                return Again(times)
            case model.Truncate():
                return Tear()
            case _:
                assert_never(self.step)

    def spent(self, scene: Scene) -> bool:
        """All that were to be selected have been."""
        return self.tally.used_up(self.clients(scene))


@dataclass(slots=True, kw_only=True)
class Reordering(Fault):
    """Gathers frames of one connection and passes them on in reverse, once for each client."""

    step: model.Reorder
    gathered: dict[Link, int] = field(default_factory=dict)
    done: Tally = field(default_factory=lambda: Tally(count=1))

    def opinion(self, came: Came, scene: Scene, now: float) -> Fate | None:
        """Keep it, or let it go before all that was kept."""
        link = came.link
        if self.done.seen.get(link.client) or not matches(self.step, came, scene.at(link)):
            return None
        self.gathered[link] = self.gathered.get(link, 0) + 1
        if self.gathered[link] < self.step.window:
            return Keep()
        self.done.takes(link.client)
        return Reverse()

    def spent(self, scene: Scene) -> bool:
        """Every client has had its window."""
        return self.done.used_up(self.clients(scene))


@dataclass(slots=True, kw_only=True)
class Injecting(Fault):
    """Sends each client one frame that the target never sent: at once, or before its next frame of a kind.

    An own identifier that is not known yet is waited for: the frame goes out right after the first subscribe came.
    """

    step: model.Inject
    owed: set[Link] = field(default_factory=set)
    tally: Tally = field(default_factory=lambda: Tally(count=1))

    @property
    def stands(self) -> bool:
        """Unless it was sent to all at once."""
        return self.step.before is not None or bool(self.owed)

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Send it where it need not wait."""
        if self.step.before is not None:
            return []
        orders: list[NemesisOrder] = []
        for connection in scene.cables(self.client):
            text = self._text(connection, now)
            if text is None:
                self.owed.add(connection.link)
            else:
                self.tally.takes(connection.link.client)
                made = self.made(connection.link, text)
                orders += [fired(self.id, self.verb, made, now, "at once"), Inject(connection.link, text)]
        return orders

    def opinion(self, came: Came, scene: Scene, now: float) -> Fate | None:
        """Send it now, if this is what it waited for."""
        connection = scene.at(came.link)
        if self.step.before is None:
            due = came.link in self.owed
        else:
            due = came.direction == "down" and came.kind == self.step.before
        if not due or (text := self._text(connection, now)) is None or not self.tally.takes(came.link.client):
            return None
        self.owed.discard(came.link)
        return Precede(self.made(came.link, text))

    def made(self, link: Link, text: str) -> Came:
        """What the client will get, as if it had come from the target."""
        return read(FrameCame(link, 0, frames.read_frame(text), text))

    def spent(self, scene: Scene) -> bool:
        """Every client was sent its frame, or will never be."""
        if self.step.before is None:
            return not self.owed & scene.connections.keys()
        return self.tally.used_up(self.clients(scene))

    def _text(self, connection: Connection, now: float) -> str | None:
        """The frame, or None when it needs an identifier that is not known yet."""
        step = self.step
        identifier = connection.latest() if step.identifier == "own" else connection.other()
        match step.what:
            case "welcome":
                return frames.welcome()
            case "ping":
                return frames.ping(int(now))
            case "disconnect":
                return frames.disconnect(step.reason, step.reconnect)
            case "confirm":
                return identifier and frames.confirm(identifier)
            case "reject":
                return identifier and frames.reject(identifier)
            case "message":
                return identifier and frames.message(identifier, self._payload(connection))
            case _:
                assert_never(step.what)

    def _payload(self, connection: Connection) -> dict[str, object]:
        """A message that was never stored; it is as old as the last that the target sent here."""
        body = self.step.body if self.step.body is not None else "injected by cablecheck"
        payload: dict[str, object] = {"type": "message", "id": f"injected-{self.id}", "body": body}
        if connection.created_at is not None:
            payload["created_at"] = connection.created_at
        return payload
