"""What each profile is expected to do with a story: nothing wrong, or exactly what is known."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from cablecheck.scenario.values import Label, Sight


class Known(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a profile is known to do wrong with this story, by label. Only exactly this is known.

    A phantom that no message of the story is goes by its id.
    """

    lost: tuple[Label, ...] = ()
    duplicated: tuple[Label, ...] = ()
    misordered: tuple[Label, ...] = ()
    phantom: tuple[Sight, ...] = ()
    altered: tuple[Label, ...] = ()
    late: tuple[Label, ...] = ()


Expected: TypeAlias = Literal["verified"] | Known
