"""Why each rule is needed: the shipped scenario that the client does not survive without it; and what no client survives.

This is the table that a team takes away to mend its own client.
"""

from __future__ import annotations

from cablecheck.client.rules import Rule

# Without the rule the scenario is violated; with it, it is verified.
PROOFS: dict[Rule, str] = {
    # The connection
    Rule.RECONNECT: "socket-kill",
    Rule.WELCOME_DEADLINE: "unanswered-upgrade",
    Rule.WATCHDOG: "half-open",
    # The subscription
    Rule.AWAIT_WELCOME: "deaf-before-welcome",
    Rule.RESUBSCRIBE: "half-open-then-reset",
    Rule.SUBSCRIBE_AGAIN: "rejected-once",
    Rule.CONFIRM_DEADLINE: "lost-confirm",
    Rule.OWN_CONFIRM: "out-of-order-confirm",
    Rule.PARSE_IDENTIFIER: "rewritten-identifier",
    Rule.FOLLOW_CONVERSATION: "moved-on",
    # When the list is read
    Rule.CATCH_UP: "out-of-order-confirm",
    Rule.FIRST_CATCH_UP: "first-subscribe-gap",
    Rule.SECOND_CATCH_UP: "attached-late",
    Rule.RECONCILE: "silent-gap",
    Rule.QUEUE_CATCH_UP: "outrun-catch-up",
    # From where
    Rule.SAFE_CURSOR: "overtaken-message",
    Rule.CATCH_UP_FROM_NOTHING: "first-message-while-down",
    Rule.OVERLAP: "polled-broadcast",
    # To its end
    Rule.RETRY_CATCH_UP: "catch-up-fails",
    Rule.FETCH_DEADLINE: "hung-catch-up",
    Rule.FOLLOW_PAGES: "page-limit",
    Rule.FRESH_ANSWER: "cacheable-answers",
    # What is shown
    Rule.OWN_FRAMES: "crossed-streams",
    Rule.TEXT_IDS: "mixed-ids",
    Rule.CLAIM_WHEN_SHOWN: "poisoned-broadcast",
    Rule.SKIP_BAD_ITEM: "poisoned-list",
    Rule.LIST_ORDER: "ties-and-late-rows",
    Rule.ORDER_OWN: "crossed-messages",
    Rule.MATCH_OWN: "late-answer",
}

# Where no client can win, whatever its rules: the scenario that shows it, and why.
UNWINNABLE: dict[str, str] = {
    "given-up-subscription": "The page itself wants to hear no more.",
    "leaked-messages": "Nothing tells a stranger's message from the visitor's own on the visitor's own subscription.",
    "unscoped-catch-up": "Nothing tells a stranger's message from the visitor's own in the visitor's own list.",
    "rolled-back-broadcast": "What was broadcast and is in no list may yet be listed: nobody says that it never will be.",
    "reused-id": "An id is all that tells two messages apart.",
    "order-by-time": "No page that the server gives has the message, whatever it is asked.",
    "retention": "The server has the message no more when it is asked.",
}
