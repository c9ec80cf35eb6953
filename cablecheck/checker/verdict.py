"""What the checker says: the outcome, every finding behind it, and the evidence of every fault."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

Word: TypeAlias = Literal[
    "lost", "duplicated", "misordered", "phantom", "altered", "aborted", "unstored", "late", "flickered"
]
WORDS: tuple[Word, ...] = (
    "lost", "duplicated", "misordered", "phantom", "altered", "aborted", "unstored", "late", "flickered",
)  # fmt: skip
Way: TypeAlias = Literal["socket", "catch-up", "both", "own", "initial", "neither"]


class Outcome(StrEnum):
    """The three words of a verdict, and what `expect` makes of a violation."""

    VERIFIED = "verified"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message gone wrong at one client (`client` None: for all of them, as `unstored` is).

    `label` is the story's name of the message, a probe's p1 or p2, or the bare id where the story knows none. `reached` says how far the
    message got ("stored; the socket was down; no catch-up asked for it"), `reason` why it never came back.
    """

    word: Word
    label: str
    id: str | None = None
    client: str | None = None
    probe: bool = False
    reached: str = ""
    reason: str = ""


class FaultEvidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether a fault was armed, fired (how often), felt and mattered; `at_stake` are the labels that say so.

    `moot`: the client is none that this fault could have touched.
    """

    fault: str
    verb: str
    detail: str = ""
    client: str | None = None
    step: int = 0
    fired: int = 0
    felt: bool = False
    mattered: bool = False
    at_stake: tuple[str, ...] = ()
    first_fired_at: float | None = None
    healed_at: float | None = None
    moot: bool = False
    why: str = ""

    @property
    def doubt(self) -> str:
        """Why it proves nothing, in a sentence; empty where it mattered, or where it could not have touched the client."""
        if self.mattered or self.moot:
            return ""
        at = f"step {self.step}, " if self.step else ""
        return f"fault {self.fault} ({at}{self.verb}): {self.why}"


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one stored message came to one client. `shown_at` None: it is not in the final timeline."""

    label: str
    client: str
    way: Way
    id: str | None = None
    stored_at: float | None = None
    shown_at: float | None = None
    late: bool = False


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome of one run, before any expectation.

    `reasons` say why a run is inconclusive; they stand beside a violation too. `bug` is set when the run shows a fault of
    cablecheck itself (bytes changed by the proxy, a history that contradicts itself): exit 4. `source`: whether the truth is the target's
    own list, or only what the publisher was told.
    """

    outcome: Outcome
    scenario: str = ""
    profile: str = ""
    run: str = ""
    defects: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()
    faults: tuple[FaultEvidence, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    bug: str | None = None
    stored: int = 0
    source: Literal["list", "ledger"] = "list"
    recovered: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    seconds: float = 0.0

    def labels(self, word: Word) -> tuple[str, ...]:
        """The labels of the story (no probes) that went wrong in this way, in the order of the story, each once."""
        found = {finding.label for finding in self.findings if finding.word == word and not finding.probe}
        return tuple(sorted(found, key=story_order))


@lru_cache(maxsize=4096)
def story_order(label: str) -> tuple[int, int | str, int]:
    """Sorts m2 before m10 and before m2@2, the traffic of a deploy after the story, and what is no label after all labels."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return 2, label, 0
    return (1 if found[1] == "d" else 0), int(found[2]), int(found[3] or 1)


_LABEL = re.compile(r"([mpd])([0-9]{1,9})(?:@([0-9]{1,3}))?")


class Standing(StrEnum):
    """A verdict once `expect` has been read."""

    VERIFIED = "verified"
    KNOWN = "violated (known)"
    VIOLATED = "violated"
    GONE = "known loss is gone"
    INCONCLUSIVE = "inconclusive"
    BUG = "bug in cablecheck"


class Judgement(msgspec.Struct, frozen=True, omit_defaults=True):
    """A verdict held against what was expected: how it stands, and in one sentence why.

    `accepted`: what of it the user's own list forgives, and which list that is.
    """

    verdict: Verdict
    standing: Standing
    why: str = ""
    accepted: str = ""
