"""The catalogue of what goes wrong with a chat over Action Cable: each row, what provokes it here, and a story that does so.

Rows F are the server's and its pub/sub's, C the client's, N the network's. A row whose `means` is empty can't be provoked from outside;
`reason` says why. A mean is a fault's verb or a defect's name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One way to lose, repeat or misplace a message, or to get stuck."""

    id: str
    what: str
    means: tuple[str, ...] = ()
    scenario: str = ""
    reason: str = ""


CATALOGUE: tuple[Row, ...] = (
    Row("F01", "the second subscriber of a stream is confirmed before it is attached", ("confirm-before-attach",), "confirm-before-attach"),
    Row("F02", "the application attaches the stream later than it confirms", ("confirm-before-attach",), "confirm-before-attach"),
    Row("F03", "a message falls between the rendering of the page and the subscription", ("attach-late",), "attach-late"),
    Row("F04", "pub/sub is away for a moment, and sockets stay up", ("muted-stream",), "muted-stream"),
    Row("F05", "the listener of pub/sub dies for good", ("dead-listener",), "dead-listener"),
    Row("F06", "a confirmation is lost, and the stream is attached", ("confirm-lost",), "confirm-lost"),
    Row("F07", "a subscription is registered and never confirmed", ("zombie-subscription",), "zombie-subscription"),
    Row("F08", "an unsubscribe and the subscribe after it are carried out in reverse", ("late-unsubscribe",), "late-unsubscribe"),
    Row("F09", "broadcasts run in parallel and overtake each other", ("parallel-broadcast",), "parallel-broadcast"),
    Row("F10", "an overtaken broadcast dies with the socket, and the cursor has passed it", ("hold",), "overtaken-message"),
    Row("F11", "rows commit in another order than their ids", ("commit-out-of-order",), "commit-out-of-order"),
    Row("F12", "a row is broadcast before it is committed, or is rolled back", ("broadcast-before-commit",), "broadcast-before-commit"),
    Row("F13", "the catch-up is read from a replica that lags", ("lagging-replica",), "lagging-replica"),
    Row("F14", "of two processes neither hears the other's broadcasts", ("two-workers",), "two-workers"),
    Row("F15", "a broadcast is too large for the adapter", ("oversized-payload",), "oversized-payload"),
    Row("F16", "two equal payloads are folded into one", ("folded-broadcasts",), "folded-broadcasts"),
    Row("F17", "a long stream name is cut short", reason="a name is the server's own business: nothing that a client or a line does makes it longer"),
    Row("F18", "a poll by id passes a row that commits late", ("polled-broadcast",), "polled-broadcast"),
    Row("F19", "a new subscriber is sent old messages again", ("replayed-rows",), "replayed-rows"),
    Row("F20", "the polling listener dies", ("dead-listener",), "dead-listener"),
    Row("F21", "rows are gone when they are asked for", ("retention",), "retention"),
    Row("F22", "a page has a cap, and the client does not ask on", ("page-cap",), "page-cap"),
    Row("F23", "pages are cut by one key and ordered by another", ("order-by-time",), "order-by-time"),
    Row("F24", "stamps of different precision, and ties", ("truncated-stamps",), "truncated-stamps"),
    Row("F25", "a history that is trimmed ends as if it were whole", ("retention",), "retention"),
    Row("F26", "the server's history begins anew, and the cursor is known no more", ("fail",), "catch-up-retried-by-next-drop"),
    Row("F27", "a backlog overlaps what comes live", ("inclusive-cursor",), "inclusive-cursor"),
    Row("F28", "a live message comes before the client knows that it is back, and moves the cursor", ("hold",), "late-confirm"),
    Row("F29", "a slow consumer's buffer overflows", ("full-buffer",), "full-buffer"),
    Row("F30", "pings starve", ("no-pings",), "no-pings"),
    Row("F31", "a deploy stops the server without a word", ("restart",), "deploy"),
    Row("C01", "a line that is half open is never noticed", ("blackhole",), "half-open"),
    Row("C02", "a line that is half open is replaced, and nobody is told of the loss", ("blackhole",), "half-open"),
    Row("C03", "only the first confirmation after a reconnect is told as one", ("inject",), "out-of-order-confirm"),
    Row("C04", "a reopening by the page counts as no reconnect", reason="that a tab is hidden or the computer wakes is the browser's event, which no server and no line causes"),
    Row("C05", "without a confirmation the client never counts as connected", ("drop",), "lost-confirm"),
    Row("C06", "the client gives a subscription up that is not confirmed in time", ("drop",), "lost-confirm"),
    Row("C07", "the client takes a second confirmation for a reason to leave", ("repeat",), "out-of-order-confirm"),
    Row("C08", "a second confirmation starts a second catch-up", ("repeat",), "out-of-order-confirm"),
    Row("C09", "a payload that is false in JavaScript is dropped", reason="a chat's message is an object, which is never false"),
    Row("C10", "a rejection that would pass is taken for ever", ("inject",), "rejected-once"),
    Row("C11", "a disconnect frame stops the client for ever", ("inject",), "final-goodbye"),
    Row("C12", "a live message moves the cursor before the catch-up ends", ("hold",), "second-drop-before-catch-up"),
    Row("C13", "a catch-up fails and is not asked for again", ("fail",), "catch-up-fails"),
    Row("C14", "an error with a JSON body is taken for an empty page", ("fail",), "catch-up-spoilt"),
    Row("C15", "a second catch-up is dropped while the first is under way", ("hold",), "overlapping-catch-ups"),
    Row("C16", "a catch-up that hangs blocks all later ones", ("hold",), "hung-catch-up"),
    Row("C17", "an empty timeline has no cursor", ("hold",), "first-message-while-down"),
    Row("C18", "the cursor is the last bubble, not the highest id", ("hold",), "overtaken-message"),
    Row("C19", "the cursor is captured anew at every failed attempt", ("refuse",), "socket-error"),
    Row("C20", "the visitor's own messages stand outside the order and are shown twice", ("late-answer",), "late-answer"),
    Row("C21", "a client that moves to another conversation is deaf meanwhile", ("hold",), "conversation-switch"),
    Row("C22", "a confirmation or frame of an old socket counts", ("hold",), "late-confirm"),
    Row("C23", "an identifier that was written anew is not known again", ("rewritten-identifier",), "rewritten-identifier"),
    Row("C24", "messages before the confirmation are ignored", ("hold",), "late-confirm"),
    Row("C25", "an id is a text on one path and a number on the other", ("mixed-ids",), "mixed-ids"),
    Row("C26", "an id is claimed by a copy that can't be rendered", ("poisoned-broadcast",), "poisoned-broadcast"),
    Row("C27", "the client's own clock is the cursor", reason="no profile asks by its own clock; the chat's list after a time is F24's time-cursor"),
    Row("C28", "the catch-up covers less time than the outage took", ("retention",), "retention"),
    Row("C29", "a bubble whose time can't be read is put at the end", ("stamps-in-seconds",), "stamps-in-seconds"),
    Row("C30", "frames that come after the Close frame are never heard", ("cut",), "typing-while-closing"),
    Row("C31", "all come back at once, and are told to come later", ("fail",), "thundering-herd"),
    Row("C32", "a frame that is no JSON kills its handler", ("garbled-frame",), "garbled-frame"),
    Row("N01", "TCP ends without a Close frame", ("cut",), "socket-error"),
    Row("N02", "the connection is reset", ("cut",), "socket-kill"),
    Row("N03", "the line goes dead in both directions", ("blackhole",), "half-open"),
    Row("N04", "the line goes dead in one direction", ("blackhole",), "deaf-upstream"),
    Row("N05", "a proxy cuts what seems idle", ("cut",), "idle-cut"),
    Row("N06", "an upgrade meets an error page", ("refuse",), "wrong-door"),
    Row("N07", "an upgrade is not followed by a welcome", ("missing-welcome",), "missing-welcome"),
    Row("N08", "the socket closes after the welcome, before the confirmation", ("cut",), "two-fast-outages"),
    Row("N09", "the socket closes between the confirmation and the first message", ("cut",), "closed-after-confirm"),
    Row("N10", "a Close frame, with any code", ("cut",), "every-close-code"),
    Row("N11", "a frame is cut in the middle", ("truncate",), "torn-message"),
    Row("N12", "a line is narrow", ("throttle",), "narrow-line"),
    Row("N13", "a line is slow, and unevenly so", ("latency",), "slow-line"),
    Row("N14", "the API is down while the cable is up, or the other way round", ("refuse",), "api-down"),
    Row("N15", "the line flaps", ("cut",), "flapping-line"),
    Row("N16", "the line goes exactly after one frame or another: the sweep's cells", ("cut",), "second-drop-before-catch-up"),
    Row("N17", "a connection that was kept alive is dead when it is used again", reason="the reference clients open a connection for each request, so that no library can ask twice unseen"),
    Row("N18", "a proxy takes the subprotocol away", ("strip",), "stripped-subprotocol"),
)  # fmt: skip


def rows_of(mean: str) -> tuple[str, ...]:
    """The ids of the rows that a fault's verb or a defect provokes."""
    return tuple(row.id for row in CATALOGUE if mean in row.means)
