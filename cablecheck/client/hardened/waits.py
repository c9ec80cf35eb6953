"""Every number that this client has, each with its source or its reason, and how a wait grows."""

from __future__ import annotations

import random

from cablecheck.client.javascript import round_half_up

# The wait after a failure, of the cable and of a read alike: hellotext.js 2.5.5, src/channels/application_channel.js
FAILED_MILLISECONDS = 500
FAILED_MOST_MILLISECONDS = 10_000
JITTER = 0.3

# From the connection attempt to the welcome: TCP, TLS and the upgrade take a bad mobile line two seconds; a worse one still gets more
# with every failure.
WELCOME_MILLISECONDS = 5000
WELCOME_MOST_MILLISECONDS = 20_000
# Rails' PostgreSQL adapter takes a second to confirm; a subscribe that is twice as old was lost, or its answer was.
CONFIRM_MILLISECONDS = 2000
# Some servers never answer again on this socket, however often they are asked (rails: an exception in `subscribed`).
CONFIRM_TRIES = 3

# From a confirmation, or a sign of life, to the next look at the list: longer than any stream was seen to be attached after its
# confirmation (1 s: Rails' PostgreSQL adapter), and than a busy server needs to commit what it has numbered.
LOOK_MILLISECONDS = 3000
LOOK_MOST_MILLISECONDS = 60_000
# While there is no subscription the list is looked at rarely, at first after two doublings (12 s): what comes back, reads.
AWAY_DOUBLINGS = 2
# A page of a hundred messages takes a bad mobile line a second or two; one that is worse still gets more with every failure.
FETCH_MILLISECONDS = 5000
FETCH_MOST_MILLISECONDS = 40_000
# Rows that commit out of order were seen up to 3 places late (PostgreSQL, six writers at once), and further where a transaction takes
# its time. Those are found by the looks, each of which goes back to where the look before the last began.
OVERLAP = 5
# How many reads must have ended before what none of them found was not stored: the last of two certainly began after it was sent.
READS_TO_BE_SURE = 2

TYPING_SECONDS = 3.0  # hellotext.js, src/controllers/webchat_controller.js


def doubled(milliseconds: int, times: int, most: int) -> int:
    """A wait that doubles so many times, up to a limit."""
    return min(most, milliseconds << min(times, 10))


class BackOff:
    """The wait after a failure, longer with every one before it, and spread by chance so that clients do not come back all at once.

    `jitter` scales the random part; 0 leaves it out.
    """

    def __init__(self, rng: random.Random, jitter: float) -> None:
        self._rng = rng
        self._jitter = jitter

    def milliseconds(self, failures: int) -> int:
        """The wait after that many failures before this one."""
        wait = doubled(FAILED_MILLISECONDS, failures, FAILED_MOST_MILLISECONDS)
        return wait + round_half_up(wait * JITTER * self._rng.random() * self._jitter)
