"""The proxy without faults: every byte as it came, every ending as it was; and its port."""

from __future__ import annotations

import os
import resource
import ssl
import subprocess
from pathlib import Path
from random import Random

import pytest
import trio

from cablecheck.history import Event
from cablecheck.live.proxy.switchboard import Switchboard
from cablecheck.live.route import Route
from cablecheck.nemesis.nemesis import Nemesis
from cablecheck.scenario.model import Cut, Refuse
from tests.live.lines import (
    CATCH_UP,
    CONFIRM,
    PING,
    REQUEST,
    SUBSCRIBE,
    SWITCHING,
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

TORTURE = b"".join(
    [
        PING,
        server_frame(b"", 0x89),
        server_frame("ä" * 40_000),
        server_frame("frag", 0x01)
        + server_frame(b"p", 0x89)
        + server_frame("ment", 0x00)
        + server_frame("ed", 0x80),
        server_frame(bytes(range(256)), 0x82),
        server_frame(b"bin", 0x02) + server_frame(b"ary", 0x80),
        server_frame(b"\xc1\x01compressed", 0xC1),
        server_frame(b"\xff\xfe not UTF-8"),
        server_frame("x" * (3 << 20)),
        message(1),
        server_frame(b"", 0x8A),
        CONFIRM,
    ]
)


async def test_whatever_the_target_says_reaches_the_client_byte_for_byte() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        wire.nursery.start_soon(target.send_all, TORTURE)
        assert await exactly(client, len(TORTURE)) == TORTURE


async def test_whatever_the_client_says_reaches_the_target_byte_for_byte() -> None:
    said = SUBSCRIBE + client_frame("x" * (2 << 20)) + client_frame(b"", 0x8A) + client_frame("a", 0x01)
    said += client_frame("b", 0x80, b"\0\0\0\0") + client_frame(b"bin", 0x82)
    async with line() as wire:
        client, target = await wire.cable()
        wire.nursery.start_soon(client.send_all, said)
        assert await exactly(target, len(said)) == said


async def test_what_is_glued_to_the_heads_passes() -> None:
    async with line() as wire:
        client = await wire.dial()
        await client.send_all(REQUEST + SUBSCRIBE)
        target = await wire.accepted.receive()
        assert await exactly(target, len(REQUEST + SUBSCRIBE)) == REQUEST + SUBSCRIBE
        await target.send_all(SWITCHING + CONFIRM + message(1))
        assert await exactly(client, len(SWITCHING + CONFIRM + message(1))) == SWITCHING + CONFIRM + message(
            1
        )


async def test_two_hundred_frames_written_byte_by_byte_arrive_whole() -> None:
    said = b"".join(message(number) for number in range(200))

    async def drip(target: trio.SocketStream) -> None:
        for index in range(len(said)):
            await target.send_all(said[index : index + 1])

    async with line() as wire:
        client, target = await wire.cable()
        wire.nursery.start_soon(drip, target)
        assert await exactly(client, len(said)) == said


async def test_garbage_in_place_of_frames_passes_as_it_is() -> None:
    garbage = Random(7).randbytes(50_000)
    async with line() as wire:
        client, target = await wire.cable()
        await target.send_all(garbage)
        await target.send_eof()
        assert await to_the_end(client) == (garbage, "fin")


async def test_an_upgrade_that_the_target_refuses_passes_as_it_is() -> None:
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\nPage not found\n"
    async with line() as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        target = await wire.accepted.receive()
        await read_head(target)
        await target.send_all(refusal)
        await target.send_eof()
        assert await to_the_end(client) == (refusal, "fin")


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 101 Swi", b"HTTP/1.1 101 Switching Protocols\r\nX: " + b"y" * 70_000]
)
async def test_an_upgrade_that_breaks_off_passes_as_it_is(said: bytes) -> None:
    async with line() as wire:
        client = await wire.dial()
        await client.send_all(REQUEST)
        target = await wire.accepted.receive()
        await read_head(target)
        await target.send_all(said)
        await target.send_eof()
        assert await to_the_end(client) == (said, "fin")


async def test_the_target_s_end_is_the_client_s_end() -> None:
    async with line() as wire:
        client, target = await wire.cable(1)
        await target.send_all(message(1))
        await target.send_eof()
        assert await to_the_end(client) == (message(1), "fin")
        client, target = await wire.cable(2)
        await target.send_all(message(1)[:20])
        await nothing_comes(client, 0.05)
        reset(target)
        await target.aclose()
        assert await to_the_end(client) == (message(1)[:20], "rst")


