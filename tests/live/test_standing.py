"""The proxy alone: what it makes of a client's words, what it tells, and the faults of a story without a run."""

from __future__ import annotations

import pytest
import trio

from cablecheck.errors import BadInputError
from cablecheck.live.http_proxy import read_proxy
from cablecheck.live.route import Route
from cablecheck.live.standing.fault_story import checked, left_out
from cablecheck.live.standing.recasting import Recasting
from cablecheck.scenario.reading import read_scenario
from tests.live.lines import (
    CONFIRM,
    PING,
    SUBSCRIBE,
    SWITCHING,
    exactly,
    message,
    nothing_comes,
    to_the_end,
)
from tests.live.peers import read_head, reset, serving
from tests.live.stands import REQUEST, Standing, standing, story
from tests.live.tunnels import digging

RESET = (b"", "rst")
CATCH_UP = b"GET /v1/messages?after_id=7&session=secret HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n"
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"messages":[]}'


# What passes, and what is told of it ----------------------------------------------------------------------------------------------


async def test_an_upgrade_arrives_as_the_targets_own_and_frames_as_they_are() -> None:
    async with standing() as proxy:
        client = await proxy.dial()
        await client.send_all(REQUEST + SUBSCRIBE)
        target = await proxy.accepted.receive()
        head = await read_head(target)
        assert head.partition(b"\r\n\r\n")[0].split(b"\r\n") == [
            b"GET /cable?session=secret HTTP/1.1",
            b"Host: chat.test",
            b"Origin: https://chat.test",
            b"Upgrade: websocket",
            b"Connection: Upgrade",
        ]
        rest = head.partition(b"\r\n\r\n")[2]
        assert rest + await exactly(target, len(SUBSCRIBE) - len(rest)) == SUBSCRIBE
        await target.send_all(SWITCHING + CONFIRM + message(1))
        assert await exactly(client, len(SWITCHING + CONFIRM + message(1))) == SWITCHING + CONFIRM + message(
            1
        )


async def test_everything_is_told_and_no_query_with_it() -> None:
    async with standing() as proxy:
        client, target = await proxy.cable()
        await target.send_eof()
        assert await to_the_end(client) == (b"", "fin")
        await client.aclose()
        await proxy.until("over")
        client, _ = await proxy.cable()
        reset(client)
        await client.aclose()
        await proxy.until("cable 2: over")
        assert proxy.lines == [
            "cable 1: GET /cable",
            "cable 1: over, target: ended it",
            "cable 2: GET /cable",
            "cable 2: over, client: reset it",
        ]
        assert "secret" not in repr(proxy.told)


async def test_a_target_that_is_not_there_is_told_with_the_reason() -> None:
    async with standing(route=Route("127.0.0.1", 1)) as proxy:
        client = await proxy.dial()
        await client.send_all(REQUEST)
        assert await to_the_end(client) == RESET
        assert await proxy.until("over") == (
            "cable 1: over, target: 127.0.0.1:1 can't be reached: connection refused"
        )


async def test_a_catch_up_is_what_the_pattern_says() -> None:
    async with standing(catch_up=r"/since/\d+") as proxy:
        await proxy.toxic("fail", **{"as": 503})
        client = await proxy.dial()
        await client.send_all(b"GET /since/7?token=secret HTTP/1.1\r\nHost: a\r\n\r\n")
        target = await proxy.accepted.receive()
        assert b"\r\nConnection: close\r\n\r\n" in await read_head(target)
        await target.send_all(ANSWER)
        assert (await to_the_end(client))[0].startswith(b"HTTP/1.1 503 ")
        assert await proxy.until("fired") == "fired fail at rest 1"


async def test_its_end_gives_what_was_held_and_resets_only_its_own() -> None:
    async with standing() as proxy, await trio.open_tcp_stream("127.0.0.1", proxy.port) as stranger:
        await proxy.toxic("hold", what="message")
        client, target = await proxy.cable()
        await target.send_all(message(1))
        await proxy.until("fired hold")
        proxy.listening.end()
        assert await exactly(client, len(message(1))) == message(1)
        await proxy.listening.over.wait()
        assert await to_the_end(client) == RESET
        assert await to_the_end(target) == RESET
        assert (await to_the_end(stranger))[0] == b""


# A story ----------------------------------------------------------------------------------------------------------------------------


