"""What can go wrong with a message: one small rule a word, each from a case to its findings.

The words are the README's. A rule knows nothing of the others, so each can be left out, which is how the tests make sure
that each is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cablecheck.checker.order import out_of_order
from cablecheck.checker.record import Record
from cablecheck.checker.stock import Stock
from cablecheck.checker.timeline import NEVER, Bubble
from cablecheck.checker.tracing import Tracer
from cablecheck.checker.verdict import WORDS, Finding, Word, story_order
from cablecheck.checker.view import View
from cablecheck.history import digest
from cablecheck.truth import Truth


@dataclass(frozen=True)
class Case:
    """All that a rule may look at."""

    record: Record
    stock: Stock
    views: list[View]
    truth: Truth | None

    def last_read(self, view: View) -> int:
        """Where this client was asked what it shows at the end of a whole closing protocol; -1 if it was not.

        A client that was asked earlier had no chance to catch up, and what it lacked then proves nothing.
        """
        read, ended = view.subject.timeline.last_read, self.record.ended
        if read is None or read < self.record.closing or (ended is not None and ended.ended != "complete"):
            return -1
        return read


def lost(case: Case) -> Iterator[Finding]:
    """Stored and known, and absent from what the client showed when it was asked after that."""
    for view in case.views:
        asked, shown, known = case.last_read(view), view.shown, case.stock.known
        published = case.stock.published(view.room)
        missing = [place for place in published if not shown[place] and known[place] < asked]
        if missing:
            tracer = Tracer(case.record, case.stock, view)
            for place in missing:
                reached, reason = tracer.trace(place)
                yield _finding("lost", case, place, view, reached, reason)


def duplicated(case: Case) -> Iterator[Finding]:
    """Two bubbles of one message stood there at the same time, now or earlier."""
    for view in case.views:
        for label, probe, bubbles in view.repeated():
            if _overlap(bubbles):
                copies = [f"{bubble.name} ({bubble.event.source})" for bubble in bubbles[:3]]
                reason = " and ".join(copies) + (" and more" if len(bubbles) > 3 else "")
                yield Finding("duplicated", label, bubbles[0].id, view.client, probe, f"shown as {reason}")


def flickered(case: Case) -> Iterator[Finding]:
    """It disappeared, and was shown again."""
    for view in case.views:
        for label, probe, bubbles in view.repeated():
            moment = _came_back(bubbles)
            if moment is not None:
                reached = f"gone at {case.record.seconds(moment[0]):.2f} s, shown again at {case.record.seconds(moment[1]):.2f} s"
                yield Finding("flickered", label, bubbles[0].id, view.client, probe, reached)


def misordered(case: Case) -> Iterator[Finding]:
    """Out of the truth's order in the final timeline. Probes are held against the story, never the story against a probe."""
    for view in case.views:
        if not out_of_order([case.stock.ranks[place] for place in view.final]):
            continue
        story = [place for place in view.final if not case.stock.probe(place)]
        wrong = {story[at] for at in out_of_order([case.stock.ranks[place] for place in story])}
        if len(story) < len(view.final):
            rest = [place for place in view.final if place not in wrong]
            wrong |= {rest[at] for at in out_of_order([case.stock.ranks[place] for place in rest])} - set(
                story
            )
        for place in wrong:
            yield _finding(
                "misordered", case, place, view, "shown in another order than the target's own list"
            )


def phantom(case: Case) -> Iterator[Finding]:
    """Shown, and the whole truth of its room does not have it, nor did the target ever acknowledge or refuse it there.

    The publisher's own ledger can't show that: what was stored without its knowing is in no ledger.
    """
    if not case.stock.complete or (case.truth is not None and case.truth.source == "ledger"):
        return
    for view in case.views:
        for key, bubbles in view.strangers.items():
            publish = case.stock.ledger.by_key(key)
            elsewhere = publish is not None and publish.room != view.room
            if (publish is None or publish.outcome == "info" or elsewhere) and _was_shown(bubbles):
                label, probe = view.stranger(key)
                whose = "it is another conversation's" if elsewhere else "the target's list doesn't have it"
                reached = f"shown by way of {bubbles[0].event.source}; {whose}"
                yield Finding("phantom", label, bubbles[0].id, view.client, probe, reached)


