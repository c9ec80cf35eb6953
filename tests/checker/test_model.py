"""An independent and naive model of the words, quadratic and plain, held against the judge on random histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cablecheck.checker.judging import judge
from cablecheck.checker.verdict import WORDS, Outcome
from cablecheck.history import mark_in
from tests.checker.tale import Tale, body_of, id_of, truth_of

LABELS = ["m1", "m2", "m3", "m4", "x1", "x2"]
# What the judge may call a message that the story never published.
NAMES = {name: label for label in LABELS for name in (label, id_of(label), mark_in(body_of(label)))}


@dataclass
class Bubble:
    """A bubble as the model remembers it."""

    label: str
    own: bool
    born: int
    has_id: bool
    failed: bool = False
    gone: bool = False

    @property
    def visible(self) -> bool:
        return not self.failed and not self.gone


@dataclass
class Model:
    """Everything that happened, and after each step how many bubbles of each message could be seen."""

    bubbles: list[Bubble] = field(default_factory=list)
    order: list[Bubble] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    counts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    closing: int | None = None

    def note(self, word: str) -> None:
        for label in LABELS:
            seen = sum(bubble.visible for bubble in self.bubbles if bubble.label == label)
            self.counts.setdefault(label, []).append((seen, word))


def play(words: list[tuple[str, str, int]]) -> tuple[Tale, Model]:
    """Tell a random story to a history and to the model."""
    tale, model = Tale(), Model()
    for step, (word, label, at) in enumerate(words):
        _play(tale, model, step, word, label, at)
        model.note(word)
    if model.closing is None:
        model.closing = len(words)
        tale.say("|")
    return tale, model


def _play(tale: Tale, model: Model, step: int, word: str, label: str, at: int) -> None:
    mine = [bubble for bubble in model.order if bubble.label == label]
    match word:
        case "ok" | "info" | "fail" if label[0] == "m" and label not in model.outcomes:
            model.outcomes[label] = word
            tale.publish(label, word)
        case "+" | "*" | "own" if word != "own" or label[0] == "m":
            position = at % (len(model.order) + 1)
            bubble = Bubble(label, word == "own", step, word != "own")
            _insert(tale, position, bubble, {"+": "socket", "*": "catch-up", "own": "own"}[word])
            model.order.insert(position, bubble)
            model.bubbles.append(bubble)
        case "id" if mine:
            tale.say(f"id:{label}")
            mine[-1].has_id = True
        case "failed" if mine:
            tale.say(f"failed:{label}")
            mine[-1].failed = True
        case "-" if mine:
            tale.say(f"-{label}")
            mine[-1].gone = True
            model.order.remove(mine[-1])
        case "|" if model.closing is None:
            tale.say("|")
            model.closing = step


def _insert(tale: Tale, position: int, bubble: Bubble, source: str) -> None:
    shows = tale.shows["c1"]
    tail = shows[position:]
    del shows[position:]
    tale.show(bubble.label, "c1", source=source, **({} if bubble.has_id else {"id": None}))
    shows.extend(tail)


def naive(model: Model, truth: str) -> dict[str, set[str]]:
    """The words by their definitions, one after the other."""
    bodies = {word.partition(":")[0]: word.partition(":")[2] for word in truth.replace("=", " ").split()}
    final = [bubble.label for bubble in model.order if bubble.visible]
    rights = {label: model.outcomes.get(label) for label in LABELS}
    found: dict[str, set[str]] = {word: set() for word in WORDS}
    for label in LABELS:
        mine = [bubble for bubble in model.bubbles if bubble.label == label]
        stored, seen = label in bodies, [count for count, _ in model.counts.get(label, [])]
        wrongly = any(bubble.visible or not bubble.own for bubble in mine)
        if stored and rights[label] and label not in final:
            found["lost"].add(label)
        if any(count > 1 for count in seen):
            found["duplicated"].add(label)
        if _flickers(model.counts.get(label, [])):
            found["flickered"].add(label)
        if not stored and rights[label] in (None, "info") and wrongly:
            found["phantom"].add(label)
        if rights[label] == "fail" and (stored or wrongly):
            found["aborted"].add(label)
        if rights[label] == "ok" and not stored:
            found["unstored"].add(label)
        if stored and bodies[label] and any(bubble.has_id for bubble in mine):
            found["altered"].add(label)
        births = [bubble.born for bubble in mine if not bubble.failed]
        if stored and rights[label] and label in final and min(births) > (model.closing or 0):
            found["late"].add(label)
    return found


def _flickers(counts: list[tuple[int, str]]) -> bool:
    """Seen, then not because it disappeared, then seen again."""
    vanished = False
    for (before, _), (after, word) in zip([(0, ""), *counts], counts, strict=False):
        if before and not after:
            vanished = word == "-"
        elif not before and after and vanished:
            return True
    return False


def longest_in_order(final: list[str], ranks: dict[str, int]) -> int:
    """The most messages of a timeline that stand as the truth has them, by trying all."""
    for size in range(len(final), 0, -1):
        for kept in combinations(final, size):
            if all(ranks[one] <= ranks[other] for one, other in combinations(kept, 2)):
                return size
    return 0


step = st.tuples(
    st.sampled_from(["ok", "ok", "info", "fail", "+", "+", "+", "*", "own", "id", "failed", "-", "|"]),
    st.sampled_from(LABELS),
    st.integers(0, 9),
)
truths = st.tuples(
    st.lists(st.sampled_from(LABELS), unique=True),
    st.lists(st.sampled_from([" ", " ", "="]), min_size=6, max_size=6),
    st.sets(st.sampled_from(LABELS), max_size=2),
)


def _written(labels: list[str], joints: list[str], others: set[str]) -> str:
    words = [
        label + (f":other{mark_in(body_of(label)) or ''}" if label in others else "") for label in labels
    ]
    return "".join(word + joint for word, joint in zip(words, joints, strict=False)).rstrip(" =")


@settings(max_examples=400, deadline=None)
@given(st.lists(step, max_size=16), truths)
def test_the_judge_agrees_with_a_naive_model(words: list[tuple[str, str, int]], stored: Any) -> None:
    text = _written(*stored)
    tale, model = play(words)
    truth = truth_of(f"{text} p1 p2")
    verdict = judge(tale.end(truth=truth).events, truth)
    want = naive(model, text)
    assert verdict.bug is None
    for word in WORDS:
        if word != "misordered":
            assert {NAMES[name] for name in verdict.labels(word)} == want[word], word
    ranks = {
        word.partition(":")[0]: rank for rank, tied in enumerate(text.split()) for word in tied.split("=")
    }
    final = list(dict.fromkeys(b.label for b in model.order if b.visible and b.label in ranks))
    wrong = {NAMES[name] for name in verdict.labels("misordered")}
    assert len(wrong) == len(final) - longest_in_order(final, ranks)
    kept = [ranks[label] for label in final if label not in wrong]
    assert kept == sorted(kept)
    violated = any(want.values()) or wrong
    assert (verdict.outcome is Outcome.VIOLATED) == bool(violated)
