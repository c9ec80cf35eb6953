"""The proxy between TLS and TLS: names, certificates, and what a cut is beneath it."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
import trio

from cablecheck.live.proxy import side
from cablecheck.live.route import Route
from cablecheck.live.trust import client_context, server_context
from tests.live.authority import SITE, Authority, secured_site
from tests.live.lines import (
    CONFIRM,
    SUBSCRIBE,
    SWITCHING,
    client_frame,
    exactly,
    message,
    server_frame,
    to_the_end,
)
from tests.live.peers import read_head
from tests.live.stands import REQUEST, standing
from tests.live.test_proxy import TORTURE


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def serving_the_cable(stream: trio.abc.Stream) -> None:
    """What a target does: it upgrades, and confirms."""
    head = await read_head(stream)
    await stream.send_all(SWITCHING + server_frame(head.partition(b"\r\n")[0]))
    came_along = head.partition(b"\r\n\r\n")[2]
    await exactly(stream, len(SUBSCRIBE) - len(came_along))
    await stream.send_all(CONFIRM)
    await stream.receive_some(1)


async def test_the_server_is_asked_for_by_its_name_shown_a_certificate_and_told_its_own_host(
    authority: Authority,
) -> None:
    certificate, key = authority.issue("our-client")
    serves = authority.serving(clients=True)
    async with secured_site(serves, serving_the_cable) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file, certificate, key), SITE)
        async with standing(route=route) as proxy:
            client = await proxy.dial()
            await client.send_all(REQUEST + SUBSCRIBE)
            said = SWITCHING + server_frame("GET /cable?session=secret HTTP/1.1") + CONFIRM
            assert await exactly(client, len(said)) == said
            assert (site.asked, site.clients) == ([SITE], ["our-client"])


@pytest.mark.parametrize(
    ("names", "age_days", "words"),
    [
        ((SITE,), 9, "its certificate has expired"),
        (("other.test",), 0, "its certificate is for another name (Hostname mismatch"),
    ],
)
async def test_a_bad_certificate_resets_the_client_and_is_told(
    authority: Authority, names: tuple[str, ...], age_days: int, words: str
) -> None:
    async with secured_site(authority.serving(*names, age_days=age_days), serving_the_cable) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file), SITE)
        async with standing(route=route) as proxy:
            client = await proxy.dial()
            await client.send_all(REQUEST)
            assert await to_the_end(client) == (b"", "rst")
            assert f"over, target: 127.0.0.1:{site.port} can't be reached: {words}" in await proxy.until(
                "over"
            )


async def test_a_server_that_wants_a_certificate_is_told_as_such(authority: Authority) -> None:
    async with secured_site(authority.serving(clients=True), serving_the_cable) as site:
        route = Route("127.0.0.1", site.port, client_context(authority.file), SITE)
        async with standing(route=route) as proxy:
            client = await proxy.dial()
            await client.send_all(REQUEST)
            assert await to_the_end(client) == (b"", "rst")
            assert "it wants a client certificate, and was given none" in await proxy.until("over")


async def test_clients_are_spoken_to_in_tls_as_well(authority: Authority) -> None:
    serves = server_context(*authority.issue("localhost"), "--listen-tls")
    async with standing(tls=serves) as proxy:
        client, target = await proxy.cable(authority.trusting())
        await client.send_all(SUBSCRIBE)
        assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE
        await target.send_all(message(1))
        await target.send_eof()
        assert await to_the_end(client) == (message(1), "fin")


async def test_who_speaks_plain_to_a_port_in_tls_or_nothing_at_all_is_told(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side, "DIAL_SECONDS", 0.3)
    serves = server_context(*authority.issue("localhost"), "--listen-tls")
    async with standing(tls=serves) as proxy:
        plain = await proxy.dial()
        await plain.send_all(REQUEST)
        await proxy.until("declined: it speaks plain HTTP, and is to speak TLS")
        silent = await proxy.dial()
        assert (await to_the_end(silent))[0] == b""
        await proxy.until("declined: no TLS handshake within 0.3 s")
        gone = await proxy.dial()
        await gone.aclose()
        await proxy.until("declined: it ended the connection during the TLS handshake")
        await proxy.cable(authority.trusting())
        distrusting = await trio.open_tcp_stream("127.0.0.1", proxy.port)
        stranger = trio.SSLStream(distrusting, ssl.create_default_context(), server_hostname="localhost")
        with pytest.raises(trio.BrokenResourceError):
            await stranger.do_handshake()
        await trio.aclose_forcefully(stranger)


class Ends:
    """A blocking client that knows TLS by itself. How its TCP ends it sees below TLS, which tells a reset as a mere end."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        connected = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._tcp = connected.dup()
        self._tls = trust.wrap_socket(connected, server_hostname="localhost", suppress_ragged_eofs=False)

    def ask(self) -> bytes:
        self._tls.sendall(REQUEST)
        got = b""
        while len(got) < len(SWITCHING):
            got += self._tls.recv(len(SWITCHING) - len(got))
        return got

    def read_to_the_end(self) -> tuple[bytes, str]:
        got = b""
        with self._tls, self._tcp:
            while True:
                try:
                    self._tcp.recv(1, socket.MSG_PEEK)
                    part = self._tls.recv(65536)
                except ConnectionResetError:
                    return got, "rst"
                except ssl.SSLEOFError:
                    return got, "ragged"
                if not part:
                    return got, "farewell"
                got += part


