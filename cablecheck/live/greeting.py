"""Whether a target's cable speaks Action Cable at all, asked before anything is played: else every story waits in vain for minutes."""

from __future__ import annotations

from functools import partial

import trio

from cablecheck.cable.frames import Disconnect, Welcome, read_frame
from cablecheck.errors import UnreachableError
from cablecheck.live.dialling import straight_to
from cablecheck.live.rest import PATIENCE_SECONDS
from cablecheck.live.targets import Place
from cablecheck.live.websocket import Heard, Over, Text, Upgraded, WebSocket, upgrade_for


class _Ear:
    """Listens for the welcome, and remembers what there was instead of it."""

    def __init__(self, patience: trio.CancelScope) -> None:
        self._patience = patience
        self.welcome = False
        self.instead = "no answer to the upgrade"

    def hear(self, heard: Heard) -> None:
        match heard:
            case Upgraded():
                self.instead = "no welcome"
            case Text(text=text):
                self._read(text)
            case Over(reason=reason) if not self.welcome:
                self.instead = f"{reason} before any welcome" if self.instead == "no welcome" else reason
            case _:
                pass

    def _read(self, text: str) -> None:
        match read_frame(text):
            case Welcome():
                self.welcome = True
                self._patience.cancel()
            case Disconnect(reason=reason):
                self.instead = f"a disconnect frame ({reason}) instead of a welcome"
            case _:
                pass


async def await_welcome(place: Place) -> None:
    """Open one WebSocket, straight, and leave with the welcome. Raises UnreachableError, which says what came instead."""
    with trio.move_on_after(PATIENCE_SECONDS) as patience:
        ear = _Ear(patience)
        dial = partial(straight_to(place), "cable", 0, False)
        await WebSocket(ear.hear).run(dial, upgrade_for(place.wire))
    if not ear.welcome:
        late = f" within {PATIENCE_SECONDS:.0f} s" if patience.cancelled_caught else ""
        where = place.wire.cable_url.partition("?")[0]
        raise UnreachableError(
            f"{where}: the target's cable gives no welcome: {ear.instead}{late}; see that this is the cable's address"
        )
