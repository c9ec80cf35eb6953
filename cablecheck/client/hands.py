"""What stands on either side of a page: the client that decides, and the hands of a world that does what it decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cablecheck.client import signals
from cablecheck.client.http_cache import Kept
from cablecheck.client.timeline import Node


class Machine(Protocol):
    """A client of any profile, as a pure state machine. Times are seconds, from any beginning, and never go back."""

    @property
    def timeline(self) -> Sequence[Node]:
        """The bubbles that are shown now, in order."""
        ...

    def start(self, now: float) -> list[signals.ClientAction]:
        """Load the page."""
        ...

    def handle(self, event: signals.ClientEvent, now: float) -> list[signals.ClientAction]:
        """What the client does about an event."""
        ...


class Hands(Protocol):
    """What a world does for a page; each of these returns at once."""

    def connect(self, socket: int, protocols: tuple[str, ...]) -> None:
        """Open a WebSocket to the cable, offering these subprotocols."""
        ...

    def send(self, socket: int, text: str) -> None:
        """Send a text frame."""
        ...

    def hang_up(self, socket: int) -> None:
        """Send a Close frame on an open socket; tell no text frame of it any more."""
        ...

    def close(self, socket: int) -> None:
        """End a socket without waiting for anybody; nothing more is heard of it."""
        ...

    def set_timer(self, name: str, milliseconds: int) -> None:
        """Ring after so long; a timer of the same name is replaced."""
        ...

    def cancel_timer(self, name: str) -> None:
        """Forget a timer."""
        ...

    def fetch(self, action: signals.Fetch) -> None:
        """Ask over HTTP."""
        ...

    def recall(self, fetch: int, kept: Kept) -> None:
        """Tell the page in a moment that this fetch was answered by what the browser kept."""
        ...

    def abort(self, fetch: int) -> None:
        """Give a fetch up; nothing more is heard of it."""
        ...
