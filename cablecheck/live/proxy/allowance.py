"""How much a target may say in one run: a server that never stops talking must cost bounded memory, disk and time."""

from __future__ import annotations

import math
from collections import Counter

from cablecheck.director.patience import most_messages
from cablecheck.errors import FloodError
from cablecheck.scenario.model import Publish, Scenario

# Far more than any chat says: a ping every three seconds makes 1,200 an hour.
_FRAMES = 10_000
# Four of the longest answers that a client takes (16 MB): it may ask again, and then once more.
_BYTES = 64 << 20
# How often a message may come to one client, by frames and by answers that tell it again.
_TIMES = 50
_BYTES_A_MESSAGE = 2 << 10


class Allowance:
    """What is left of it for each client. It counts frames and pieces of answers as they come in, before any fault touches them."""

    def __init__(self, frames: float = math.inf, size_bytes: float = math.inf) -> None:
        self._frames = frames
        self._size_bytes = size_bytes
        self._counted: Counter[str] = Counter()
        self._heard_bytes: Counter[str] = Counter()

    def spend(self, client: str, frames: int, size_bytes: int) -> None:
        """The target said so much to this client. Raises FloodError once that is too much."""
        self._counted[client] += frames
        self._heard_bytes[client] += size_bytes
        if self._counted[client] > self._frames:
            raise FloodError(
                f"the target sent more than {self._frames:,.0f} frames to {client} in this run; see why it floods"
            )
        if self._heard_bytes[client] > self._size_bytes:
            size = f"{self._size_bytes / (1 << 20):,.0f} MB"
            raise FloodError(f"the target sent more than {size} to {client} in this run; see why it floods")


def allowance_for(scenario: Scenario) -> Allowance:
    """What this story may need, and far more."""
    filled = sum(
        placed.step.count * (placed.step.length or 0)
        for placed in scenario.steps
        if isinstance(placed.step, Publish)
    )
    messages = most_messages(scenario)
    # A filled body is ASCII, and comes once in a frame and escaped at most twofold in an answer.
    size_bytes = _BYTES + _TIMES * (_BYTES_A_MESSAGE * messages + 2 * filled * scenario.conversations)
    return Allowance(_FRAMES + _TIMES * messages, size_bytes)
