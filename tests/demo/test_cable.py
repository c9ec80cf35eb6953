from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import trio
from trio_websocket import ConnectionClosed, open_websocket

from cablecheck.cable.identifiers import Routing
from cablecheck.cable.subprotocols import chosen
from tests.demo.house import (
    PATIENCE_SECONDS,
    UPGRADE,
    answers_in,
    bare,
    cable,
    everything,
    masked,
    rest,
    served,
    until,
    upgraded,
)

PROTOCOLS = {
    "the SDK's offer: none": ([], None),
    "unknown only": (["bogus"], None),
    "the official client's": (["actioncable-v1-json", "actioncable-unsupported"], "actioncable-v1-json"),
    "unsupported only": (["actioncable-unsupported"], "actioncable-unsupported"),
    "one that AnyCable knows first": (
        ["actioncable-v1-ext-json", "actioncable-v1-json"],
        "actioncable-v1-json",
    ),
}


@pytest.mark.parametrize("case", PROTOCOLS)
async def test_every_client_is_welcomed_under_the_first_subprotocol_that_both_know(case: str) -> None:
    offered, agreed = PROTOCOLS[case]
    assert chosen(offered) == agreed
    async with served() as serving, open_websocket(
        "127.0.0.1", serving.port, "/cable?token=x", use_ssl=False, subprotocols=offered,
        connect_timeout=PATIENCE_SECONDS, disconnect_timeout=1,
    ) as socket:  # fmt: skip
        assert socket.subprotocol == agreed
        assert await socket.get_message() == '{"type":"welcome"}'


async def test_the_agents_words_reach_the_visitor_and_the_visitors_own_do_not_come_back() -> None:
    async with served() as serving, rest(serving) as api, cable(serving) as client:
        session, conversation = await api.begin()
        identifier = await client.subscribe(session, conversation)
        await api.client.post("/messages", json={"session": session, "body": "mine"})
        said = await api.agent(conversation, "theirs")
        assert await client.frame() == {"identifier": identifier, "message": {"type": "message", **said}}


async def test_whoever_has_a_confirm_gets_what_is_said_at_once_after_it() -> None:
    async with served() as serving, rest(serving) as api:
        session, conversation = await api.begin()

        async def round_(number: int) -> None:
            async with cable(serving) as client:
                await client.subscribe(session, conversation)
                said = await api.agent(conversation, f"round {number}")
                while (await client.frame())["message"]["id"] != said["id"]:
                    pass  # another round's

        for first in range(0, 100, 10):
            async with trio.open_nursery() as nursery:
                for number in range(first, first + 10):
                    nursery.start_soon(round_, number)


async def test_frames_come_in_the_order_of_ids_however_many_publish_at_once() -> None:
    async with served() as serving, rest(serving) as api, cable(serving) as client, cable(serving) as other:
        session, conversation = await api.begin()
        await client.subscribe(session, conversation)
        await other.subscribe(session, conversation)

        async def publish(publisher: int) -> None:
            for number in range(20):
                await api.agent(conversation, f"{publisher}.{number}")

        async with trio.open_nursery() as nursery:
            for publisher in range(20):
                nursery.start_soon(publish, publisher)
        stored = await api.listed(session)
        assert [message["id"] for message in stored] == [str(number) for number in range(1, 401)]
        assert sorted({m["created_at"] for m in stored}) == [m["created_at"] for m in stored]
        for hearer in (client, other):
            heard = [(await hearer.frame())["message"] for _ in stored]
            assert [(m["id"], m["body"]) for m in heard] == [(m["id"], m["body"]) for m in stored]


async def test_a_session_hears_and_reads_its_own_conversation_only() -> None:
    async with served() as serving, rest(serving) as api, cable(serving) as one, cable(serving) as two:
        (first, c1), (second, c2) = await api.begin(), await api.begin()
        await one.subscribe(first, c1)
        await two.subscribe(second, c2)
        foreign = Routing("w1", first, c2).identifier
        await one.send(command="subscribe", identifier=foreign)
        assert await one.frame() == {"identifier": foreign, "type": "reject_subscription"}
        for number in range(50):
            await api.agent(c2 if number % 2 else c1, str(number))
        assert [(await one.frame())["message"]["body"] for _ in range(25)] == [
            str(n) for n in range(0, 50, 2)
        ]
        assert [(await two.frame())["message"]["body"] for _ in range(25)] == [
            str(n) for n in range(1, 50, 2)
        ]
        assert [m["body"] for m in await api.listed(second)] == [str(n) for n in range(1, 50, 2)]
        answer = await api.client.get("/messages", params={"session": first, "after_id": "2"})
        assert (answer.status_code, answer.json()) == (404, {"error": "not found"})


