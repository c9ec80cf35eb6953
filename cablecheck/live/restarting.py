"""A restart of a target by the user's own command: it is down when the command begins, and up again when that has ended well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import trio

from cablecheck.errors import UnreachableError
from cablecheck.history import DeployBegan, DeployEnded, Event, ServerStarted, ServerStopped
from cablecheck.live.deployment import Deployment
from cablecheck.live.stage import Stage
from cablecheck.scenario.model import Deploy
from cablecheck.target.model import Command


class Restarting:
    """Runs the command of `[restart]`. What it writes is kept in `folder`, through `mask`; `told` is put into its environment."""

    def __init__(
        self, folder: Path, told: dict[str, str], mask: Callable[[str], str] | None, stage: Stage
    ) -> None:
        self._folder = folder
        self._told = told
        self._mask = mask
        self._stage = stage
        self._failed: DeployEnded | None = None

    async def run(self, command: Command, signal: Literal["TERM", "KILL"], nursery: trio.Nursery) -> None:
        """Restart the target. Raises UnreachableError for a command that fails, or is too slow: then nobody knows what is there."""
        step = Deploy(command=command.command, within=command.within)
        log = self._folder / f"restart-{len(list(self._folder.glob('restart-*.log'))) + 1}.log"

        def record(event: Event) -> None:
            match event:
                case DeployBegan():
                    self._stage.record(ServerStopped(event.at, signal))
                case DeployEnded(how="exited", code=0):
                    self._stage.record(ServerStarted(event.at))
                case DeployEnded():
                    self._failed = event
                case _:
                    raise AssertionError(f"{event} is nothing that a command does")

        now, mask = self._stage.now, self._mask
        await Deployment(step, "restart", log, self._told, record=record, now=now, mask=mask).run(nursery)
        if self._failed is not None and self._failed.how != "interrupted":
            how = f"exit code {self._failed.code}" if self._failed.how == "exited" else self._failed.how
            raise UnreachableError(f"restart.command: it did not restart the target ({how}); see {log.name}")
