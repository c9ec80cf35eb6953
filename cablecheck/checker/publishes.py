"""The ledger of publishing: what was asked of the target, and what is certain about it (Jepsen's ok, fail, info)."""

from __future__ import annotations

from typing import Literal, assert_never

from msgspec import Struct

from cablecheck.history import PublishAcknowledged, PublishInvoked, PublishRefused, PublishUnknown


class Publish(Struct, eq=False):
    """One message on its way. `invoked` and `ended` are positions in the history; without an end nothing is certain.

    `place` is where the truth has it, once the checker knows; `room` the conversation that it was meant for.
    """

    label: str
    nonce: str
    probe: bool
    invoked: int
    ended: int | None = None
    outcome: Literal["ok", "fail", "info"] = "info"
    id: str | None = None
    reason: str = ""
    place: int | None = None
    room: int = 1


class Ledger:
    """Every publish by its label, in the order of the story. `contradiction`: an answer to what was never asked."""

    def __init__(self) -> None:
        self.publishes: dict[str, Publish] = {}
        self.contradiction: str | None = None
        self._by_key: dict[str, Publish] | None = None

    def invoke(self, position: int, event: PublishInvoked) -> None:
        """A message goes out."""
        if event.label in self.publishes:
            self._contradict(event.at, f"{event.label} is published for the second time")
        else:
            self.publishes[event.label] = Publish(
                event.label, event.nonce, event.probe, position, room=event.room
            )

    def end(self, position: int, event: PublishAcknowledged | PublishRefused | PublishUnknown) -> None:
        """Its outcome. A certain one may still follow "nobody can say", never the other way."""
        publish = self.publishes.get(event.label)
        if publish is None:
            return self._contradict(
                event.at, f"the outcome of {event.label} is known, which nobody published"
            )
        if publish.outcome != "info":
            return None
        publish.ended = position
        match event:
            case PublishAcknowledged(id=id_):
                publish.outcome, publish.id = "ok", id_
            case PublishRefused(reason=reason):
                publish.outcome, publish.reason = "fail", reason
            case PublishUnknown(reason=reason):
                publish.reason = reason
            case _:
                assert_never(event)
        return None

    def by_key(self, key: str) -> Publish | None:
        """The publish with this nonce, or whose acknowledgement had this id, once all are known."""
        if self._by_key is None:  # few runs ask
            self._by_key = {each.id: each for each in self.publishes.values() if each.id is not None}
            self._by_key |= {each.nonce: each for each in self.publishes.values()}
        return self._by_key.get(key)

    def _contradict(self, at: float, fact: str) -> None:
        if self.contradiction is None:
            self.contradiction = f"at {at:.3f} s {fact}"
