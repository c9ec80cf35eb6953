"""What a client and a target see of every fault, on real sockets. The audit finds nothing to say about any of them."""

from __future__ import annotations

import errno
import json

import pytest
import trio

from cablecheck.cable import frames
from cablecheck.nemesis.shadow import Shadow
from cablecheck.nemesis.signals import Restart
from cablecheck.scenario import model
from cablecheck.scenario.model import (
    Blackhole,
    Cut,
    Delay,
    Drop,
    Duration,
    Fail,
    Hold,
    Inject,
    Latency,
    Page,
    Refuse,
    Reorder,
    Repeat,
    Strip,
    Throttle,
    Truncate,
)
from tests.live.lines import (
    CATCH_UP,
    CONFIRM,
    IDENTIFIER,
    PING,
    REQUEST,
    SUBSCRIBE,
    SWITCHING,
    Line,
    client_frame,
    exactly,
    line,
    message,
    nothing_comes,
    server_frame,
    stalls,
    to_the_end,
)
from tests.live.peers import read_head, reset

# Cuts


@pytest.mark.parametrize(
    ("step", "client_sees", "target_sees"),
    [
        (Cut(how="rst"), (b"", "rst"), "rst"),
        (Cut(how="fin"), (b"", "fin"), "fin"),
        (Cut(how="close", code=1001), (b"\x88\x02\x03\xe9", "fin"), "fin"),
        (Cut(how="close"), (b"\x88\x02\x03\xe8", "fin"), "fin"),
    ],
    ids=["rst", "fin", "close 1001", "close"],
)
async def test_a_cut_looks_to_both_ends_as_it_should(
    step: Cut, client_sees: tuple[bytes, str], target_sees: str
) -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(step)
        assert await to_the_end(client) == client_sees
        assert await to_the_end(target) == (b"", target_sees)
        assert wire.told == ["armed", "fired"]


async def test_a_fin_stays_a_fin_although_the_client_still_talks() -> None:
    async with line() as wire:
        client, _ = await wire.cable()
        wire.arm(Cut(how="fin"))
        for _ in range(50):
            await client.send_all(SUBSCRIBE)
        assert await to_the_end(client) == (b"", "fin")
        await client.send_all(SUBSCRIBE)


async def test_a_half_close_says_close_and_leaves_tcp_open_until_the_heal() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Cut(how="close-half", code=1001))
        assert await exactly(client, 4) == b"\x88\x02\x03\xe9"
        assert await to_the_end(target) == (b"", "fin")
        await client.send_all(SUBSCRIBE)
        assert await nothing_comes(client)
        wire.board.heal("f")
        assert await to_the_end(client) == (b"", "fin")


async def test_a_half_close_ends_when_the_client_ends_it() -> None:
    async with line() as wire:
        client, _ = await wire.cable()
        wire.arm(Cut(how="close-half"))
        await exactly(client, 4)
        await client._stream.send_eof()  # type: ignore[attr-defined]
        assert await to_the_end(client) == (b"", "fin")


async def test_what_was_passed_on_before_a_cut_still_arrives() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        await target.send_all(message(1))
        wire.arm(Hold(what="message", label="m2"), "hold")
        assert await exactly(client, len(message(1))) == message(1)
        await target.send_all(message(2) + message(3))
        await exactly(client, len(message(3)))
        wire.arm(Cut(how="close"))
        assert await to_the_end(client) == (b"\x88\x02\x03\xe8", "fin")
        assert wire.told[-1] == "released"


@pytest.mark.parametrize("how", ["rst", "fin", "close", "close-half"])
async def test_a_connection_that_is_not_upgraded_can_be_cut_too(how: str) -> None:
    async with line() as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        target = await wire.accepted.receive()
        await read_head(target)
        wire.arm(Cut(how=how))
        wire.board.heal(None)
        assert await to_the_end(client) == (b"", "rst" if how == "rst" else "fin")


