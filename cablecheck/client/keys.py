"""The visitor's keys: the agent is told of them, but not of each."""

from __future__ import annotations

from cablecheck.client.profiles import Profile, Rule

TYPING_SECONDS = 3.0  # hellotext.js, src/controllers/webchat_controller.js
TYPING = "started_typing"  # the action that tells of it


class Keys:
    """Whether a key is told of: not when that was done and the keys have not rested for 3 s since."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._typed_at: float | None = None

    def tells(self, now: float) -> bool:
        """The visitor touched a key: whether to tell."""
        rested = self._typed_at is None or now - self._typed_at >= TYPING_SECONDS
        self._typed_at = now
        return rested or Rule.THROTTLE_TYPING not in self._profile
