"""What stands at the top of a scenario file."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from cablecheck.scenario.defects import Defect
from cablecheck.scenario.model import DEADLINE, Duration

Name: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,79}$",
        description="the file's name without .yaml, in lower case with dashes",
    ),
]
Story: TypeAlias = Annotated[
    str, Meta(pattern=r"\S", max_length=4000, description="the story in plain words")
]
Clients: TypeAlias = Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")]
Conversations: TypeAlias = Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")]
Reason: TypeAlias = Annotated[
    str, Meta(pattern=r"\S", max_length=4000, description="a reason in plain words")
]

# A profile that is not built yet is legal in `expect`: a story may say what the next profile must do.
KNOWN_PROFILES = ("hellotext", "rails", "rails-7.0", "rails-6.1", "hardened", "before-catch-up")
UNEXPECTABLE = ("before-catch-up",)
DONE_BY_HAND = ("steps", "expect")


class Head(Struct, frozen=True, kw_only=True):
    """The keys of a scenario besides its steps and expectations. `defects` are the faults of the chat itself with which it is told.

    `deadline`: how long the clients may take, once the story is told, before what they show counts as late. `world: live` keeps the
    story out of the simulator and says `why`. `conversations`: the story is told in so many at once, each with `clients` of its own.
    """

    name: Name
    story: Story
    clients: Clients = 1
    conversations: Conversations = 1
    defects: tuple[Defect, ...] = ()
    deadline: Duration = DEADLINE
    world: Literal["both", "live"] = "both"
    why: Reason | None = None