async def test_a_cut_does_not_wait_for_a_client_that_does_not_read() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        assert await stalls(target, message(1) * 1000)
        wire.arm(Cut(how="rst"))
        assert (await to_the_end(client))[1] == "rst"


async def test_a_close_frame_never_stands_inside_another_frame() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        begun = server_frame("x" * (3 << 20))[: 1 << 20]
        await target.send_all(begun)
        assert await exactly(client, len(begun)) == begun
        wire.arm(Cut(how="close"))
        assert await to_the_end(client) == (b"", "fin")


# Refusals


@pytest.mark.parametrize("status", [404, 502, 503])
async def test_a_refused_upgrade_gets_a_whole_answer(status: int) -> None:
    async with line() as wire:
        wire.arm(Refuse(how=status, times=1))
        client = await wire.dial()
        await client.send_all(REQUEST)
        answer, end = await to_the_end(client)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"content-length: %d" % len(body) in head
        assert end == "fin"
        await wire.cable(2)


async def test_a_refused_request_with_a_long_body_is_answered_not_reset() -> None:
    async with line() as wire:
        wire.arm(Refuse(how=503))
        client = await wire.dial("rest")
        await client.send_all(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
        )
        answer, end = await to_the_end(client)
        assert (answer[:12], end) == (b"HTTP/1.1 503", "fin")


async def test_a_closed_port_refuses_at_the_kernel_and_opens_on_the_same_port() -> None:
    async with line() as wire:
        client, target = await wire.cable(1)
        wire.arm(Refuse(how="port"))
        for number in (2, 3):
            with pytest.raises(OSError, match="refused") as refused:
                await wire.dial("cable", number)
            assert refused.value.errno == errno.ECONNREFUSED
        await target.send_all(message(1))
        assert await exactly(client, len(message(1))) == message(1)
        wire.board.heal("f")
        await wire.cable(4)
        assert [event.socket for event in wire.fired] == [2, 3]


async def test_a_port_closed_for_one_connection_admits_the_second() -> None:
    async with line() as wire:
        wire.arm(Refuse(how="port", times=1))
        with pytest.raises(OSError, match="refused"):
            await wire.dial("cable", 1)
        await wire.cable(2)
        assert wire.told == ["armed", "fired", "healed"]


async def test_a_refusal_by_reset_resets() -> None:
    async with line() as wire:
        wire.arm(Refuse(how="reset", what="cable"))
        client = await wire.dial()
        await client.send_all(REQUEST)
        assert await to_the_end(client) == (b"", "rst")
        await wire.fetch()


async def test_a_connection_that_hangs_is_served_after_the_heal() -> None:
    async with line() as wire:
        wire.arm(Refuse(how="hang"))
        client = await wire.dial()
        await client.send_all(REQUEST)
        assert await nothing_comes(client)
        wire.board.heal("f")
        target = await wire.accepted.receive()
        assert await read_head(target) == REQUEST
        await target.send_all(SWITCHING)
        assert await exactly(client, len(SWITCHING)) == SWITCHING


@pytest.mark.parametrize("as_", ["reset", "gone"])
async def test_a_connection_that_hangs_may_be_reset_or_given_up(as_: str) -> None:
    async with line() as wire:
        wire.arm(Refuse(how="hang"))
        client = await wire.dial()
        await client.send_all(REQUEST)
        assert await nothing_comes(client)
        if as_ == "reset":
            wire.board.heal("f", "reset")
            assert await to_the_end(client) == (b"", "rst")
        else:
            await client.aclose()
            await trio.testing.wait_all_tasks_blocked(0.05)
            wire.board.heal("f")
        await wire.cable(2)


# Blackholes and latency


