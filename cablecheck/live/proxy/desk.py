"""What a proxied connection needs of the switchboard that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cablecheck.live.proxy.allowance import Allowance
from cablecheck.live.proxy.audit import Audit
from cablecheck.live.proxy.front import Front
from cablecheck.live.proxy.http import Head
from cablecheck.live.proxy.lane import Write
from cablecheck.live.route import Route
from cablecheck.nemesis.signals import Link, NemesisEvent

if TYPE_CHECKING:
    from cablecheck.live.proxy.relay import Relay


class Desk(Protocol):
    """What a relay needs of the switchboard."""

    allowance: Allowance
    audit: Audit
    front: Front
    write: Write

    def upstream_of(self, head: Head) -> Route:
        """Where a connection that began so is to be dialled."""

    def enter(self, relay: Relay, head: Head) -> tuple[Link, bool]:
        """Say which link this is, and whether it is a catch-up."""

    def tell(self, event: NemesisEvent) -> None:
        """Show the nemesis what happened and perform what it orders."""

    def leave(self, relay: Relay) -> None:
        """The connection is over."""
