"""Faults of the server: it is stopped and started again, or deployed anew by a command of the user's own."""

from __future__ import annotations

from dataclasses import dataclass

from cablecheck.nemesis.came import fired_at
from cablecheck.nemesis.fault import Fault
from cablecheck.nemesis.scene import Scene
from cablecheck.nemesis.signals import NemesisOrder, Restart
from cablecheck.scenario import model


@dataclass(slots=True, kw_only=True)
class Restarting(Fault):
    """Stops the bundled server; it touches every client that is connected then. The world says when it is back."""

    step: model.Restart

    @property
    def stands(self) -> bool:
        """A restart is over with the order."""
        return False

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Stop it."""
        touched = [
            fired_at(self.id, self.verb, connection.link, now, self.step.signal)
            for connection in scene.cables(None)
        ]
        return [*touched, Restart(self.step.signal, float(self.step.down))]


@dataclass(slots=True, kw_only=True)
class Deploying(Fault):
    """What a deploy may end: every connection of the cable that is open when it begins. The world runs the command."""

    step: model.Deploy

    @property
    def stands(self) -> bool:
        """What it ends, it ends without us."""
        return False

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Note whom it may touch."""
        return [fired_at(self.id, self.verb, connection.link, now) for connection in scene.cables(None)]