async def test_commands_may_come_glued_to_the_upgrade_and_before_the_welcome() -> None:
    async with served() as serving, rest(serving) as api:
        session, conversation = await api.begin()
        identifier = Routing("w1", session, conversation).identifier
        subscribe = json.dumps({"command": "subscribe", "identifier": identifier}).encode()
        stream = await bare(serving)
        await stream.send_all(UPGRADE + b"\r\n" + masked(subscribe))
        received = await until(stream, b"confirm_subscription")
        assert (
            received.index(b"101 Switching")
            < received.index(b"welcome")
            < received.index(b"confirm_subscription")
        )


async def test_a_kept_connection_may_upgrade_after_other_requests() -> None:
    async with served() as serving:
        stream = await bare(serving)
        await stream.send_all(b"GET /cable HTTP/1.1\r\nHost: h\r\n\r\n")
        assert (await until(stream, b"}")).startswith(b"HTTP/1.1 404 ")
        await stream.send_all(UPGRADE + b"\r\n")
        assert b"101 Switching" in await until(stream, b"welcome")


REFUSED = {
    "another version": (UPGRADE.replace(b": 13", b": 8"), 426),
    "no version": (UPGRADE.replace(b"Sec-WebSocket-Version: 13\r\n", b""), 426),
    "no key": (UPGRADE.replace(b"Sec-WebSocket-Key", b"X-Key"), 400),
    "two keys": (UPGRADE + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 400),
    "a short key": (UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhl"), 400),
    "a key that is no base64": (UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"!" * 24), 400),
    "a POST": (UPGRADE.replace(b"GET", b"POST"), 400),
    "a body": (UPGRADE + b"Content-Length: 1\r\n", 400),
    "HTTP/1.0": (UPGRADE.replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
    "a subprotocol beyond ASCII": (UPGRADE + b"Sec-WebSocket-Protocol: \xe9\r\n", 400),
    "another path": (UPGRADE.replace(b"/cable", b"/other"), 404),
    "no wish to upgrade": (UPGRADE.replace(b"Connection: Upgrade", b"Connection: close"), 404),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_no_proper_upgrade_gets_a_status_and_harms_nobody(case: str) -> None:
    sent, status = REFUSED[case]
    async with served() as serving:
        stream = await bare(serving)
        await stream.send_all(sent + b"\r\n" + b"x" * (b"Content-Length" in sent))
        await stream.send_eof()
        ((refused, headers, body),) = answers_in(await everything(stream), sent.split()[0])
        assert refused == status
        assert list(json.loads(body)) == ["error"]
        assert headers.get("sec-websocket-version") == ("13" if status == 426 else None)


async def test_extensions_are_declined_so_that_frames_stay_readable() -> None:
    async with served() as serving:
        stream = await bare(serving)
        await stream.send_all(UPGRADE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        received = await until(stream, b"welcome")
        assert b"extensions" not in received.lower()
        assert b'\x81\x12{"type":"welcome' in received


async def test_a_websocket_ping_is_answered_and_a_binary_frame_is_not() -> None:
    async with served() as serving:
        stream = await upgraded(serving)
        await stream.send_all(masked(b'{"command":"x"}', opcode=2) + masked(b"there?", opcode=9))
        assert await until(stream, b"there?") == b"\x8a\x06there?"


async def test_a_message_in_fragments_is_one_command() -> None:
    async with served() as serving, rest(serving) as api:
        session, conversation = await api.begin()
        identifier = Routing("w1", session, conversation).identifier
        command = json.dumps({"command": "subscribe", "identifier": identifier}).encode()
        stream = await upgraded(serving)
        first, second = masked(command[:20]), masked(command[20:], opcode=0)
        await stream.send_all(bytes([1]) + first[1:] + masked(b"", opcode=9) + second)
        await until(stream, b"confirm_subscription")


async def test_a_close_is_answered_by_a_close_and_a_fin() -> None:
    async with served() as serving:
        stream = await upgraded(serving)
        await stream.send_all(masked(b"\x03\xe8bye", opcode=8))
        assert await everything(stream) == b"\x88\x05\x03\xe8bye"


async def test_a_message_beyond_the_limit_ends_its_socket_with_1009() -> None:
    async with served() as serving, cable(serving) as client:
        await client.socket.send_message("x" * 70_000)
        with pytest.raises(ConnectionClosed) as caught:
            await client.frame()
        assert caught.value.reason is not None
        assert caught.value.reason.code == 1009


async def test_a_ping_comes_unasked_and_says_unix_seconds() -> None:
    async with served() as serving:
        stream = await upgraded(serving)
        received = await until(stream, b"}")
        assert abs(json.loads(received[2:])["message"] - datetime.now(tz=UTC).timestamp()) < PATIENCE_SECONDS
