"""Faults of the server: it is stopped and started again, or deployed anew by a command of the user's own.

They touch every client: on the connection that it has, or as one that is away and may be kept out.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablecheck.history import Fired
from cablecheck.nemesis.came import fired_at
from cablecheck.nemesis.fault import Fault
from cablecheck.nemesis.scene import Scene
from cablecheck.nemesis.signals import Journal, NemesisOrder, Restart
from cablecheck.scenario import model


@dataclass(slots=True, kw_only=True)
class Restarting(Fault):
    """Stops the bundled server. The world says when it is back."""

    step: model.Restart

    @property
    def stands(self) -> bool:
        """A restart is over with the order."""
        return False

    def strike(self, scene: Scene, now: float) -> list[NemesisOrder]:
        """Stop it."""
        touched = _all_touched(self, scene, now, self.step.signal)
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
        return _all_touched(self, scene, now)


def _all_touched(fault: Fault, scene: Scene, now: float, detail: str = "") -> list[NemesisOrder]:
    cables = scene.cables(None)
    away = [client for client in scene.clients if all(cable.link.client != client for cable in cables)]
    return [
        *(fired_at(fault.id, fault.verb, cable.link, now, detail) for cable in cables),
        *(Journal(Fired(now, fault.id, fault.verb, client, detail=detail)) for client in away),
    ]
