"""Rules: what a client may do at one decision point each, and in a sentence what that is good for.

What the SDK and the official client do is written as rules too, so that the client before pull request 50 is the same client without
some of them, and any one rule can be left out to see what it is good for.
"""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """One decision of the client; STORIES says what it is good for."""

    REPLACE_DEAD_SOCKET = "replace-dead-socket"
    RECONNECT = "reconnect"
    BACK_OFF = "back-off"
    JITTER = "jitter"
    RESUBSCRIBE = "resubscribe"
    CAPTURE_CURSOR = "capture-cursor"
    CATCH_UP = "catch-up"
    ONE_CATCH_UP = "one-catch-up"
    ADVANCE_CURSOR = "advance-cursor"
    CLAIM_IDS = "claim-ids"
    INSERT_BY_TIME = "insert-by-time"
    FOLLOW_CONVERSATION = "follow-conversation"
    THROTTLE_TYPING = "throttle-typing"
    # The official client's own
    REOPEN_STALE = "reopen-stale"
    SPARE_FRESH_LOSS = "spare-fresh-loss"
    SPARE_CONNECTING = "spare-connecting"
    EXPONENTIAL_POLL = "exponential-poll"
    ANY_FRAME_COUNTS = "any-frame-counts"
    AGREE_ON_PROTOCOL = "agree-on-protocol"
    AWAIT_WELCOME = "await-welcome"
    GUARANTEE = "guarantee"
    OBEY_DISCONNECT = "obey-disconnect"
    FORGET_REJECTED = "forget-rejected"
    MATCH_IDENTIFIER = "match-identifier"
    TELL_RECONNECTED = "tell-reconnected"
    # The hardened client's own
    WELCOME_DEADLINE = "welcome-deadline"
    WATCHDOG = "watchdog"
    SUBSCRIBE_AGAIN = "subscribe-again"
    CONFIRM_DEADLINE = "confirm-deadline"
    OWN_CONFIRM = "own-confirm"
    PARSE_IDENTIFIER = "parse-identifier"
    OWN_FRAMES = "own-frames"
    FIRST_CATCH_UP = "first-catch-up"
    CATCH_UP_FROM_NOTHING = "catch-up-from-nothing"
    SAFE_CURSOR = "safe-cursor"
    OVERLAP = "overlap"
    SECOND_CATCH_UP = "second-catch-up"
    RECONCILE = "reconcile"
    QUEUE_CATCH_UP = "queue-catch-up"
    RETRY_CATCH_UP = "retry-catch-up"
    FETCH_DEADLINE = "fetch-deadline"
    FOLLOW_PAGES = "follow-pages"
    FRESH_ANSWER = "fresh-answer"
    SKIP_BAD_ITEM = "skip-bad-item"
    CLAIM_WHEN_SHOWN = "claim-when-shown"
    TEXT_IDS = "text-ids"
    LIST_ORDER = "list-order"
    ORDER_OWN = "order-own"
    MATCH_OWN = "match-own"


