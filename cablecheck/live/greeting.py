"""Whether a target's cable speaks Action Cable at all, asked before anything is played: else every story waits in vain for minutes."""

from __future__ import annotations

from functools import partial

import trio

from cablecheck.cable import commands
from cablecheck.cable.frames import Confirm, Disconnect, Reject, Welcome, read_frame
from cablecheck.cable.identifiers import same
from cablecheck.errors import UnreachableError
from cablecheck.live.dialling import straight_to
from cablecheck.live.rest import PATIENCE_SECONDS
from cablecheck.live.targets import Place
from cablecheck.live.websocket import Heard, Over, Text, Upgraded, WebSocket, upgrade_for


class _Ear:
    """Listens for the welcome, asks for the subscription, and remembers what there was instead of a confirmation."""

    def __init__(self, patience: trio.CancelScope, identifier: str | None) -> None:
        self._patience = patience
        self._identifier = identifier
        self.socket = WebSocket(self._hear)
        self.lacking: str | None = "gives no welcome"
        self.instead = "no answer to the upgrade"

    def _hear(self, heard: Heard) -> None:
        match heard:
            case Upgraded():
                self.instead = "no welcome"
            case Text(text=text):
                self._read(text)
            case Over(reason=reason) if self.lacking:
                waited = {"no welcome": " before any welcome", "no answer": " before any answer"}
                self.instead = f"{reason}{waited.get(self.instead, '')}"
            case _:
                pass

    def _read(self, text: str) -> None:
        match read_frame(text):
            case Welcome() if self._identifier is None:
                self.lacking = None
                self._patience.cancel()
            case Welcome():
                self.lacking, self.instead = "confirms no subscription", "no answer"
                assert self._identifier is not None, "it ended with the welcome"
                self.socket.send(commands.subscribe(self._identifier, bare=True))
            case Confirm(identifier=str(identifier)) if same(identifier, self._identifier or ""):
                self.lacking = None
                self._patience.cancel()
            case Reject(identifier=str(identifier)) if same(identifier, self._identifier or ""):
                self.instead = "it was rejected"
                self._patience.cancel()
            case Disconnect(reason=reason):
                self.instead = f"a disconnect frame ({reason}) instead" + (
                    " of a welcome" if self.lacking == "gives no welcome" else ""
                )
            case _:
                pass


async def await_welcome(place: Place) -> None:
    """Open one WebSocket, straight, and leave with the welcome. Raises UnreachableError, which says what came instead.

    It does not subscribe: whoever subscribes to a stream just before a run prepares it (Rails' PostgreSQL adapter then listens already
    when the run's second client is confirmed too early), and so hides the very loss that the run would have shown.
    """
    await _greeted(place, None)


async def await_confirmation(place: Place) -> None:
    """The same with a subscription, to its confirmation. Not for a conversation in which a run is about to be played."""
    await _greeted(place, place.wire.identifier)


async def _greeted(place: Place, identifier: str | None) -> None:
    with trio.move_on_after(PATIENCE_SECONDS) as patience:
        ear = _Ear(patience, identifier)
        dial = partial(straight_to(place), "cable", 0, False)
        await ear.socket.run(dial, upgrade_for(place.wire))
    if ear.lacking is not None:
        timed_out = patience.cancelled_caught and ear.instead != "it was rejected"
        late = f" within {PATIENCE_SECONDS:.0f} s" if timed_out else ""
        where = place.wire.cable_url.partition("?")[0]
        remedy = "see that this is the cable's address"
        if ear.lacking == "confirms no subscription":
            remedy = "see subscription.identifier, and what `cablecheck doctor` says"
        raise UnreachableError(f"{where}: the target's cable {ear.lacking}: {ear.instead}{late}; {remedy}")
