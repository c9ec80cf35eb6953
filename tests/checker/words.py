"""Hand-written histories for every word of a verdict (tale.py tells how to read them), each with what must be found."""

from __future__ import annotations

from cablecheck.checker.verdict import Verdict

VERIFIED = ""

# claim: (what happened, what the target stored, what must be found)
STORIES: dict[str, tuple[str, str, str]] = {
    "all of it came, in order": ("m1 +m1 m2 +m2", "m1 m2", VERIFIED),
    "a catch-up brought what the socket missed": ("m1 +m1 m2 m3 *m2 *m3", "m1 m2 m3", VERIFIED),
    "the first page counts as shown": ("init:x1 m1 +m1", "x1 m1", VERIFIED),
    # lost
    "it missed the middle": ("m1 +m1 m2 m3 +m3", "m1 m2 m3", "lost m2"),
    "it missed the tail": ("m1 +m1 m2", "m1 m2", "lost m2"),
    "it missed everything": ("m1 m2", "m1 m2", "lost m1 m2"),
    "it disappeared and stayed away": ("m1 +m1 m2 +m2 -m1", "m1 m2", "lost m1"),
    "a frame brought it and it was never shown": ("m1 +m1 m2 >m2", "m1 m2", "lost m2"),
    "nobody knew whether it was stored, and it was": ("m1 +m1 m2? m3 +m3", "m1 m2 m3", "lost m2"),
    "an own bubble marked as failed is not shown": ("m1 +m1 own:m2 m2? failed:m2", "m1 m2", "lost m2"),
    # duplicated
    "it came twice": ("m1 +m1 +m1", "m1", "duplicated m1"),
    "the catch-up repeated what the socket brought": ("m1 +m1 m2 +m2 *m2", "m1 m2", "duplicated m2"),
    "it stood there twice for a moment": ("m1 +m1 +m1 -m1", "m1", "duplicated m1"),
    "the visitor's own message came back as an agent's": ("m1 +m1 own:m2 m2 +m2 id:m2", "m1 m2", "duplicated m2"),
    "an own bubble that never learnt its id is one copy": ("own:m1 m1 +m1", "m1", "duplicated m1"),
    "a failed bubble and a stored copy are one": ("own:m1 m1? failed:m1 +m1", "m1", VERIFIED),
    "an own bubble without an id is the message": ("own:m1 m1", "m1", VERIFIED),
    # misordered
    "a newer one came first": ("m1 m2 m3 +m1 +m3 +m2", "m1 m2 m3", "misordered m3"),
    "a live one stood before a gap that was filled": (
        "m1 +m1 m2 +m2 m3 m4 m5 +m5 *m3 *m4",
        "m1 m2 m3 m4 m5",
        "misordered m5",
    ),
    "two stood before two": ("m1 m2 m3 m4 +m3 +m4 +m1 +m2", "m1 m2 m3 m4", "misordered m3 m4"),
    "all of it backwards": ("m1 m2 m3 +m3 +m2 +m1", "m1 m2 m3", "misordered m2 m3"),
    "put where it belongs though it came late": ("m1 m2 m3 +m1 +m3 +m2/m3", "m1 m2 m3", VERIFIED),
    "a tie may stand either way": ("m1 m2 m3 +m1 +m3 +m2", "m1 m2=m3", VERIFIED),
    "no tie with what stands behind": ("m1 m2 m3 +m3 +m2 +m1", "m1=m2 m3", "misordered m3"),
    "out of order with the first page": ("init:x1 m1 +m1/x1", "x1 m1", "misordered m1"),
    # phantom
    "a message of another conversation": ("m1 +m1 +x9", "m1", "phantom x9"),
    "a stranger that went away again was seen": ("m1 +m1 +x9 -x9", "m1", "phantom x9"),
    "an own bubble that was never stored and never marked": ("m1 +m1 own:m2 m2?", "m1", "phantom m2"),
    "an own bubble that went away again": ("m1 +m1 own:m2 m2? -m2", "m1", VERIFIED),
    "a publish that nobody knows of and nobody shows is nothing": ("m1 +m1 m2?", "m1", VERIFIED),
    # aborted
    "it was refused and is shown": ("m1 +m1 m2! +m2", "m1", "aborted m2"),
    "it was refused and the bubble says nothing": ("m1 +m1 own:m2 m2!", "m1", "aborted m2"),
    "it was refused and the bubble says so": ("m1 +m1 own:m2 m2! failed:m2", "m1", VERIFIED),
    "it was refused and stored": ("m1 +m1 m2! +m2", "m1 m2", "aborted m2"),
    # unstored
    "it was acknowledged and is nowhere": ("m1 +m1 m2", "m1", "unstored m2"),
    "it was acknowledged, shown, and is not stored": ("m1 +m1 m2 +m2", "m1", "unstored m2"),
    # altered
    "another body under the same id": ("m1 +m1 m2 +m2", "m1 m2:other", "altered m2"),
    # late
    "it came with the closing reconnect": ("m1 +m1 m2 | *m2", "m1 m2", "late m2"),
    "a catch-up after the end repeats what was there": ("m1 +m1 | *m1", "m1", "duplicated m1"),
    # flickered
    "it was there, gone, there again": ("m1 +m1 -m1 *m1", "m1", "flickered m1"),
    "it was moved while the story went on": ("m1 m2 +m1 +m2 -m1 +m1/m2", "m1 m2", "flickered m1"),
    "one of two copies goes and comes": ("m1 +m1 +m1 -m1 +m1", "m1", "duplicated m1"),
    "a copy comes back after both were gone": ("m1 +m1 +m1 -m1 -m1 +m1", "m1", "duplicated m1, flickered m1"),
    "a failed bubble is replaced, not back": ("own:m1 m1? failed:m1 -m1 +m1", "m1", VERIFIED),
    "a stranger is shown twice": ("m1 +m1 +x9 +x9", "m1", "duplicated x9, phantom x9"),
    # several
    "much goes wrong at once": ("m1 m2 m3 m4 +m2 +m1 +m1 | *m4", "m1 m2 m3 m4", "lost m3, duplicated m1, misordered m2, late m4"),
}  # fmt: skip


def found_in(verdict: Verdict) -> str:
    """What a verdict found, as the table writes it."""
    words = [
        (word, verdict.labels(word)) for word in dict.fromkeys(finding.word for finding in verdict.findings)
    ]
    return ", ".join(f"{word} {' '.join(labels)}" for word, labels in words if labels)