STORIES: dict[Rule, str] = {
    Rule.REPLACE_DEAD_SOCKET: "A command that finds the socket closing or closed opens a new one at once.",
    Rule.RECONNECT: "After an error or a close a timer opens a new socket; both together set one timer.",
    Rule.BACK_OFF: "Each failed attempt doubles the wait, from 500 ms to 10 s; an open socket resets it.",
    Rule.JITTER: "Up to 30 % is added to each wait, so that clients do not come back all at once.",
    Rule.RESUBSCRIBE: "A new socket subscribes again every channel that still wants it.",
    Rule.CAPTURE_CURSOR: "When the socket drops, the last persisted bubble becomes the cursor.",
    Rule.CATCH_UP: "The matching confirmation after a reconnect asks for what came after the cursor.",
    Rule.ONE_CATCH_UP: "While one catch-up is under way no other begins: it is dropped, not queued.",
    Rule.ADVANCE_CURSOR: "A catch-up that was read to its end makes the last persisted bubble the cursor.",
    Rule.CLAIM_IDS: "An id is rendered once; it is claimed before the rendering can fail.",
    Rule.INSERT_BY_TIME: "A message goes before the first bubble that was created later, not to the end.",
    Rule.FOLLOW_CONVERSATION: "When the answer to a send names another conversation, the channel moves there.",
    Rule.THROTTLE_TYPING: "Typing is told once, and again only after 3 s without a key.",
    Rule.REOPEN_STALE: "A poll opens a new socket once nothing was heard for 6 s; nothing else does after a loss.",
    Rule.SPARE_FRESH_LOSS: "A poll that finds a loss younger than 6 s counts an attempt and makes none.",
    Rule.SPARE_CONNECTING: "A socket that is still connecting is never given up, however long it takes.",
    Rule.EXPONENTIAL_POLL: "The poll waits 6 to 12 s at first, then 15 % longer each time; else 3 s, then ever longer.",
    Rule.ANY_FRAME_COUNTS: "Every frame shows that the connection lives, not the welcome and the pings alone.",
    Rule.AGREE_ON_PROTOCOL: "Two subprotocols are offered, and a server that chooses none is left for good.",
    Rule.AWAIT_WELCOME: "Nothing is subscribed to before the server's welcome; an open socket is not enough.",
    Rule.GUARANTEE: "A subscribe that is not answered is sent again every 500 ms.",
    Rule.OBEY_DISCONNECT: "A disconnect frame closes the socket, and without `reconnect` it is the last one.",
    Rule.FORGET_REJECTED: "A rejected subscription is forgotten: no later connection asks for it again.",
    Rule.MATCH_IDENTIFIER: "Only frames with the subscription's very own identifier are its own.",
    Rule.TELL_RECONNECTED: "Only the first confirmation after a reconnect, whose ever it is, starts a catch-up.",
    Rule.WELCOME_DEADLINE: "A socket that is not welcomed 5 s after it was asked for is given up.",
    Rule.WATCHDOG: "A socket on which nothing was heard for 6 s, twice the pings' interval, is given up.",
    Rule.SUBSCRIBE_AGAIN: "A subscribe that is rejected or not confirmed is sent again after 2 s.",
    Rule.CONFIRM_DEADLINE: "A socket on which a subscribe is not confirmed within 6 s is given up.",
    Rule.OWN_CONFIRM: "A confirmation counts only on the socket that asked for it, and for what was asked for.",
    Rule.PARSE_IDENTIFIER: "Identifiers are compared as JSON: a server may write them anew.",
    Rule.OWN_FRAMES: "A broadcast of another subscription on the same socket is not shown.",
    Rule.FIRST_CATCH_UP: "The first confirmation starts a catch-up like any other: the page was rendered before it.",
    Rule.CATCH_UP_FROM_NOTHING: "Without any message to start from, a catch-up reads the list from its beginning.",
    Rule.SAFE_CURSOR: "A catch-up starts where the list is known to be complete, not at the newest bubble.",
    Rule.OVERLAP: "It starts 5 messages before that end, a look where that was two looks ago, for messages stored late.",
    Rule.SECOND_CATCH_UP: "3 s after each confirmation the list is read again: the stream may not have been attached yet.",
    Rule.RECONCILE: "3 s after a sign of life the list is read again, and then ever more rarely, 60 s apart at most.",
    Rule.QUEUE_CATCH_UP: "A confirmation during a catch-up is owed another one: the answer may be older than the gap.",
    Rule.RETRY_CATCH_UP: "Anything but a 2xx with a list is a failure, and asked for again after a growing wait.",
    Rule.FETCH_DEADLINE: "A fetch that is not answered within 5 s is given up, and is a failure.",
    Rule.FOLLOW_PAGES: "After a page the next is asked for, until one has nothing new: no server is believed that there is no more.",
    Rule.FRESH_ANSWER: "Each catch-up has an address of its own, so that no cache answers it.",
    Rule.SKIP_BAD_ITEM: "What cannot be shown is left out, and the rest of its page is shown.",
    Rule.CLAIM_WHEN_SHOWN: "An id counts as shown once its bubble is shown: a spoilt copy does not keep a good one out.",
    Rule.TEXT_IDS: "Ids are compared as text, 77 and '77' being one; a message without an id waits for the list.",
    Rule.LIST_ORDER: "Bubbles stand as the server lists them; only what it has not listed yet stands by time.",
    Rule.ORDER_OWN: "The visitor's own bubbles are ordered with the rest, once the answer or the list names them.",
    Rule.MATCH_OWN: "An own bubble whose message has no known id is the listed message with the same text.",
}