async def test_a_story_begins_when_a_client_is_subscribed_and_its_steps_are_taken_in_order() -> None:
    steps = """\
  - hold: {what: message, count: 1, id: first}
  - await: {fired: first}
  - cut: {how: rst}
"""
    async with standing(steps) as proxy:
        client, target = await proxy.cable()
        await target.send_all(message(1))
        assert await exactly(client, len(message(1))) == message(1)
        await client.send_all(SUBSCRIBE)
        await target.send_all(CONFIRM)
        assert await exactly(client, len(CONFIRM)) == CONFIRM
        await proxy.until("armed first")
        await target.send_all(message(2))
        assert await to_the_end(client) == RESET
        await proxy.until("its last step is taken")
        told = [line for line in proxy.lines if line.split()[0] in {"armed", "fired"}]
        assert told == [
            "armed first",
            "fired first at cable 1, a message",
            "armed cut-3",
            "fired cut-3 at cable 1",
        ]


async def test_a_story_with_a_connect_begins_at_once() -> None:
    async with standing(
        "  - refuse: {how: reset, times: 1}\n  - connect: {}\n  - wait: {for: 1ms}\n"
    ) as proxy:
        await proxy.until("armed refuse-1")
        client = await proxy.dial()
        await client.send_all(REQUEST)
        assert await to_the_end(client) == RESET
        await proxy.until("its last step is taken")
        await proxy.cable()


AWAITED = {
    "connecting": "cable",
    "connected": "cable",
    "welcomed": "welcome",
    "subscribing": "subscribe",
    "confirmed": "confirm",
    "rejected": "reject",
    "pinged": "ping",
    "message": "message",
    "disconnect": "disconnect",
    "closed": "close",
    "catch-up-sent": "catch-up",
    "catch-up-answered": "catch-up",
}


async def happen(proxy: Standing, what: str) -> None:
    """Let this be seen by the proxy."""
    if what == "catch-up":
        client = await proxy.dial()
        await client.send_all(CATCH_UP)
        target = await proxy.accepted.receive()
        await read_head(target)
        await target.send_all(ANSWER)
        await target.send_eof()
        assert await to_the_end(client) == (ANSWER, "fin")
        await client.aclose()
        return
    client, target = await proxy.cable()
    if what == "close":
        await client.aclose()
        await target.send_eof()
    elif what == "subscribe":
        await client.send_all(SUBSCRIBE)
    elif what == "confirm":
        await client.send_all(SUBSCRIBE)
        await target.send_all(CONFIRM)
    elif what == "ping":
        await target.send_all(PING)
    elif what == "message":
        await target.send_all(message(1))
    elif what != "cable":
        await proxy.toxic("inject", what=what)


