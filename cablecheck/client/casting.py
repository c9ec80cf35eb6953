"""Which machine plays a profile."""

from __future__ import annotations

import random

from cablecheck.client.client import Client
from cablecheck.client.hardened.client import HardenedClient
from cablecheck.client.hellotext import HellotextLine
from cablecheck.client.host import Machine
from cablecheck.client.line import LineOf
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.rails.line import RailsLine

_LINES: dict[str, LineOf] = {"hellotext": HellotextLine, "rails": RailsLine}


def client_of(page: Page, profile: Profile, rng: random.Random, jitter: float = 1.0) -> Machine:
    """The client that follows this profile on this page. `jitter` scales the random part of its waits; 0 leaves it out."""
    if profile.library == "hardened":
        return HardenedClient(page, profile, rng, jitter)
    return Client(page, profile, rng, jitter, _LINES[profile.library])