def altered(case: Case) -> Iterator[Finding]:
    """A bubble has the id of a stored message and another body."""
    for view in case.views:
        for place, bubbles in view.every():
            stored = case.stock.messages[place]
            right = (digest(stored.body), None)
            for bubble in bubbles:
                if bubble.event.body not in right and bubble.id == stored.id:
                    reached = "shown with another body than the target stored"
                    yield _finding("altered", case, place, view, reached)
                    break


def aborted(case: Case) -> Iterator[Finding]:
    """The target certainly refused it, yet it stored it, or a client shows it without marking it as failed."""
    for publish in case.stock.ledger.publishes.values():
        if publish.outcome != "fail":
            continue
        place = publish.place
        if place is not None:
            reached = f"refused ({publish.reason}), and stored all the same"
            yield Finding(
                "aborted", publish.label, case.stock.messages[place].id, None, publish.probe, reached
            )
        for view in case.views:
            bubbles = view.strangers.get(publish.nonce, []) if place is None else view.bubbles(place)
            if _was_shown(bubbles):
                reached = f"refused ({publish.reason}), and shown all the same"
                yield Finding("aborted", publish.label, bubbles[0].id, view.client, publish.probe, reached)


def unstored(case: Case) -> Iterator[Finding]:
    """The target said that it stored it, and its whole list doesn't have it."""
    if not case.stock.complete:
        return
    for publish in case.stock.ledger.publishes.values():
        if publish.outcome == "ok" and publish.place is None:
            reached = "acknowledged to its sender, absent from the target's own list"
            yield Finding("unstored", publish.label, publish.id, None, publish.probe, reached)


def late(case: Case) -> Iterator[Finding]:
    """Shown for the first time only after the story was over and had its time. Probes are sent after that, and never late."""
    for view in case.views:
        for place in case.stock.story:
            shown = first_shown(view, place)
            if case.record.closing < shown < NEVER:
                reached = f"shown only at {case.record.seconds(shown):.2f} s, after the story had its time"
                yield _finding("late", case, place, view, reached)


RULES: dict[Word, Callable[[Case], Iterator[Finding]]] = {
    "lost": lost,
    "duplicated": duplicated,
    "misordered": misordered,
    "phantom": phantom,
    "altered": altered,
    "aborted": aborted,
    "unstored": unstored,
    "late": late,
    "flickered": flickered,
}


def findings_of(case: Case) -> tuple[Finding, ...]:
    """All findings, by word, then client, then in the order of the story."""
    found = [finding for rule in RULES.values() for finding in rule(case)]
    return tuple(sorted(found, key=_by_word))


def first_shown(view: View, place: int) -> int:
    """Where a message was first shown by a bubble that never failed; NEVER if it is not shown in the end."""
    if not view.shown[place]:
        return NEVER
    first = view.first[place]
    if first is not None and first.failed == NEVER:
        return first.shown
    return min(bubble.shown for bubble in view.bubbles(place) if bubble.failed == NEVER)


def _by_word(finding: Finding) -> tuple[int, str, tuple[int, int | str, int]]:
    return WORDS.index(finding.word), finding.client or "", story_order(finding.label)


def _finding(word: Word, case: Case, place: int, view: View, reached: str, reason: str = "") -> Finding:
    stock = case.stock
    return Finding(
        word, stock.label(place), stock.messages[place].id, view.client, stock.probe(place), reached, reason
    )


def _overlap(bubbles: list[Bubble]) -> bool:
    until = -1
    for bubble in bubbles:
        if bubble.shown < until:
            return True
        until = max(until, bubble.until)
    return False


def _came_back(bubbles: list[Bubble]) -> tuple[int, int] | None:
    """The positions at which the last bubble of a message disappeared and a new one came, the first time."""
    until, vanished = -1, False
    for bubble in bubbles:
        if vanished and bubble.shown > until:
            return until, bubble.shown
        if bubble.until > until:
            until, vanished = bubble.until, bubble.gone < bubble.failed
    return None


def _was_shown(bubbles: list[Bubble]) -> bool:
    """Whether a message without a right to be shown was: by anything but an own bubble that failed or went away in time."""
    return any(bubble.visible or bubble.event.source != "own" for bubble in bubbles)
