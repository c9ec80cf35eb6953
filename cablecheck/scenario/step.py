"""What every step is."""

from __future__ import annotations

from msgspec import Struct

from cablecheck.scenario.values import ClientName, FaultId


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One verb and its arguments. `on` None: every client."""


class Faulty(Step, frozen=True, kw_only=True):
    """A step that arms a fault: `on` one client or all, `id` to heal, release or await it by."""

    on: ClientName | None = None
    id: FaultId | None = None