async def test_the_client_s_end_is_the_target_s_end() -> None:
    async with line() as wire:
        client, target = await wire.cable(1)
        await client.send_all(SUBSCRIBE)
        await client.aclose()
        assert await to_the_end(target) == (SUBSCRIBE, "fin")
        client, target = await wire.cable(2)
        await client.send_all(SUBSCRIBE[:9])
        assert await exactly(target, 0) == b""
        await trio.testing.wait_all_tasks_blocked(0.05)
        reset(client._stream)  # type: ignore[attr-defined]
        await client.aclose()
        assert (await to_the_end(target))[1] == "rst"


async def until_it_breaks(stream: trio.abc.SendStream, said: bytes) -> None:
    while True:
        await stream.send_all(said)
        await trio.sleep(0.01)


async def test_a_target_that_never_ends_its_side_is_reset_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cablecheck.live.proxy.relay._FAREWELL_SECONDS", 0.05)
    async with line() as wire:
        client, target = await wire.cable()
        wire.arm(Cut(how="fin"))
        assert await to_the_end(client) == (b"", "fin")
        assert await to_the_end(target) == (b"", "fin")
        with pytest.raises(trio.BrokenResourceError):
            await until_it_breaks(target, message(1))


async def test_a_client_that_leaves_while_the_target_talks_ends_the_connection() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        await client.aclose()
        with pytest.raises(trio.BrokenResourceError):
            await until_it_breaks(target, message(1) * 100)


async def test_a_target_that_is_gone_resets_the_client_that_still_talks() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        await target.aclose()
        assert await exactly(client, 1) == b""
        with pytest.raises(trio.BrokenResourceError):
            await until_it_breaks(client, SUBSCRIBE)


async def test_a_client_that_does_not_read_makes_the_target_wait() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        assert await stalls(target, message(1) * 1000)
        reset(client._stream)
        await client.aclose()


async def test_a_target_that_cannot_be_reached_resets_the_client() -> None:
    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            events: list[Event] = []
            board = Switchboard(
                Nemesis(Random(1)),
                upstream=Route("127.0.0.1", 1),
                record=events.append,
                now=trio.current_time,
                restart=lambda _: None,
            )
            async with await trio.open_tcp_stream("127.0.0.1", await board.open("c1", nursery)) as stream:
                await stream.send_all(REQUEST)
                assert await to_the_end(stream) == (b"", "rst")
            await board.close()
            await board.close()


async def test_an_answer_that_no_fault_touches_passes_as_it_is() -> None:
    chunked = (
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A:  b \r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    )
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    until_end = b'HTTP/1.0 200 OK\r\n\r\n{"messages":[]}'
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"
    for number, said in enumerate([chunked, early + chunked, until_end, broken, b"nonsense\r\n\r\n", b""], 1):
        async with line() as wire:
            client, target = await wire.fetch(number=number)
            await target.send_all(said)
            await target.send_eof()
            assert await to_the_end(client) == (said, "fin")


async def test_a_request_with_a_body_and_its_answer_pass_as_they_come() -> None:
    head = b"POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    async with line() as wire:
        client, target = await wire.fetch(head)
        await client.send_all(b"hel")
        assert await exactly(target, 3) == b"hel"
        await client.send_all(b"lo")
        assert await exactly(target, 2) == b"lo"
        await target.send_all(b"HTTP/1.1 201 Created\r\n")
        assert await exactly(client, 22) == b"HTTP/1.1 201 Created\r\n"


async def test_connections_that_nobody_announced_are_served_and_numbered_by_arrival() -> None:
    async with line() as wire:
        for number in (1, 2):
            stream = await wire.stranger()
            await stream.send_all(CATCH_UP)
            target = await wire.accepted.receive()
            assert await read_head(target) == CATCH_UP
            wire.arm(Refuse(how="reset", times=1, what="cable"), f"refuse-{number}")
            other = await wire.stranger()
            await other.send_all(REQUEST)
            assert await to_the_end(other) == (b"", "rst")
        assert [(event.socket, event.fault) for event in wire.fired] == [(1, "refuse-1"), (2, "refuse-2")]


async def test_nonsense_in_place_of_a_request_passes_as_it_is() -> None:
    async with line() as wire:
        stranger = await wire.stranger()
        await stranger.send_all(b"nonsense " * 8000)
        await stranger.send_eof()
        assert await to_the_end(await wire.accepted.receive()) == (b"nonsense " * 8000, "fin")


@pytest.mark.parametrize("said", [b"", b"GET"])
async def test_a_stranger_who_asks_for_nothing_harms_nobody(said: bytes) -> None:
    async with line() as wire:
        stranger = await wire.stranger()
        await stranger.send_all(said)
        await stranger.send_eof()
        await wire.cable()


async def test_a_proxy_out_of_descriptors_serves_again_when_there_are_some() -> None:
    async with line() as wire:
        with trio.socket.socket() as caller:
            lowest = os.dup(caller.fileno())
            os.close(lowest)
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
            try:
                await caller.connect(("127.0.0.1", wire.port))
                assert await nothing_comes(trio.SocketStream(caller))
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            await caller.send(REQUEST)
            assert await read_head(await wire.accepted.receive()) == REQUEST


