"""Whatever comes, the client does not raise, and what does not concern it changes nothing."""

import pytest

from cablecheck.client.signals import Answered, FetchFailed, ScrolledBack, TimerFired
from tests.client.hardened.living import living


@pytest.mark.parametrize(
    "event",
    [TimerFired("reconnect"), TimerFired("fetch-9"), Answered(9, 200, {}), FetchFailed(9), ScrolledBack()],
)
def test_what_was_not_asked_for_is_ignored(event: object) -> None:
    assert living("m1").tell(event) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"type":"disconnect","reason":"server_restart","reconnect":false}',
        '{"type":"reject_subscription","identifier":null}',
        '{"identifier":"x","message":null}',
        '{"identifier":"x","message":{"type":"started_typing"}}',
        '{"identifier":"x","message":{"type":"message","id":"m9"}}',
    ],
)
def test_a_frame_that_says_nothing_new_does_nothing(text: str) -> None:
    page = living("m1")
    assert page.say(text) == []
    assert page.shown == "m1"