@pytest.mark.parametrize("event", AWAITED)
async def test_what_the_proxy_can_see_is_awaited(event: str) -> None:
    steps = f"  - connect: {{}}\n  - await: {{event: {event}, total: 1, within: 2m}}\n  - latency: {{delay: 1ms}}\n"
    async with standing(steps) as proxy:
        first = await proxy.dial()
        if event != "connecting":
            await first.send_all(b"GET /cable HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
            await proxy.accepted.receive()
            if AWAITED[event] in {"welcome", "reject", "disconnect"}:
                await first.send_all(SUBSCRIBE)
        await nothing_comes(first, 0.05)
        assert "armed latency-3" not in proxy.lines
        await happen(proxy, AWAITED[event])
        await proxy.until("armed latency-3")


async def test_what_is_awaited_in_vain_is_said_and_the_story_goes_on() -> None:
    steps = """\
  - connect: {}
  - await: {event: message, within: 30ms}
  - hold: {what: message, id: never}
  - await: {fired: never, within: 30ms}
  - await: {event: errored, within: 30ms}
  - heal: {id: never}
  - release: {id: never}
"""
    async with standing(steps.replace("  - release: {id: never}\n", "")) as proxy:
        await proxy.cable()
        await proxy.until("its last step is taken")
        said = [line for line in proxy.lines if line.startswith("step")]
        assert said == [
            "step 2 (await) waited in vain: message did not happen within 0.03 s",
            "step 4 (await) waited in vain: fault never did not fire within 0.03 s",
            "step 5 (await): a refused client tells nobody; this waits 0.03 s",
        ]
        assert "healed never" in proxy.lines


async def test_settle_waits_for_a_second_of_silence_and_latency_makes_it_longer() -> None:
    steps = "  - latency: {delay: 300ms}\n  - settle: {within: 20s}\n  - cut: {how: fin}\n"
    async with standing(steps) as proxy:
        _, target = await proxy.subscribed()
        await proxy.until("armed latency-1")
        await target.send_all(message(1))
        await proxy.until("fired cut-3")
        at = {line: at for at, line in proxy.timed_lines}
        assert at["fired cut-3 at cable 1"] - at["fired latency-1 at cable 1, a message"] >= 1.3


async def test_a_release_gives_what_a_hold_kept() -> None:
    steps = """\
  - hold: {what: message}
  - await: {event: pinged}
  - release: {what: message}
"""
    async with standing(steps) as proxy:
        client, target = await proxy.subscribed()
        await proxy.until("armed hold-1")
        await target.send_all(message(1))
        await proxy.until("fired hold-1")
        await target.send_all(PING)
        assert await exactly(client, len(PING + message(1))) == PING + message(1)


async def test_a_blackhole_hides_what_it_swallows_from_an_await_too() -> None:
    steps = """\
  - blackhole: {direction: down, id: hole}
  - await: {event: message, within: 50ms}
  - heal: {id: hole}
  - await: {event: message, total: 1}
  - cut: {how: fin}
"""
    async with standing(steps) as proxy:
        client, target = await proxy.subscribed()
        await proxy.until("fired hole")
        await target.send_all(message(1))
        await proxy.until("step 2 (await) waited in vain")
        assert await to_the_end(client) == (message(1), "fin")


REASONS = {
    "publish: {count: 1}": "it takes a run",
    "restart: {}": "the server is not ours to restart",
    "await: {event: closing}": "only a client can tell of closing",
    "await: {event: shown}": "only a client can tell of shown",
    "refuse: {how: port, times: 2}": "nobody tells the proxy whom a closed port refuses; write how: reset to count them",
    "cut: {how: rst, on: c2}": "all connections here are those of c1",
}


@pytest.mark.parametrize(("step", "why"), REASONS.items())
def test_what_takes_a_run_is_left_out_with_the_reason(step: str, why: str) -> None:
    scenario = read_scenario(story(f"  - cut: {{how: rst}}\n  - {step}\n") + "clients: 2\n", "story.yaml")
    assert left_out(scenario) == {2: why}
    assert checked(scenario) is scenario


def test_what_hangs_on_a_message_or_on_a_fault_that_is_left_out_is_left_out_too() -> None:
    steps = """\
  - publish: {count: 1}
  - await: {shown: m1}
  - drop: {what: message, label: m1, id: gone}
  - await: {fired: gone}
  - cut: {how: rst}
"""
    assert left_out(read_scenario(story(steps), "story.yaml")) == {
        1: "it takes a run",
        2: "only a client can tell what is shown",
        3: "messages have labels in a run only",
        4: "fault gone is left out",
    }


def test_a_story_without_a_fault_for_a_proxy_is_bad_input() -> None:
    with pytest.raises(BadInputError) as caught:
        checked(read_scenario(story("  - publish: {count: 1}\n  - restart: {}\n"), "story.yaml"))
    assert str(caught.value).startswith(
        "story.yaml: none of its steps is a fault that a proxy alone can do; write one"
    )


async def test_what_is_left_out_is_said_before_the_story_begins() -> None:
    steps = "  - publish: {count: 1}\n  - cut: {how: rst}\ndefects: [no-pings]\n"
    async with standing(steps) as proxy:
        await proxy.until("it begins once a client is subscribed")
        assert proxy.lines == [
            "step 1 (publish) is left out: it takes a run",
            "its defects are left out: they are the bundled chat's (no-pings)",
            "story: it begins once a client is subscribed",
        ]


async def test_without_a_host_of_the_targets_a_client_s_own_stays() -> None:
    async with standing(recasting=Recasting(None, None)) as proxy:
        client = await proxy.dial()
        await client.send_all(REQUEST)
        assert await read_head(await proxy.accepted.receive()) == REQUEST


async def test_a_target_behind_a_proxy_is_reached_through_it() -> None:
    async def target(stream: trio.SocketStream) -> None:
        assert b"Host: chat.test\r\n" in await read_head(stream)
        await stream.send_all(SWITCHING + CONFIRM)
        await stream.receive_some(1)

    async with (
        serving(target) as to,
        digging({"chat.test:80": to.args[1]}) as digger,  # type: ignore[attr-defined]
        standing(route=Route("chat.test", 80, proxy=read_proxy(digger.url, "p"))) as proxy,
    ):
        client = await proxy.dial()
        await client.send_all(REQUEST)
        assert await exactly(client, len(SWITCHING + CONFIRM)) == SWITCHING + CONFIRM
        assert digger.tunnels == 1


async def test_a_proxy_that_lets_nobody_through_is_told() -> None:
    async with (
        digging({}, instead=b"HTTP/1.1 403 No\r\n\r\n") as digger,
        standing(route=Route("chat.test", 80, proxy=read_proxy(digger.url, "p"))) as proxy,
    ):
        client = await proxy.dial()
        await client.send_all(REQUEST)
        assert await to_the_end(client) == RESET
        assert "does not let us through to chat.test:80 (403)" in await proxy.until("over")
