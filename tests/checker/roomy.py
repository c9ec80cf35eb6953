"""Hand-written histories of several conversations: c1 is in the first room, c2 in the second. Ids are each room's own: m1@2 has m1's id."""

from __future__ import annotations

from msgspec.structs import replace

from cablecheck.history import Event, RunBegan
from cablecheck.truth import Truth
from tests.checker.tale import Tale, truth_of


def rooms(*told: tuple[str, str], truths: tuple[str, str]) -> tuple[list[Event], Truth]:
    """A whole run from scripts, each with the client that shows what it says is shown, and what each room's list holds: the probes last,
    unless it says where."""
    probes = (" p1 p2", " p1@2 p2@2")
    lists = [
        truth_of(words if "p1" in words else words + more) for words, more in zip(truths, probes, strict=True)
    ]
    second = tuple(replace(message, room=2) for message in lists[1].messages)
    truth = Truth(lists[0].messages + second)
    tale = Tale(("c1", "c2"))
    began = tale.events[0]
    assert isinstance(began, RunBegan)
    tale.events[0] = replace(began, rooms=(1, 2))
    for script, client in told:
        tale.say(script, client)
    tale.say("|")
    for probe in ("p1", "p2"):
        tale.publish(probe).publish(f"{probe}@2").say(f"+{probe}", "c1").say(f"+{probe}@2", "c2")
    return tale.ask().close(truth).events, truth


# claim: (what happened, what each room's list holds, what must be found, the outcome)
ROOMS: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, str], str, str]] = {
    "each shows its own": (
        (("m1 m1@2 +m1", "c1"), ("+m1@2", "c2")),
        ("m1", "m1@2"),
        "",
        "verified",
    ),
    "one lacks what the other has": (
        (("m1 m1@2 +m1", "c1"),),
        ("m1", "m1@2"),
        "lost m1@2",
        "violated",
    ),
    "one shows the other's": (
        (("m1 m1@2 m2@2 +m1 +m2@2", "c1"), ("+m1@2 +m2@2", "c2")),
        ("m1", "m1@2 m2@2"),
        "phantom m2@2",
        "violated",
    ),
    "the other's was gone again in the end": (
        (("m1 m1@2 m2@2 +m1 +m2@2 -m2@2", "c1"), ("+m1@2 +m2@2", "c2")),
        ("m1", "m1@2 m2@2"),
        "phantom m2@2",
        "violated",
    ),
    "the order of one is nothing to the other": (
        (("m1 m2@2 m1@2 m2 +m1 +m2", "c1"), ("+m2@2 +m1@2", "c2")),
        ("m1 m2", "m2@2 m1@2"),
        "",
        "verified",
    ),
    "out of order in the second": (
        (("m1 m1@2 m2@2 +m1", "c1"), ("+m2@2 +m1@2", "c2")),
        ("m1", "m1@2 m2@2"),
        "misordered m2@2",
        "violated",
    ),
    "stored in the other's list": (
        (("m1 m1@2 m2@2 +m1", "c1"), ("+m1@2", "c2")),
        ("m1 m2@2", "m1@2"),
        "unstored m2@2",
        "violated",
    ),
    "an acknowledgement of the other's makes nothing known": (
        (("m1 m1@2 m2? m2@2 +m1", "c1"), ("+m1@2 init:m2@2", "c2")),
        ("m1 p1 p2 m2", "m1@2 m2@2"),
        "",
        "inconclusive",
    ),
    "a frame of the same id in the other makes nothing known": (
        (("m1 m1@2 m2? +m1", "c1"), ("+m1@2 m2@2 +m2@2", "c2")),
        ("m1 p1 p2 m2", "m1@2 m2@2 p1@2 p2@2"),
        "",
        "inconclusive",
    ),
    "the target's other list holds what nobody posted": (
        (("m1 m1@2 +m1", "c1"), ("+m1@2", "c2")),
        ("m1", "m1@2 x9"),
        "",
        "inconclusive",
    ),
    "what nobody posted is shown by whoever is there": (
        (("m1 m1@2 +m1", "c1"), ("+m1@2 +x9", "c2")),
        ("m1", "m1@2 x9"),
        "",
        "verified",
    ),
}
