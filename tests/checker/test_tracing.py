from __future__ import annotations

from collections.abc import Callable

import pytest

from cablecheck.checker.judging import judge
from tests.checker.faulty import Faulty, finished


def _twice(tale: Faulty) -> None:
    tale.gap("m2").connect(2)
    for _ in range(6):
        tale.catch_up()


LOST: dict[str, tuple[Callable[[Faulty], object], str, str]] = {
    "nobody asked": (
        lambda t: t.gap("m2"),
        "the client's socket was down",
        "no catch-up was sent after that",
    ),
    "the cursor had moved": (
        lambda t: t.gap("m2").connect(2).say("m3 +m3").lose("fin", 2).connect(3).catch_up(after="m3"),
        "the client's socket was down",
        "catch-up 1 asked only for what came after m3",
    ),
    "the catch-up failed": (
        lambda t: t.gap("m2").connect(2).catch_up(status=None, error="reset"),
        "the client's socket was down",
        "catch-up 1 failed (reset)",
    ),
    "the catch-up was refused": (
        lambda t: t.gap("m2").connect(2).catch_up(status=503),
        "the client's socket was down",
        "catch-up 1 was answered with 503",
    ),
    "the catch-up was short": (
        lambda t: t.gap("m2").say("m3 m4").connect(2).caught_up("m3", "m4"),
        "the client's socket was down",
        "catch-up 1 was answered without it (2 messages)",
    ),
    "the browser had the answer": (
        lambda t: t.gap("m2").connect(2).catch_up(cached=True),
        "the client's socket was down",
        "catch-up 1 was answered from the browser's cache without it (0 messages)",
    ),
    "the catch-up hangs": (
        lambda t: t.gap("m2").connect(2).ask_back(),
        "the client's socket was down",
        "catch-up 1 was never answered",
    ),
    "a catch-up from an unknown place": (
        lambda t: t.gap("m2").connect(2).catch_up(after="x7"),
        "the client's socket was down",
        "catch-up 1 was answered without it (0 messages)",
    ),
    "many catch-ups": (
        _twice,
        "the client's socket was down",
        "; ".join(f"catch-up {n} was answered without it (0 messages)" for n in range(1, 5))
        + "; 2 more catch-ups followed",
    ),
    "the socket kept quiet": (
        lambda t: t.say("m2"),
        "the client was subscribed, and its socket never brought it",
        "no catch-up was sent after that",
    ),
    "not subscribed yet": (
        lambda t: t.lose("fin").subscribe(2).say("m2").control("confirm", 2),
        "the client was connected but not subscribed",
        "no catch-up was sent after that",
    ),
    "a frame brought it": (
        lambda t: t.say("m2 >m2"),
        "a frame brought it at",
        "the client had it in hand and does not show it",
    ),
    "a catch-up brought it": (
        lambda t: t.gap("m2").connect(2).catch_up("m2"),
        "a catch-up brought it at",
        "the client had it in hand and does not show it",
    ),
    "its publish never ended": (
        lambda t: t.publish("m2", outcome="none").gap("m3").connect(2).caught_up("m3"),
        "the client was subscribed, and its socket never brought it",
        "catch-up 1 was answered without it (1 messages)",
    ),
}


@pytest.mark.parametrize("claim", LOST)
def test_a_lost_message_is_traced_as_far_as_it_got(claim: str) -> None:
    tell, reached, reason = LOST[claim]
    tale = Faulty()
    tell(tale)
    finding = next(each for each in judge(*finished(tale)).findings if each.word == "lost")
    assert finding.label == "m2"
    assert finding.reached.startswith("stored at ")
    assert reached in finding.reached
    assert finding.reason == reason
