"""The borrowed numbers, held."""

from cablecheck.cable import subprotocols
from cablecheck.client.page import STALE_SECONDS
from cablecheck.client.rails import constants


def test_the_official_client_s_numbers_and_words() -> None:
    assert subprotocols.SUBPROTOCOLS == ("actioncable-v1-json", "actioncable-unsupported")
    assert STALE_SECONDS == 6.0
    assert constants.REOPEN_MILLISECONDS == 500
    assert constants.RETRY_MILLISECONDS == 500
    assert (constants.BACK_OFF_RATE, constants.BACK_OFF_STEPS, constants.FIRST_JITTER) == (0.15, 10, 1.0)
    assert (
        constants.OLD_POLL_MULTIPLIER,
        constants.OLD_POLL_SHORTEST_SECONDS,
        constants.OLD_POLL_LONGEST_SECONDS,
    ) == (5, 3, 30)