async def test_a_healed_port_that_was_never_closed_stays_open() -> None:
    async with line() as wire:
        wire.arm(Refuse(how="port", on="c1"), "a")
        wire.arm(Refuse(how="port", on="c1"), "b")
        wire.board.heal("a")
        wire.board.heal("b")
        wire.arm(Refuse(how="port", on="c2"), "c")
        wire.board.heal("c")
        await wire.cable()


async def test_the_end_of_the_run_resets_everything_and_gives_the_port_up() -> None:
    async with line() as wire:
        client, target = await wire.cable()
        await wire.board.check()
        await wire.board.close()
        assert await to_the_end(client) == (b"", "rst")
        assert await to_the_end(target) == (b"", "rst")
        with pytest.raises(ConnectionRefusedError):
            await wire.dial("cable", 2)


async def test_each_client_has_a_proxy_of_its_own() -> None:
    async with line() as wire:
        client, _ = await wire.cable()
        other = await wire.board.open("c2", wire.nursery)
        assert other != wire.port
        async with await trio.open_tcp_stream("127.0.0.1", other) as second:
            await second.send_all(REQUEST)
            await wire.accepted.receive()
            wire.arm(Cut(how="rst", on="c2"))
            assert await to_the_end(second) == (b"", "rst")
        assert await nothing_comes(client)


async def test_a_switchboard_that_was_never_opened_closes() -> None:
    board = Switchboard(
        Nemesis(Random(1)),
        upstream=Route("127.0.0.1", 1),
        record=lambda _: None,
        now=lambda: 0.0,
        restart=lambda _: None,
    )
    await board.check()
    await board.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, with its key, made now."""
    path = tmp_path / "target.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        str(path),
        "-out",
        str(tmp_path / "cert.pem"),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl makes the certificate, and is not installed")
    path.write_text(path.read_text() + (tmp_path / "cert.pem").read_text())
    return path


async def test_a_target_behind_tls_is_spoken_to_in_tls_and_an_untrusted_one_not_at_all(
    certificate: Path,
) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate.with_name("cert.pem"))

    async def target(stream: trio.SSLStream[trio.SocketStream]) -> None:
        try:
            await read_head(stream)
            await stream.send_all(SWITCHING + CONFIRM)
            await stream.aclose()
        except trio.BrokenResourceError:
            return

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            listeners = await trio.open_ssl_over_tcp_listeners(
                0, serving, host="127.0.0.1", https_compatible=True
            )
            port = listeners[0].transport_listener.socket.getsockname()[1]
            nursery.start_soon(trio.serve_listeners, target, listeners)
            wants = [(trusting, (SWITCHING + CONFIRM, "fin")), (ssl.create_default_context(), (b"", "rst"))]
            for context, seen in wants:
                board = Switchboard(
                    Nemesis(Random(1)),
                    upstream=Route("127.0.0.1", port, context, "localhost"),
                    record=lambda _: None,
                    now=trio.current_time,
                    restart=lambda _: None,
                )
                async with await trio.open_tcp_stream("127.0.0.1", await board.open("c1", nursery)) as client:
                    await client.send_all(REQUEST)
                    assert await to_the_end(client) == seen
                await board.close()
            nursery.cancel_scope.cancel()


async def test_a_connection_that_is_cut_while_the_target_is_dialled_never_reaches_it(
    certificate: Path,
) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate.with_name("cert.pem"))
    sent, accepted = trio.open_memory_channel[trio.SocketStream](1)

    async def target(stream: trio.SocketStream) -> None:
        await sent.send(stream)
        await trio.sleep_forever()

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            nursery.start_soon(trio.serve_listeners, target, listeners)
            board = Switchboard(
                Nemesis(Random(1)),
                upstream=Route("localhost", listeners[0].socket.getsockname()[1], trusting),
                record=lambda _: None,
                now=trio.current_time,
                restart=lambda _: None,
            )
            async with await trio.open_tcp_stream("127.0.0.1", await board.open("c1", nursery)) as client:
                await client.send_all(REQUEST)
                raw = await accepted.receive()
                board.arm(Cut(how="fin"), fault="f", verb="cut", number=1)
                assert await to_the_end(client) == (b"", "fin")
                secured = trio.SSLStream(raw, serving, server_side=True, https_compatible=True)
                await secured.do_handshake()
                heard = b""
                with pytest.raises(trio.BrokenResourceError):
                    heard += await exactly(secured, 1)
                assert heard == b""
            await board.close()
            raw.socket.close()
            nursery.cancel_scope.cancel()
