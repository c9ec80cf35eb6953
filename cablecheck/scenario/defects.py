"""The faults of the chat itself that can be switched on, by name. What each of them does, the chat says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cablecheck.errors import BadInputError, meant


class Defect(StrEnum):
    """One fault of the server: not of the network, which the verbs of a story break."""

    LAGGING_REPLICA = "lagging-replica"
    RETENTION = "retention"
    INCLUSIVE_CURSOR = "inclusive-cursor"
    SKIPPING_CURSOR = "skipping-cursor"
    TIME_CURSOR = "time-cursor"
    ORDER_BY_TIME = "order-by-time"
    PAGE_CAP = "page-cap"
    UNSCOPED_CATCH_UP = "unscoped-catch-up"
    MIXED_IDS = "mixed-ids"
    POISONED_LIST = "poisoned-list"
    CACHEABLE_ANSWERS = "cacheable-answers"
    TRUNCATED_STAMPS = "truncated-stamps"
    STAMPS_IN_SECONDS = "stamps-in-seconds"
    POISONED_BROADCAST = "poisoned-broadcast"
    LEAKED_MESSAGES = "leaked-messages"
    CROSSED_STREAMS = "crossed-streams"
    MUTED_STREAM = "muted-stream"
    FOLDED_BROADCASTS = "folded-broadcasts"
    FULL_BUFFER = "full-buffer"
    OVERSIZED_PAYLOAD = "oversized-payload"
    TWO_WORKERS = "two-workers"
    DEAD_LISTENER = "dead-listener"
    NO_PINGS = "no-pings"
    PARALLEL_BROADCAST = "parallel-broadcast"
    BROADCAST_BEFORE_COMMIT = "broadcast-before-commit"
    ROLLED_BACK_BROADCAST = "rolled-back-broadcast"
    REUSED_ID = "reused-id"
    COMMIT_OUT_OF_ORDER = "commit-out-of-order"
    POLLED_BROADCAST = "polled-broadcast"
    CONFIRM_BEFORE_ATTACH = "confirm-before-attach"
    ATTACH_LATE = "attach-late"
    CONFIRM_LOST = "confirm-lost"
    ZOMBIE_SUBSCRIPTION = "zombie-subscription"
    LATE_UNSUBSCRIBE = "late-unsubscribe"
    REPLAYED_ROWS = "replayed-rows"
    GARBLED_FRAME = "garbled-frame"
    REWRITTEN_IDENTIFIER = "rewritten-identifier"
    MISSING_WELCOME = "missing-welcome"
    DEAF_BEFORE_WELCOME = "deaf-before-welcome"
    LATE_ANSWER = "late-answer"
    NAMELESS_CONVERSATION = "nameless-conversation"


def defects_named(words: Iterable[str]) -> tuple[Defect, ...]:
    """The defects of these names, each once. Raises BadInputError with every name that is none."""
    words = tuple(dict.fromkeys(words))
    known, every = tuple(Defect), ", ".join(Defect)
    findings = [
        f"defect '{word}': there is none of this name; {meant(word, known) or f'use one of {every}'}"
        for word in words
        if word not in known
    ]
    if findings:
        raise BadInputError(*findings)
    return tuple(map(Defect, words))
