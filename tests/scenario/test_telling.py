from __future__ import annotations

import pytest

from cablecheck.scenario.model import Step
from cablecheck.scenario.reading import read_scenario
from cablecheck.scenario.telling import tell, tell_step

TOLD = {
    "connect:": "Open the page of every client.",
    "connect: {on: c2}": "Open the page of c2.",
    "publish: {count: 3}": "The agent publishes 3 messages (m2 to m4).",
    "publish: {count: 2, rate: 20/s}": "The agent publishes 2 messages (m2 and m3), 20 a s.",
    "publish: {count: 9, at_once: 3}": "The agent publishes 9 messages (m2 to m10), up to 3 at once.",
    "publish: {created_at: same}": "The agent publishes one message (m2), dated as the one before.",
    "publish: {created_at: -3s}": "The agent publishes one message (m2), dated -3s from the one before.",
    "publish: {length: 9000}": "The agent publishes one message (m2) of 9000 characters.",
    "send: {on: c2}": "The visitor sends one message (m2) from c2.",
    "send:": "The visitor sends one message (m2) from c1.",
    "type:": "The visitor types.",
    "type: {on: c2}": "The visitor types at c2.",
    "subscribe: {on: c2}": "The page asks for its subscription at c2.",
    "unsubscribe:": "The page gives its subscription up.",
    "switch:": "The target opens a new conversation, to which the visitor's next message moves.",
    "await: {event: confirmed}": "Wait until every client is subscribed.",
    "await: {event: closed, on: c2, count: 2, within: 5s}": "Wait until c2 has lost its socket 2 times, at most 5s.",
    "await: {event: shown, total: 3}": "Wait until every client shows a new message 3 times since the run began.",
    "await: {event: published, total: 1}": "Wait until a message was published since the run began.",
    "await: {event: server-started}": "Wait until the server is back.",
    "await: {shown: m1}": "Wait until every client shows m1.",
    "await: {fired: first}": "Wait until 'first' has fired.",
    "await: {fired: first, count: 2}": "Wait until 'first' has fired 2 times.",
    "settle: {within: 30s}": "Wait until all is quiet, at most 30s.",
    "wait: {for: 250ms}": "Let 250ms pass.",
    "heal:": "Heal every fault.",
    "heal: {id: first, as: reset}": "Heal 'first': reset the connection.",
    "release: {id: first}": "Release what 'first' holds.",
    "release: {what: ping, as: reset}": "Release every ping that is held: reset the connection.",
    "cut: {how: rst}": "Reset the socket.",
    "cut: {how: fin, on: c2, id: a}": "End the socket without a Close frame at c2 ('a').",
    "cut: {how: close, code: 1001}": "Close the socket with a Close frame (1001).",
    "cut: {how: close-half}": "Send a Close frame (1000) and leave TCP open.",
    "refuse: {how: port}": "Answer every new connection with a closed port.",
    "refuse: {how: 503, what: cable, times: 2}": "Answer every new socket with HTTP 503, 2 times.",
    "refuse: {how: hang, what: rest, times: 1}": "Answer every new request with silence, once.",
    "blackhole:": "Swallow everything in both directions.",
    "latency: {delay: 300ms}": "Make everything on the way to the client 300ms late.",
    "latency: {delay: 1s, jitter: 100ms, direction: up}": (
        "Make everything on the way to the target 1s late, give or take 100ms."
    ),
    "throttle: {rate: 1KB/s}": "Give every socket 1KB a second on the way to the client.",
    "throttle: {rate: 500B/s, what: all, on: c2, id: a}": (
        "Give every socket and every answer 500B a second on the way to the client at c2 ('a')."
    ),
    "strip:": "Take the subprotocol out of the answers to upgrades.",
    "strip: {times: 1, on: c2, id: a}": "Take the subprotocol out of the answers to upgrades, once at c2 ('a').",
    "hold: {what: catch-up}": "Hold every answer to a catch-up.",
    "hold: {what: confirm, identifier: own, count: 1}": "Hold the next 1 own confirm frame.",
    "drop: {what: message, label: m1}": "Throw away every message frame with m1.",
    "drop: {what: message, nth: 3}": "Throw away from the 3. on every message frame.",
    "drop: {what: message, nth: 3, count: 2}": "Throw away from the 3. on 2 message frames.",
    "repeat: {what: message, count: 2, times: 2}": "Pass on the next 2 message frames, and 2 times more.",
    "repeat: {what: confirm}": "Pass on every confirm frame, and once more.",
    "truncate: {what: message, label: m1, id: a}": (
        "Cut the next 1 message frame with m1 in the middle, and reset the connection ('a')."
    ),
    "reorder: {window: 3}": "Pass on the next 3 message frames in reverse.",
    "inject: {what: confirm, identifier: other}": (
        "Send the client the other subscription's confirm frame, which the target never sent."
    ),
    "inject: {what: disconnect, before: ping}": (
        "Send the client a disconnect frame, which the target never sent before the next ping."
    ),
    "fail: {as: 503}": "Answer catch-ups with HTTP 503, once.",
    "fail: {as: truncated, times: 2}": "Answer catch-ups with half a body, 2 times.",
    "delay: {by: 2m}": "Answer catch-ups 2m late.",
    "page: {limit: 1}": "Let catch-ups bring one message at most.",
    "restart: {signal: KILL, down: 500ms}": "Stop the server with SIGKILL, and start it again after 500ms.",
    "restart: {id: deploy}": "Stop the server with SIGTERM, and start it again after 2s ('deploy').",
}