@pytest.mark.parametrize("direction", ["both", "down", "up"])
async def test_a_blackhole_swallows_its_direction_and_gives_all_back_in_order(direction: str) -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Blackhole(direction=direction))
        down, up = message(1) + PING + message(2), SUBSCRIBE + client_frame(b"", 0x8A)
        await target.send_all(down)
        await client.send_all(up)
        if direction in ("both", "down"):
            assert await nothing_comes(client)
        else:
            assert await exactly(client, len(down)) == down
            down = b""
        if direction in ("both", "up"):
            assert await nothing_comes(target)
        else:
            assert await exactly(target, len(up)) == up
            up = b""
        await target.send_eof()
        wire.board.heal("f")
        assert await to_the_end(client) == (down, "fin")
        assert await exactly(target, len(up)) == up


async def test_a_reset_of_the_target_does_not_get_through_a_blackhole_before_the_heal() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Blackhole(direction="down"))
        await target.send_all(message(1))
        await trio.testing.wait_all_tasks_blocked(0.05)
        reset(target)
        await target.aclose()
        await client.send_all(SUBSCRIBE)
        assert await nothing_comes(client)
        wire.board.heal("f")
        assert await to_the_end(client) == (message(1), "rst")


async def test_a_flood_into_a_blackhole_makes_the_target_wait() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Blackhole())
        sent = 0
        with trio.move_on_after(1):
            while True:
                await target.send_all(message(1) * 1000)
                sent += 1000
        wire.board.heal("f")
        await target.send_eof()
        data, end = await to_the_end(client)
        assert (data[: len(message(1)) * sent], end) == (message(1) * sent, "fin")


async def test_a_cut_gets_through_a_blackhole_and_takes_what_was_swallowed_along() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Blackhole(), "hole")
        await target.send_all(message(1))
        assert await nothing_comes(client)
        wire.arm(Cut(how="close"), "cut")
        assert await to_the_end(client) == (b"\x88\x02\x03\xe8", "fin")
        wire.board.heal(None)


async def test_latency_keeps_everything_in_order() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Latency(delay=Duration(0.05), jitter=Duration(0.05), direction="both"))
        down = b"".join(message(n) + server_frame(b"p", 0x89) for n in range(50))
        up = (SUBSCRIBE + client_frame(b"", 0x8A)) * 20
        await target.send_all(down)
        await client.send_all(up)
        await target.send_eof()
        assert await to_the_end(client) == (down, "fin")
        assert await exactly(target, len(up)) == up
        assert {event.kind for event in wire.fired} == {"message", "subscribe"}


async def test_a_narrow_line_keeps_everything_in_order_and_gives_each_frame_its_time() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Throttle(rate="500B/s"))
        down = b"".join(message(n) + server_frame(b"p", 0x89) for n in range(4))
        await target.send_all(down)
        await client.send_all(SUBSCRIBE)
        await target.send_eof()
        assert await nothing_comes(client, 0.1)
        assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE
        assert await to_the_end(client) == (down, "fin")
        assert {event.kind for event in wire.fired} == {"message"}


@pytest.mark.parametrize("catch_up", [True, False])
async def test_an_answer_takes_its_time_on_a_narrow_line_and_comes_whole(catch_up: bool) -> None:
    async with line() as wire:
        wire.arm(Throttle(rate="1KB/s", what="all"))
        said = http(json.dumps({"messages": [{"id": 8, "body": "b" * 100}]}))
        request = (
            CATCH_UP if catch_up else b"POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
        )
        client, target = await wire.fetch(request)
        await target.send_all(said)
        await target.send_eof()
        assert await nothing_comes(client, 0.1)
        assert await to_the_end(client) == (said, "fin")
        assert {event.fetch for event in wire.fired} == {1}


# Subprotocols

NAMED = SWITCHING[:-2] + b"Sec-WebSocket-Protocol: actioncable-v1-json\r\nServer: x\r\n\r\n"


async def upgrading(wire: Line, number: int, answer: bytes) -> trio.abc.Stream:
    """The client's end of a socket whose upgrade the target answers with this, and then says more."""
    client = await wire.dial("cable", number)
    await client.send_all(REQUEST)
    target = await wire.accepted.receive()
    await read_head(target)
    await target.send_all(answer + PING)
    return client