@pytest.mark.parametrize(
    ("attributes", "seen"),
    [
        ({"how": "rst"}, (b"", "rst")),
        ({"how": "fin"}, (b"", "farewell")),
        ({"how": "close", "code": 1012}, (b"\x88\x02\x03\xf4", "farewell")),
    ],
)
async def test_a_cut_is_felt_through_tls_on_both_sides(
    authority: Authority, attributes: dict[str, object], seen: tuple[bytes, str]
) -> None:
    """Beneath TLS a reset is a reset: no alert, and no farewell. An orderly end says TLS's farewell, as a load balancer's does."""
    serves = server_context(*authority.issue("localhost"), "--listen-tls")
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    ended: list[tuple[bytes, str]] = []
    target_over = trio.Event()

    async def target(raw: trio.SocketStream) -> None:
        stream = trio.SSLStream(raw, authority.serving(), server_side=True, https_compatible=False)
        await read_head(stream)
        await stream.send_all(SWITCHING)
        try:
            ended.append((await stream.receive_some(100), "farewell"))
        except trio.BrokenResourceError as error:
            ended.append((b"", "rst" if isinstance(error.__cause__, ConnectionResetError) else "ragged"))
        await trio.aclose_forcefully(stream)
        target_over.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, target, listeners)
        route = Route("127.0.0.1", port, client_context(authority.file), SITE)
        async with standing(route=route, tls=serves) as proxy:
            ends = await trio.to_thread.run_sync(Ends, proxy.port, authority.trusting())
            assert await trio.to_thread.run_sync(ends.ask) == SWITCHING
            await proxy.toxic("cut", **attributes)
            assert await trio.to_thread.run_sync(ends.read_to_the_end) == seen
            await target_over.wait()
            assert ended == [(b"", "rst" if attributes["how"] == "rst" else "farewell")]
        nursery.cancel_scope.cancel()


async def test_a_frame_torn_in_the_middle_arrives_by_half_in_tls_too(authority: Authority) -> None:
    serves = server_context(*authority.issue("localhost"), "--listen-tls")
    async with standing(tls=serves) as proxy:
        client, target = await proxy.cable(authority.trusting())
        await proxy.toxic("truncate", what="message")
        await target.send_all(message(1))
        await proxy.until("fired truncate")
        got, end = await to_the_end(client)
        assert end == "rst"
        assert message(1)[: len(message(1)) // 2].startswith(got)


async def test_every_byte_arrives_as_it_was_through_tls_and_tls(authority: Authority) -> None:
    serves = server_context(*authority.issue("localhost"), "--listen-tls")
    said = b"".join(client_frame(bytes([number]) * 50_000, 0x82) for number in range(40))
    async with standing(tls=serves, target_tls=(authority.serving(), authority.trusting())) as proxy:
        client, target = await proxy.cable(authority.trusting())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(target.send_all, TORTURE)
            nursery.start_soon(client.send_all, said)

            async def arrives(stream: trio.abc.ReceiveStream, whole: bytes) -> None:
                assert await exactly(stream, len(whole)) == whole

            nursery.start_soon(arrives, client, TORTURE)
            nursery.start_soon(arrives, target, said)
        await client.send_eof()
        assert await to_the_end(target) == (b"", "fin")
        await target.send_all(message(7))
        await target.send_eof()
        assert await to_the_end(client) == (message(7), "fin")
