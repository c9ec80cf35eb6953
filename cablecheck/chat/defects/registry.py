"""Every defect: what it is in a sentence, which rows of the fault catalogue it provokes, and whose hand does it.

A defect touches what a visitor is told. Whoever reads with the agent's token reads the truth: so a run that reads as the agent learns
what is stored, whatever the visitor's page is made to believe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cablecheck.chat.defects.broadcasting import (
    DeadListener,
    FoldedBroadcasts,
    FullBuffer,
    MutedStream,
    NoPings,
    ParallelBroadcast,
    TwoWorkers,
)
from cablecheck.chat.defects.committing import (
    BroadcastBeforeCommit,
    CommitOutOfOrder,
    OversizedPayload,
    PolledBroadcast,
    ReusedId,
    RolledBackBroadcast,
)
from cablecheck.chat.defects.listing import VisitorsList
from cablecheck.chat.defects.subscribing import (
    AttachLate,
    ConfirmBeforeAttach,
    ConfirmLost,
    DeafBeforeWelcome,
    GarbledFrame,
    LateUnsubscribe,
    MissingWelcome,
    ReplayedRows,
    RewrittenIdentifier,
    ZombieSubscription,
)
from cablecheck.chat.defects.twist import Hand, Inside
from cablecheck.chat.defects.wording import (
    CrossedStreams,
    LateAnswer,
    LeakedMessages,
    NamelessConversation,
    PoisonedBroadcast,
    StampsInSeconds,
    TruncatedStamps,
)
from cablecheck.scenario.defects import Defect


@dataclass(frozen=True, slots=True)
class Flaw:
    """`mechanism`: one sentence. `rows`: the ids of the catalogue's rows. `hand` None: it is one of those of the visitor's list."""

    mechanism: str
    rows: tuple[str, ...] = ()
    hand: Callable[[Defect, Inside], Hand] | None = None


# Where several bend the same actions, the earlier one has the first word.
DEFECTS: dict[Defect, Flaw] = {
    # The list that a visitor reads
    Defect.LAGGING_REPLICA: Flaw(
        "A visitor's list is read from a replica, which has a message only three seconds after it was stored.",
        ("F13",),
    ),
    Defect.RETENTION: Flaw(
        "A visitor's list holds only what was stored within the last two seconds, and says nothing of the rest.",
        ("F21", "F25", "C28"),
    ),
    Defect.INCLUSIVE_CURSOR: Flaw(
        "A visitor's list after a message begins with that message (>= instead of >).", ("F27",)
    ),
    Defect.SKIPPING_CURSOR: Flaw("A visitor's list after a message leaves the next one out (off by one)."),
    Defect.TIME_CURSOR: Flaw(
        "A visitor's list after a message holds what was created later, so that ties with it are left out.",
        ("F24",),
    ),
    Defect.ORDER_BY_TIME: Flaw(
        "A visitor's list has pages of two, ordered by created_at, while their cursor is an id.", ("F23",)
    ),
    Defect.PAGE_CAP: Flaw(
        "A visitor's list ends after two messages, without a `next` to tell of the rest.", ("F22",)
    ),
    Defect.UNSCOPED_CATCH_UP: Flaw(
        "A visitor's list ignores the session: it also holds what was said to somebody else."
    ),
    Defect.MIXED_IDS: Flaw("A visitor's list has ids that are numbers; live they are strings.", ("C25",)),
    Defect.POISONED_LIST: Flaw("A visitor's list has an entry that is null before its last message."),
    Defect.CACHEABLE_ANSWERS: Flaw("A visitor's list may be kept and used again for a minute (max-age=60)."),
    # What is broadcast
    Defect.TRUNCATED_STAMPS: Flaw(
        "Live, created_at is cut to whole seconds; the list has milliseconds.", ("F24",), TruncatedStamps
    ),
    Defect.STAMPS_IN_SECONDS: Flaw(
        "Live, created_at is a number of seconds; the list has a text with milliseconds.",
        ("F24", "C29"),
        StampsInSeconds,
    ),
    Defect.POISONED_BROADCAST: Flaw(
        "The live copy of the third message of eight has attachments that are no list and can't be rendered.",
        ("C26",),
        PoisonedBroadcast,
    ),
    Defect.LEAKED_MESSAGES: Flaw(
        "With the third message of eight, one from somebody else's conversation comes on the same subscription.",
        hand=LeakedMessages,
    ),
    Defect.CROSSED_STREAMS: Flaw(
        "With the third message of eight, one of another subscription comes on the same socket.",
        hand=CrossedStreams,
    ),
    # Whom it reaches
    Defect.MUTED_STREAM: Flaw(
        "Two broadcasts reach nobody, the third and fourth of eight, while sockets stay open and are pinged.",
        ("F04",),
        MutedStream,
    ),
    Defect.FOLDED_BROADCASTS: Flaw(
        "Of two broadcasts in a row with the same created_at the second is taken for the first and dropped.",
        ("F16",),
        FoldedBroadcasts,
    ),
    Defect.FULL_BUFFER: Flaw(
        "No more than five broadcasts pass in five seconds; the rest of a burst is dropped.", ("F29",), FullBuffer
    ),
    Defect.OVERSIZED_PAYLOAD: Flaw(
        "A broadcast of 8000 bytes or more fails: the row is stored, its sender is answered 500, live it never comes.",
        ("F15",),
        OversizedPayload,
    ),
    Defect.TWO_WORKERS: Flaw(
        "Sockets and messages are dealt to two processes in turn, and neither hears what the other broadcasts.",
        ("F14",),
        TwoWorkers,
    ),
    Defect.DEAD_LISTENER: Flaw(
        "From the third message on nothing is broadcast and no subscription confirmed, until the process is restarted.",
        ("F05", "F20"),
        DeadListener,
    ),
    Defect.NO_PINGS: Flaw("No socket is ever pinged.", ("F30",), NoPings),
    # In which order
    Defect.PARALLEL_BROADCAST: Flaw(
        "The broadcast of the third message of eight takes a second and a half, and later ones overtake it.",
        ("F09", "F10"),
        ParallelBroadcast,
    ),
    Defect.BROADCAST_BEFORE_COMMIT: Flaw(
        "The third message of eight is broadcast and acknowledged three seconds before any list has it.",
        ("F12",),
        BroadcastBeforeCommit,
    ),
    Defect.ROLLED_BACK_BROADCAST: Flaw(
        "The third message of eight is broadcast, and then its transaction is rolled back.",
        ("F12",),
        RolledBackBroadcast,
    ),
    Defect.REUSED_ID: Flaw(
        "The third message of eight is broadcast and rolled back, and the next one is given the same id.",
        ("F12",),
        ReusedId,
    ),
    Defect.COMMIT_OUT_OF_ORDER: Flaw(
        "The third message of eight gets its id at once; it is committed, and broadcast, three seconds later.",
        ("F11",),
        CommitOutOfOrder,
    ),
    Defect.POLLED_BROADCAST: Flaw(
        "The third message of eight commits three seconds late, and the poll behind the stream has passed its id.",
        ("F18",),
        PolledBroadcast,
    ),
    # Sockets and subscriptions
    Defect.CONFIRM_BEFORE_ATTACH: Flaw(
        "A subscription is confirmed at once and attached to its stream two seconds later.",
        ("F01", "F02"),
        ConfirmBeforeAttach,
    ),
    Defect.ATTACH_LATE: Flaw(
        "A subscription is attached, and then confirmed, two seconds after it was asked for.", ("F03",), AttachLate
    ),
    Defect.CONFIRM_LOST: Flaw(
        "Every second subscription is attached and never confirmed.", ("F06", "C05"), ConfirmLost
    ),
    Defect.ZOMBIE_SUBSCRIPTION: Flaw(
        "Every second subscription is neither attached nor confirmed, and asking again on that socket is a duplicate.",
        ("F07",),
        ZombieSubscription,
    ),
    Defect.LATE_UNSUBSCRIBE: Flaw(
        "An unsubscribe is carried out a second late, after the subscribe that follows it.", ("F08",), LateUnsubscribe
    ),
    Defect.REPLAYED_ROWS: Flaw(
        "A new subscription is sent the last two broadcasts of its conversation again.", ("F19",), ReplayedRows
    ),
    Defect.GARBLED_FRAME: Flaw(
        "After each confirmation comes a text frame that breaks off and is no JSON.", ("C32",), GarbledFrame
    ),
    Defect.REWRITTEN_IDENTIFIER: Flaw(
        "The identifier comes back with its keys in another order than it was sent.", ("C23",), RewrittenIdentifier
    ),
    Defect.MISSING_WELCOME: Flaw("Every second socket is upgraded and never welcomed.", ("N07",), MissingWelcome),
    Defect.DEAF_BEFORE_WELCOME: Flaw(
        "A socket is welcomed a second late, and nothing that it says before is ever answered.",
        hand=DeafBeforeWelcome,
    ),
    # The answer to the visitor's own message
    Defect.LATE_ANSWER: Flaw(
        "The visitor's own message is stored at once and acknowledged six seconds later.", ("C20",), LateAnswer
    ),
    Defect.NAMELESS_CONVERSATION: Flaw(
        "The answer to the visitor's own message does not name its conversation.", hand=NamelessConversation
    ),
}  # fmt: skip


def hands_of(defects: Iterable[Defect], inside: Inside) -> tuple[Hand, ...]:
    """The hands of these defects, in the order of the registry, whatever the order in which they were named."""
    wanted = frozenset(defects)
    of_the_list = frozenset(defect for defect in wanted if DEFECTS[defect].hand is None)
    hands: list[Hand] = [VisitorsList(of_the_list, inside)] if of_the_list else []
    for defect, flaw in DEFECTS.items():
        if defect in wanted and flaw.hand is not None:
            hands.append(flaw.hand(defect, inside))
    return tuple(hands)