async def test_the_answer_to_an_upgrade_loses_its_subprotocol_and_nothing_else() -> None:
    async with line() as wire:
        wire.arm(Strip(times=1))
        heard = SWITCHING[:-2] + b"Server: x\r\n\r\n" + PING
        assert await exactly(await upgrading(wire, 1, NAMED), len(heard)) == heard
        assert await exactly(await upgrading(wire, 2, NAMED), len(NAMED + PING)) == NAMED + PING
        assert [(event.socket, event.detail) for event in wire.fired] == [(1, "actioncable-v1-json")]


async def test_an_upgrade_without_a_subprotocol_has_none_to_lose() -> None:
    async with line() as wire:
        wire.arm(Strip())
        assert await exactly(await upgrading(wire, 1, SWITCHING), len(SWITCHING + PING)) == SWITCHING + PING
        assert wire.fired == []


# Frames


async def said_and_heard(wire: Line, step: model.Step, *said: bytes) -> bytes:
    client, target = await wire.cable()
    await client.send_all(SUBSCRIBE)
    assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE
    wire.arm(step)
    await target.send_all(b"".join(said))
    await target.send_eof()
    heard, end = await to_the_end(client)
    assert end == "fin"
    return heard


ONE, TWO, THREE = message(1), message(2), message(3)
FRAGMENTED = server_frame(ONE[4:], 0x01) + server_frame(b"p", 0x89) + server_frame(b"", 0x80)
assert ONE[1] == 126, "the payload of a message begins after four bytes"


@pytest.mark.parametrize(
    ("step", "said", "heard"),
    [
        (Drop(what="message", label="m2"), [ONE, TWO, THREE], [ONE, THREE]),
        (Drop(what="message", label="m1"), [FRAGMENTED, PING], [PING]),
        (Hold(what="message", count=1), [ONE, TWO, PING], [TWO, PING]),
        (Repeat(what="message", times=2, count=1), [ONE, TWO], [ONE, ONE, ONE, TWO]),
        (Repeat(what="message", count=1), [FRAGMENTED, TWO], [FRAGMENTED, FRAGMENTED, TWO]),
        (Reorder(window=3), [ONE, PING, TWO, THREE, ONE], [PING, THREE, TWO, ONE, ONE]),
        (Inject(what="confirm", before="message"), [PING, ONE, TWO], [PING, CONFIRM, ONE, TWO]),
    ],
    ids=["drop", "drop fragments", "hold", "repeat", "repeat fragments", "reorder", "inject"],
)
async def test_the_client_hears_exactly_what_is_ordered(
    step: model.Step, said: list[bytes], heard: list[bytes]
) -> None:
    async with line() as wire:
        assert await said_and_heard(wire, step, *said) == b"".join(heard)


async def test_a_held_frame_is_given_byte_for_byte_when_released() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Hold(what="message"))
        await target.send_all(ONE + PING + TWO)
        assert await exactly(client, len(PING)) == PING
        assert await nothing_comes(client)
        wire.board.release("message")
        assert await exactly(client, len(ONE + TWO)) == ONE + TWO


async def test_a_release_as_reset_resets() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Hold(what="message"), "h")
        await target.send_all(ONE + PING)
        await exactly(client, len(PING))
        wire.board.release(None, "h", "reset")
        assert await to_the_end(client) == (b"", "rst")


async def test_a_command_of_the_client_is_held_dropped_and_repeated_too() -> None:
    unsubscribe = client_frame(json.dumps({"command": "unsubscribe", "identifier": IDENTIFIER}))
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Hold(what="subscribe"), "hold")
        wire.arm(Repeat(what="unsubscribe", count=1), "repeat")
        await client.send_all(SUBSCRIBE + unsubscribe)
        assert await exactly(target, 2 * len(unsubscribe)) == unsubscribe * 2
        wire.board.release("subscribe")
        assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE


@pytest.mark.parametrize("torn", [TWO, FRAGMENTED], ids=["whole", "fragments"])
async def test_a_torn_frame_breaks_off_in_the_middle_and_its_connection_is_reset(torn: bytes) -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Truncate(what="message", nth=2))
        await target.send_all(ONE + torn + THREE)
        assert await to_the_end(client) == (ONE + torn[: len(torn) // 2], "rst")
        assert (await to_the_end(target))[1] == "rst"
        assert wire.told == ["armed", "fired", "healed"]
        await wire.cable(2)


async def test_a_torn_command_breaks_off_in_the_middle_too() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Truncate(what="subscribe"))
        await client.send_all(client_frame(b"", 0x8A) + SUBSCRIBE)
        half = SUBSCRIBE[: len(SUBSCRIBE) // 2]
        assert await to_the_end(target) == (client_frame(b"", 0x8A) + half, "rst")
        assert (await to_the_end(client))[1] == "rst"


async def test_nothing_of_a_torn_frame_gets_through_a_blackhole_but_the_reset() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Blackhole(), "hole")
        wire.arm(Truncate(what="message", nth=2), "tear")
        await target.send_all(ONE)
        assert await nothing_comes(client)
        await target.send_all(TWO)
        assert await to_the_end(client) == (b"", "rst")


async def test_a_frame_that_would_be_torn_later_goes_with_its_client() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Latency(delay=Duration(0.2)), "slow")
        wire.arm(Truncate(what="message", nth=2), "tear")
        await target.send_all(ONE + TWO)
        await trio.testing.wait_all_tasks_blocked(0.05)
        reset(client._stream)  # type: ignore[attr-defined]
        await client.aclose()
        assert (await to_the_end(target))[1] == "rst"
        await wire.cable(2)


async def test_what_is_released_or_injected_waits_for_the_end_of_a_long_frame() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Hold(what="message", count=1))
        long = server_frame("x" * (3 << 20))
        await target.send_all(ONE + long[: 1 << 20])
        assert await exactly(client, 1 << 20) == long[: 1 << 20]
        wire.board.release("message")
        wire.arm(Inject(what="welcome"), "i")
        assert await nothing_comes(client)
        wire.nursery.start_soon(target.send_all, long[1 << 20 :] + PING)
        rest = long[1 << 20 :] + ONE + server_frame(frames.welcome()) + PING
        assert await exactly(client, len(rest)) == rest


async def test_what_is_injected_before_the_upgrade_waits_for_it() -> None:
    async with line() as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        target = await wire.accepted.receive()
        await read_head(target)
        wire.arm(Inject(what="welcome"))
        assert await nothing_comes(client)
        await target.send_all(SWITCHING)
        heard = SWITCHING + server_frame(frames.welcome())
        assert await exactly(client, len(heard)) == heard


@pytest.mark.parametrize("size", [10, 200, 70_000])
async def test_an_injected_frame_of_any_size_is_a_frame(size: int) -> None:
    async with line() as wire:
        client, _ = await wire.cable()
        wire.arm(Inject(what="disconnect", reason="r" * size))
        text = frames.disconnect("r" * size, True)
        assert await exactly(client, len(server_frame(text))) == server_frame(text)


# The catch-up

PAGE = {"messages": [{"id": 8, "body": "a"}, {"id": 9, "body": "b"}, {"id": "10", "body": "c"}], "next": 10}


def http(body: bytes | str, more: bytes = b"") -> bytes:
    body = body.encode() if isinstance(body, str) else body
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s" % (
        more,
        len(body),
        body,
    )