@pytest.mark.parametrize(("step", "told"), TOLD.items(), ids=list(TOLD))
def test_a_step_is_one_sentence(step: str, told: str) -> None:
    text = f"name: x\nstory: y\nclients: 2\nsteps:\n  - publish:\n  - hold: {{what: ping, id: first}}\n  - {step}\n"
    assert tell(read_scenario(text, "x.yaml"))[2] == f"3. {told}"


def test_every_visitor_sends_from_the_first_page_of_their_conversation() -> None:
    text = "name: x\nstory: y\nclients: 2\nconversations: 3\nsteps:\n  - send:\n  - send: {on: c4}\n"
    assert tell(read_scenario(text, "x.yaml")) == [
        "1. The visitor sends one message (m1) from the first page of each conversation.",
        "2. The visitor sends one message (m2) from c4.",
    ]


DEPLOYS = {
    "deploy: {command: ./deploy.sh --all}": "Run `./deploy.sh --all`, for 2m at most.",
    "deploy: {command: [sh, -c, 'exit 3'], within: 5s, traffic: 2/s}": (
        "Run `sh -c 'exit 3'`, for 5s at most; while it runs the agent publishes 2 a second (d1, d2, ...)."
    ),
    "deploy: {command: x, traffic: 30/m, id: roll}": (
        "Run `x` ('roll'), for 2m at most; while it runs the agent publishes 30 a minute (d1, d2, ...)."
    ),
    'deploy: {command: "a\\e[2J\\nb\\n"}': "Run `a\\x1b[2J\\nb`, for 2m at most.",
}


@pytest.mark.parametrize(("step", "told"), DEPLOYS.items(), ids=list(DEPLOYS))
def test_a_command_is_told_as_one_would_type_it_and_nothing_of_it_moves_a_cursor(
    step: str, told: str
) -> None:
    text = f"name: x\nstory: y\nworld: live\nwhy: z\nsteps:\n  - {step}\n  - await: {{event: deployed}}\n"
    assert tell(read_scenario(text, "x.yaml")) == [f"1. {told}", "2. Wait until every command has ended."]


def test_the_numbers_of_a_long_story_stand_in_a_column() -> None:
    text = "name: x\nstory: y\nsteps:\n" + "  - publish:\n" * 10
    told = tell(read_scenario(text, "x.yaml"))
    assert (told[0], told[9]) == (
        " 1. The agent publishes one message (m1).",
        "10. The agent publishes one message (m10).",
    )


def test_what_is_no_step_of_a_story_is_not_told() -> None:
    with pytest.raises(AssertionError, match="nobody tells"):
        tell_step(Step())