async def answered(wire: Line, step: model.Step, said: bytes) -> tuple[bytes, bytes, str]:
    """The head, the body and the end that the client sees when the target says this."""
    wire.arm(step)
    client, target = await wire.fetch()
    await target.send_all(said)
    answer, end = await to_the_end(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body, end


async def test_a_failed_catch_up_has_its_status_and_no_messages() -> None:
    async with line() as wire:
        head, body, end = await answered(wire, Fail(as_=500), http(json.dumps(PAGE)))
        assert head.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
        assert b"content-length: %d\r\n" % len(body) in head
        assert (json.loads(body), end) == ({"status": 500, "error": "Internal Server Error"}, "fin")
        assert wire.fired[0].ids == ("8", "9", "10")
        assert wire.fired[0].fetch == 1


async def test_broken_json_is_a_whole_answer_that_is_no_json() -> None:
    async with line() as wire:
        head, body, _ = await answered(wire, Fail(as_="broken-json"), http(json.dumps(PAGE)))
        assert b"content-length: %d\r\n" % len(body) in head
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)


async def test_a_truncated_answer_promises_more_than_it_gives() -> None:
    async with line() as wire:
        whole = json.dumps(PAGE).encode()
        head, body, end = await answered(wire, Fail(as_="truncated"), http(whole))
        assert b"content-length: %d\r\n" % len(whole) in head
        assert (body, end) == (whole[: len(whole) // 2], "fin")


async def test_a_reset_answer_is_a_reset() -> None:
    async with line() as wire:
        assert await answered(wire, Fail(as_="reset"), http(json.dumps(PAGE))) == (b"", b"", "rst")


async def test_a_page_keeps_the_oldest_messages_byte_for_byte_and_no_next() -> None:
    raw = '{"messages": [{"id":8,"n":1.50}, {"id": 9}, {"id":10}], "next":10, "more": true}'
    async with line() as wire:
        head, body, _ = await answered(wire, Page(limit=2), http(raw))
        assert body == b'{"messages":[{"id":8,"n":1.50},{"id": 9}],"more":true}'
        assert b"content-length: %d\r\n" % len(body) in head


async def test_a_delayed_answer_comes_whole() -> None:
    async with line() as wire:
        said = http(json.dumps(PAGE))
        wire.arm(Delay(by=Duration(0.1)))
        client, target = await wire.fetch()
        await target.send_all(said)
        await target.send_eof()
        assert await to_the_end(client) == (said, "fin")


async def test_a_held_answer_outlives_the_socket_and_comes_unchanged() -> None:
    async with line() as wire:
        said = http(json.dumps(PAGE))
        wire.arm(Hold(what="catch-up"), "hold")
        socket, _ = await wire.cable()
        client, target = await wire.fetch()
        await target.send_all(said)
        await target.send_eof()
        assert await nothing_comes(client)
        wire.arm(Cut(how="rst"), "cut")
        assert await to_the_end(socket) == (b"", "rst")
        wire.board.release("catch-up")
        assert await to_the_end(client) == (said, "fin")


async def test_a_catch_up_is_known_by_its_path_where_nobody_announced_it() -> None:
    async with line() as wire:
        wire.arm(Fail(as_=500))
        client = await wire.stranger()
        await client.send_all(CATCH_UP)
        target = await wire.accepted.receive()
        await target.send_all(http("{}"))
        assert (await to_the_end(client))[0].startswith(b"HTTP/1.1 500")


# The server


async def test_a_restart_is_ordered_with_its_evidence() -> None:
    async with line() as wire:
        await wire.cable()
        wire.arm(model.Restart(signal="KILL", down=Duration(1.5)))
        assert wire.restarts == [Restart("KILL", 1.5)]
        assert [event.socket for event in wire.fired] == [1]


async def test_a_nemesis_that_lies_changes_no_byte() -> None:
    async with line(nemesis=Shadow) as wire:
        client, target = await wire.cable()
        wire.arm(Cut(how="rst"), "a")
        wire.arm(Drop(what="message"), "b")
        wire.arm(Refuse(how=503), "c")
        await target.send_all(ONE + PING)
        assert await exactly(client, len(ONE + PING)) == ONE + PING
        await wire.cable(2)
        assert {event.fault for event in wire.fired} == {"a", "b", "c"}
